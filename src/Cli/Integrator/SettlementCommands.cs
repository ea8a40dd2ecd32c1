using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Keystone.Client;
using Keystone.Client.Models;

namespace Keystone.Cli.Integrator;

/// <summary><c>keystone settlements</c> over the API: list, show, explain, watch. As a credential of a platform reads them; the operator's commands beside them ask the database.</summary>
internal static class SettlementCommands
{
    /// <summary>Exit code of <c>watch</c> when the settlement ended without a swap.</summary>
    public const int EndedInFailure = 4;

    /// <summary>Exit code of <c>watch</c> when the time was over first.</summary>
    public const int NotYet = 5;

    const int PageSize = 200;

    static readonly string[] States =
    [
        "INSTRUCTED", "AWAITING_CONFIRMATION", "COMPLIANCE_CHECKING", "COMPLIANCE_CLEARED", "REGISTERING_ESCROW", "AWAITING_DEPOSITS", "EXECUTING_SWAP", "SETTLED", "FINALIZED", "ROLLED_BACK",
    ];

    public static Command List()
    {
        Option<string[]> states = new("--state") { AllowMultipleArgumentsPerToken = true, Description = "Only settlements in these states." };
        states.CompletionSources.Add(_ => [.. States.Select(state => new CompletionItem(state))]);
        Option<bool> attention = new("--attention") { Description = "Only those in which something waits for you, or that roll back." };
        Option<string?> reference = new("--reference") { Description = "Your external_reference." };
        Option<int> limit = new("--limit") { DefaultValueFactory = _ => 50, Description = "Most settlements, 1 to 200." };
        Option<string?> cursor = new("--cursor") { Description = "next_cursor of the page before." };
        Option<bool> json = ApiCommands.Json();
        return new Command("list", "Lists the settlements of your environment, newest first.") { states, attention, reference, limit, cursor, json }.OnApi(async (client, _, parsed, cancellationToken) =>
        {
            if (parsed.GetValue(limit) is < 1 or > PageSize) throw new CommandFault("--limit must be between 1 and 200.");
            SettlementPage page = await client.ListSettlementsAsync(new SettlementQuery
            {
                States = parsed.GetValue(states) ?? [],
                Attention = parsed.GetValue(attention),
                ExternalReference = parsed.GetValue(reference),
                Limit = parsed.GetValue(limit),
                Cursor = parsed.GetValue(cursor),
            }, cancellationToken);
            if (parsed.GetValue(json)) Terminal.WriteJson(page);
            else SettlementTables.WriteList(page);
            return 0;
        });
    }

    public static Command Show()
    {
        Argument<Guid> id = Id();
        Option<bool> json = ApiCommands.Json();
        return new Command("show", "Shows a settlement: state, parties, legs, escrow.") { id, json }.OnApi(async (client, _, parsed, cancellationToken) =>
        {
            Settlement settlement = await client.GetSettlementAsync(parsed.GetRequiredValue(id), cancellationToken);
            if (parsed.GetValue(json)) Terminal.WriteJson(settlement);
            else SettlementTables.WriteOne(settlement);
            return 0;
        });
    }

    public static Command Explain()
    {
        Argument<Guid> id = Id();
        Option<bool> json = ApiCommands.Json();
        return new Command("explain", "Says what a settlement waits for: who must do what, by when, and what stands in the way.") { id, json }.OnApi(async (client, _, parsed, cancellationToken) =>
        {
            Explain explain = await client.ExplainSettlementAsync(parsed.GetRequiredValue(id), cancellationToken);
            if (parsed.GetValue(json)) Terminal.WriteJson(explain);
            else SettlementTables.WriteExplain(explain);
            return 0;
        });
    }

    public static Command Watch()
    {
        Argument<Guid> id = Id();
        Option<string?> until = new("--until") { Description = "State to wait for. Default: the end of the settlement." };
        until.CompletionSources.Add(_ => [.. States.Select(state => new CompletionItem(state))]);
        Option<int?> timeout = new("--timeout") { Description = $"Seconds to wait at most; then the exit code is {NotYet}." };
        Option<int> interval = new("--interval") { DefaultValueFactory = _ => 1, Description = "Seconds between two looks, 1 to 60." };
        Option<bool> json = ApiCommands.Json();
        return new Command("watch", $"Prints what happens to a settlement until it ends: exit code 0 when it was settled for good, {EndedInFailure} when it ended without a swap.")
        {
            id, until, timeout, interval, json,
        }.OnApi(async (client, _, parsed, cancellationToken) =>
        {
            if (parsed.GetValue(interval) is < 1 or > 60) throw new CommandFault("--interval must be between 1 and 60 seconds.");
            if (parsed.GetValue(timeout) < 0) throw new CommandFault("--timeout must not be below 0.");
            return await WatchAsync(client, parsed.GetRequiredValue(id), parsed.GetValue(until), parsed.GetValue(timeout), TimeSpan.FromSeconds(parsed.GetValue(interval)), parsed.GetValue(json),
                cancellationToken);
        });
    }

    static async Task<int> WatchAsync(KeystoneClient client, Guid id, string? until, int? timeout, TimeSpan interval, bool json, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        int seen = 0;
        while (true)
        {
            IReadOnlyList<Event> events = (await client.ListSettlementEventsAsync(id, PageSize, seen, cancellationToken)).Items;
            foreach (Event one in events)
            {
                Print(one, json);
                if (until is not null && string.Equals(one.ToState, until, StringComparison.OrdinalIgnoreCase)) return 0;
            }
            seen += events.Count;
            if (events.Count == PageSize) continue;
            if (events.Count > 0 && await client.GetSettlementAsync(id, cancellationToken) is { IsTerminal: true } ended && ended.Sequence <= seen)
            {
                if (until is not null) throw new CommandFault($"The settlement ended in {ended.State}, and did not come to {until}.");
                return ended.Failure is null ? 0 : EndedInFailure;
            }
            if (timeout is { } most && TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromSeconds(most))
            {
                await Console.Error.WriteLineAsync($"The settlement has not come to {until ?? "its end"} within {most} s.");
                return NotYet;
            }
            await Task.Delay(interval, TimeProvider.System, cancellationToken);
        }
    }

    static void Print(Event one, bool json)
    {
        if (json) Terminal.WriteJsonLine(one);
        else Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{one.CreatedAt:yyyy-MM-dd HH:mm:ss}Z  {one.Sequence,4}  {one.TriggeredBy,-10}  {one.Type,-24}  {(one.FromState == one.ToState ? one.ToState : $"{one.FromState ?? "-"} > {one.ToState}")}"
            + $"{(one.Transaction?.Hash is { } hash ? "  " + hash : "")}"));
    }

    static Argument<Guid> Id() => new("settlement_id") { Description = "Id of the settlement." };
}
