using Keystone.Compliance.Lists;
using Keystone.Compliance.Matching;
using Keystone.Domain.Engine;

namespace Keystone.Compliance.Evidence;

/// <summary>Use case: give an answer again from the lists that it rested on, and compare.</summary>
public sealed class ReplayCheck(EvidenceStore answers, ListFileStore lists)
{
    /// <summary>Gives the answer to a check again. The party's name, identifier and wallets are those that are stored now.</summary>
    /// <param name="check">Id of an answer, or of a screening for its latest answer.</param>
    /// <param name="subjects">Reads the party; null when it is not there. A name that was erased is null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<ReplayOutcome> ExecuteAsync(Guid check, Func<GivenAnswer, CancellationToken, Task<ScreeningSubject?>> subjects, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        if (await answers.FindAsync(check, cancellationToken) is not { } given) return new ReplayOutcome(ReplayResult.Unknown, null, null, $"There is no check {check}.");
        if (given.Evidence is not { } evidence || given.ListHash is not { } set)
            return new ReplayOutcome(ReplayResult.NotReplayable, given, null, "The answer came from a provider without evidence of its own; its reference is all that is kept.");
        if (evidence.Matcher != NameMatcher.Version || evidence.Reader != ListFile.ReaderVersion)
            return new ReplayOutcome(ReplayResult.VersionGone, given, null,
                $"The answer was given by version {evidence.Matcher} of the matcher and {evidence.Reader} of the readers; this program has {NameMatcher.Version} and {ListFile.ReaderVersion}. Use a release that has them.");
        IReadOnlyList<KeptFile> files = await lists.FilesAsync(set, cancellationToken);
        if (files.FirstOrDefault(file => file.Source == DenyListProvider.Source) is not { } denied)
            return new ReplayOutcome(ReplayResult.ListsGone, given, null, $"The lists {set} are not kept any more.");
        if (await subjects(given, cancellationToken) is not { } subject) return new ReplayOutcome(ReplayResult.PartyGone, given, null, "The party is not stored any more.");
        ListSet read = new([.. files.Where(file => file != denied).Select(file =>
        {
            ListFormat format = Enum.Parse<ListFormat>(file.Format, ignoreCase: true);
            return (file.Source, format, new LoadedFile(ListFile.Parse(file.Source, format, file.Content), file.Hash, file.LoadedAt, file.Content.Length, default));
        })]);
        Thresholds thresholds = new(evidence.Flag / 10_000.0, evidence.Fail / 10_000.0);
        (ScreeningStatus status, IReadOnlyList<EvidenceHit> hits) = ListJudge.Judge(subject, DenyList.Parse(denied.Content.Span), read, thresholds);
        ScreeningEvidence again = ScreeningEvidence.Of(status, hits, thresholds, evidence.Provider);
        if (again.ToJson() == evidence.ToJson()) return new ReplayOutcome(ReplayResult.Same, given, again, "The same answer, bit for bit.");
        return given.Layer == ScreeningLayer.Entity && subject.Name is null
            ? new ReplayOutcome(ReplayResult.PartyGone, given, again, "The party has no name any more: it was erased, so that the answer cannot be given again.")
            : new ReplayOutcome(ReplayResult.Different, given, again, "ANOTHER ANSWER than the one that is stored: the evidence or the party was changed after the check, or its date of birth or country was erased.");
    }
}

/// <summary>How a replay ended.</summary>
/// <param name="Result">In one word.</param>
/// <param name="Given">The answer that was given; null when there is none.</param>
/// <param name="Again">The evidence of the answer that is given now; null when none is.</param>
/// <param name="Text">The same as a sentence.</param>
public sealed record ReplayOutcome(ReplayResult Result, GivenAnswer? Given, ScreeningEvidence? Again, string Text);

/// <summary>Result of a replay.</summary>
public enum ReplayResult
{
    /// <summary>The same answer with the same evidence.</summary>
    Same,

    /// <summary>Another answer or other evidence.</summary>
    Different,

    /// <summary>There is no such check.</summary>
    Unknown,

    /// <summary>The answer is a provider's own.</summary>
    NotReplayable,

    /// <summary>This program has another version of the matcher or of the readers.</summary>
    VersionGone,

    /// <summary>The lists are not kept any more.</summary>
    ListsGone,

    /// <summary>The party, or its name, is not stored any more.</summary>
    PartyGone,
}
