using Keystone.Compliance.Evidence;
using Keystone.Compliance.Lists;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Screening;

/// <summary>Use case: read what the screenings of one's own parties found, in order to decide. The other side's are nobody's business but its own.</summary>
public sealed class ReadScreenings
{
    readonly SettlementReadStore _reads;
    readonly EvidenceStore _answers;
    readonly ListFileStore _lists;

    internal ReadScreenings(SettlementReadStore reads, EvidenceStore answers, ListFileStore lists) => (_reads, _answers, _lists) = (reads, answers, lists);

    /// <summary>Answers about the caller's own parties, newest first. A settlement of others and one that never was give the same error.</summary>
    /// <param name="caller">Who reads; needs <c>compliance:decide</c>.</param>
    /// <param name="id">The settlement.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<Result<Page<ScreeningView>>> ExecuteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken) is not { } settlement) return DomainError.NotFound("Settlement");
        if (caller.Refuse(Scopes.ComplianceDecide) is { } forbidden) return forbidden;
        Dictionary<Guid, string> own = settlement.Parties.Where(party => party.EnvironmentId == caller.EnvironmentId).ToDictionary(party => party.Id, party => party.Role);
        GivenAnswer[] answers = [.. (await _answers.OfAsync(id, cancellationToken)).Where(answer => own.ContainsKey(answer.PartyId)).Reverse()];
        Hash32[] sets = [.. answers.Select(answer => answer.ListHash).OfType<Hash32>().Distinct()];
        ILookup<Hash32, ConsultedList> lists = (sets.Length == 0 ? [] : await _lists.SourcesAsync(sets, cancellationToken))
            .ToLookup(one => one.Set, one => new ConsultedList(one.Source, one.File.ToString(), one.PublishedAt, one.LoadedAt));
        ScreeningView[] items = [.. answers.Select(answer => new ScreeningView(answer.Id, own[answer.PartyId], answer.Layer.ToString().ToLowerInvariant(), answer.Round,
            answer.Status.ToString().ToLowerInvariant(), answer.AnsweredAt, answer.Reference, answer.ListHash?.ToString(), answer.ListHash is { } set ? [.. lists[set]] : [], BasisOf(answer.Evidence)))];
        return new Page<ScreeningView>(items, items.Length);
    }

    static ScreeningBasis? BasisOf(ScreeningEvidence? evidence) => evidence is null ? null
        : new ScreeningBasis(evidence.Matcher, evidence.Reader, evidence.Flag, evidence.Fail, [.. evidence.Hits.Select(hit => new ResembledEntry(hit.List, hit.Entry, hit.By, hit.Score))],
            evidence.Provider?.Verdict, evidence.Provider?.DataVersion);
}
