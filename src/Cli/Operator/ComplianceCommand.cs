using System.CommandLine;
using System.Globalization;
using Keystone.Compliance.Changes;
using Keystone.Compliance.Evidence;
using Keystone.Compliance.Lists;
using Keystone.Postgres;
using Keystone.Settlements.Screening;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone compliance</c>: answers of screenings, and changes of lists.</summary>
internal static class ComplianceCommand
{
    public static Command Create() => new("compliance", "Answers of screenings and what they rest on, and changes of lists.") { Checks(), Replay(), Changes() };

    static Command Checks()
    {
        Argument<Guid> id = new("settlement_id") { Description = "Id of the settlement." };
        return new Command("checks", "Lists the answers about the parties of a settlement, oldest first.") { id }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            IReadOnlyList<GivenAnswer> answers = await new EvidenceStore(source).OfAsync(parsed.GetRequiredValue(id), cancellationToken);
            foreach (GivenAnswer one in answers)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{one.Id}  {Timestamps.Seconds(one.AnsweredAt)}  round {one.Round}  party {one.PartyId}  {one.Layer.ToString().ToLowerInvariant(),-7} {one.Status.ToString().ToLowerInvariant(),-8} {one.Reference}"));
                if (one.Evidence is { } evidence)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    lists {one.ListHash}  matcher {evidence.Matcher}  readers {evidence.Reader}  flag {evidence.Flag / 10_000.0:F4}"));
                foreach (EvidenceHit hit in one.Evidence?.Hits ?? [])
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {hit.List} {hit.Entry} by {hit.By} {hit.Score / 10_000.0:F4}"));
            }
            if (answers.Count == 0) Console.WriteLine("no answer yet");
            return 0;
        });
    }

    static Command Replay()
    {
        Argument<Guid> id = new("check") { Description = "Id of an answer, as checks prints it, or of a screening." };
        return new Command("replay", "Gives an answer again from the lists that were kept, and says whether it is the same bit for bit. Exit code 1 when it is not.") { id }
            .OnDatabase(async (source, parsed, cancellationToken) =>
            {
                ReplayOutcome outcome = await new ReplayCheck(new EvidenceStore(source), new ListFileStore(source))
                    .ExecuteAsync(parsed.GetRequiredValue(id), new PartyScreeningStore(source).SubjectAsync, cancellationToken);
                if (outcome.Given is { } given)
                    Console.WriteLine($"{given.Id}  {Timestamps.Seconds(given.AnsweredAt)}  {given.Layer.ToString().ToLowerInvariant()}  {given.Status.ToString().ToLowerInvariant()}");
                if (outcome.Given?.ListHash is { } set)
                    foreach (KeptFile file in await new ListFileStore(source).FilesAsync(set, cancellationToken))
                        Console.WriteLine($"    {file.Source}  {file.Hash}  published {(file.PublishedAt is { } published ? Timestamps.Seconds(published) : "unknown")}");
                if (outcome.Given?.Evidence is { } before) Console.WriteLine($"stored  {before.ToJson()}");
                if (outcome.Again is { } again) Console.WriteLine($"now     {again.ToJson()}");
                Console.WriteLine(outcome.Text);
                return outcome.Result == ReplayResult.Same ? 0 : 1;
            });
    }

    static Command Changes()
    {
        Option<int> limit = new("--limit") { DefaultValueFactory = _ => 20, Description = "How many, newest first." };
        return new Command("changes", "Lists the changes of lists, and the live settlements that each touched.") { limit }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            if (parsed.GetValue(limit) is < 1 or > 1_000) throw new CommandFault("--limit must be between 1 and 1000.");
            ListChangeStore changes = new(source);
            foreach (ListChangeView one in (await changes.ListAsync(null, parsed.GetValue(limit), 0, cancellationToken)).Items)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{one.Id}  {Timestamps.Seconds(one.MadeAt)}  {one.List,-16} +{one.Added} -{one.Removed} ~{one.Changed}  {one.PartiesCompared} parties compared{(one.FinishedAt is null ? ", not finished" : "")}"));
                foreach (TouchedSettlement touched in (await changes.TouchedAsync(one.Id, 1_000, 0, cancellationToken)).Items)
                    Console.WriteLine($"    settlement {touched.SettlementId}  party {touched.PartyId}  {touched.Layer}  entry {touched.Entry} {touched.Action}");
            }
            return 0;
        });
    }
}
