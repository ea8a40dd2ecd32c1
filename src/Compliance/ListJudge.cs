using Keystone.Compliance.Evidence;
using Keystone.Compliance.Lists;
using Keystone.Compliance.Matching;
using Keystone.Domain.Engine;
using Keystone.Ethereum;

namespace Keystone.Compliance;

/// <summary>
/// What the built-in lists say of a party. Pure: the same party, lists and thresholds give the same answer. An equal wallet or identifier of a published list fails, a name that is like
/// a listed one waits for a person, and fails from <see cref="Thresholds.Fail"/> on where the operator has set that. A weak alias never fails.
/// </summary>
internal static class ListJudge
{
    const int MostHits = 20;

    public static (ScreeningStatus Status, IReadOnlyList<EvidenceHit> Hits) Judge(ScreeningSubject subject, DenyList denied, ListSet lists, Thresholds thresholds)
    {
        ScreeningStatus status = denied.Judge(subject);
        List<EvidenceHit> hits = [];
        if (status != ScreeningStatus.Pass) hits.Add(new EvidenceHit(DenyListProvider.Source, "", "entry", 10_000));
        if (subject.Layer == ScreeningLayer.Wallet)
            foreach (Address wallet in subject.Wallets)
                status = Equal(lists, lists.Of(wallet), "wallet", hits, status);
        else
        {
            if (subject.Lei is { } lei) status = Equal(lists, lists.Of(lei.ToUpperInvariant()), "lei", hits, status);
            if (subject.Name is { } name)
                foreach (NameHit hit in lists.Index.Find(NameForm.Of(name), thresholds.Flag))
                {
                    ListEntry entry = lists.Index.Entries[hit.Entry];
                    double score = Qualifiers.Lower(hit.Score, thresholds.Flag, subject, entry);
                    if (score < thresholds.Flag) continue;
                    hits.Add(new EvidenceHit(lists.SourceOf(hit.Entry), entry.Id, hit.Name.IsWeak ? "weak-alias" : "name", Parts(score)));
                    status = Worse(status, thresholds.Fail > 0 && score >= thresholds.Fail && !hit.Name.IsWeak ? ScreeningStatus.Fail : ScreeningStatus.Flagged);
                }
        }
        return (status, [.. hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.List, StringComparer.Ordinal).ThenBy(hit => hit.Entry, StringComparer.Ordinal).Take(MostHits)]);
    }

    static ScreeningStatus Equal(ListSet lists, int[] entries, string kind, List<EvidenceHit> hits, ScreeningStatus status)
    {
        foreach (int entry in entries) hits.Add(new EvidenceHit(lists.SourceOf(entry), lists.Index.Entries[entry].Id, kind, 10_000));
        return entries.Length == 0 ? status : ScreeningStatus.Fail;
    }

    static ScreeningStatus Worse(ScreeningStatus known, ScreeningStatus other) => known == ScreeningStatus.Fail || other == ScreeningStatus.Pass ? known : other;

    // Ten-thousandths: a whole number is stored and compared as it is.
    static int Parts(double score) => (int)Math.Round(score * 10_000, MidpointRounding.AwayFromZero);
}

/// <summary>Scores from which a name counts.</summary>
/// <param name="Flag">From here a person decides.</param>
/// <param name="Fail">From here the party is refused; 0 for never.</param>
internal sealed record Thresholds(double Flag, double Fail);
