using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Settlements.Advance;

/// <summary>A canonical log that changed a leg.</summary>
/// <param name="Status">Where the leg is after it.</param>
/// <param name="Transaction">Its transaction.</param>
internal readonly record struct LegLog(LegStatus Status, Hash32 Transaction);

/// <summary>What is to be reported of a leg.</summary>
/// <param name="Status">Where the leg is.</param>
/// <param name="Transaction">Transaction of the canonical log that put it there; null when a log was removed.</param>
internal readonly record struct LegReport(LegStatus Status, Hash32? Transaction)
{
    /// <summary>A reorg removed what had been reported.</summary>
    public bool IsRetreat => Transaction is null;
}

/// <summary>
/// Compares what was reported of a leg with the canonical logs. Every report follows from a log that is canonical, or says that one is not any more: a status
/// alone cannot tell a withdrawal from a reorg that removed the deposit after it. Pure.
/// </summary>
internal static class LegReports
{
    // Enough to find the last reported log that is still canonical; a depositor may come and go as often as it likes.
    const int Kept = 16;

    /// <summary>Reports in order, and what is to be kept as reported.</summary>
    /// <param name="reported">What was kept the last time; empty for nothing.</param>
    /// <param name="logs">Canonical logs of the leg in chain order.</param>
    public static (IReadOnlyList<LegReport> News, string Reported) Compare(string reported, IReadOnlyList<LegLog> logs)
    {
        string[] before = reported.Split(';', StringSplitOptions.RemoveEmptyEntries), now = Keys(logs);
        int kept = before.Length, last = -1;
        while (kept > 0 && (last = Array.LastIndexOf(now, before[kept - 1])) < 0) kept--;
        if (kept == 0) last = -1;
        List<LegReport> news = [];
        if (kept < before.Length) news.Add(new LegReport(last < 0 ? LegStatus.Pending : logs[last].Status, null));
        for (int i = last + 1; i < logs.Count; i++) news.Add(new LegReport(logs[i].Status, logs[i].Transaction));
        return (news, string.Join(';', now.TakeLast(Kept)));
    }

    /// <summary>True when the last reported log is the one that the mirror shows: nothing to compare.</summary>
    public static bool IsLast(string reported, LegStatus status, Hash32? transaction) => transaction is null
        ? reported.Length == 0
        : reported[(reported.LastIndexOf(';') + 1)..].StartsWith($"{Word(status)}:{transaction}:", StringComparison.Ordinal);

    // The same transaction in another block is the same report; its logs keep their order.
    static string[] Keys(IReadOnlyList<LegLog> logs)
    {
        string[] keys = new string[logs.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            int earlier = 0;
            for (int j = 0; j < i; j++)
                if (logs[j] == logs[i]) earlier++;
            keys[i] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Word(logs[i].Status)}:{logs[i].Transaction}:{earlier}");
        }
        return keys;
    }

    static string Word(LegStatus status) => status switch
    {
        LegStatus.Deposited => "deposited",
        LegStatus.Armed => "armed",
        LegStatus.Withdrawn => "withdrawn",
        LegStatus.Released => "released",
        LegStatus.Refunded => "refunded",
        _ => "pending",
    };

    /// <summary>The logs of each leg, out of a settlement's events in chain order.</summary>
    public static IReadOnlyList<LegLog>[] ByLeg(int legs, IEnumerable<(EscrowEvent Happened, Hash32 Transaction)> events)
    {
        List<LegLog>[] logs = [.. Enumerable.Range(0, legs).Select(_ => new List<LegLog>())];
        foreach ((EscrowEvent happened, Hash32 transaction) in events)
        {
            (int Index, LegStatus Status)? change = happened switch
            {
                EscrowEvent.Deposited e => (e.Index, LegStatus.Deposited),
                EscrowEvent.Armed e => (e.Index, LegStatus.Armed),
                EscrowEvent.Withdrawn e => (e.Index, LegStatus.Withdrawn),
                EscrowEvent.Disarmed e => (e.Index, LegStatus.Withdrawn),
                EscrowEvent.Refunded e => (e.Index, LegStatus.Refunded),
                _ => null,
            };
            if (change is var (index, status) && index < legs) logs[index].Add(new LegLog(status, transaction));
            if (happened is EscrowEvent.Executed)
                foreach (List<LegLog> leg in logs) leg.Add(new LegLog(LegStatus.Released, transaction));
            // A consent ends with the settlement; what is held stays owed until it is refunded.
            if (happened is EscrowEvent.Cancelled)
                foreach (List<LegLog> leg in logs.Where(leg => leg is [.., { Status: LegStatus.Armed }])) leg.Add(new LegLog(LegStatus.Pending, transaction));
        }
        return logs;
    }
}
