using System.Globalization;
using System.Numerics;
using Keystone.Identity;
using Keystone.Settlements.List;
using Keystone.Settlements.Read;
using Sums = System.Collections.Generic.Dictionary<(string Reason, string Side, string? Token), (string? Symbol, int Decimals, long Count, System.Numerics.BigInteger Units)>;

namespace Keystone.Settlements.Reporting;

/// <summary>Use case: which settlements failed, for want of what and on whose side, as the caller sees it. The intended date of a settlement is its timeout_at.</summary>
public sealed class ReportFails
{
    static readonly (string Name, int Most)[] Ages = [("0", 0), ("1", 1), ("2-3", 3), ("4-7", 7), ("8-30", 30), (">30", int.MaxValue)];

    // A settlement times out at most 366 days after it was made.
    static readonly TimeSpan LongestLife = TimeSpan.FromDays(367);

    readonly ListStore _store;
    readonly TimeProvider _time;

    internal ReportFails(ListStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>The report of a time.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="from">Deadlines of that time and later, UTC.</param>
    /// <param name="to">Deadlines before that time, UTC.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<FailsReport> ExecuteAsync(Caller caller, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        DateTimeOffset now = _time.GetUtcNow();
        long due = 0, settled = 0, withdrawn = 0, failed = 0;
        Sums reasons = [];
        (long Count, Sums Reasons)[] ages = [.. Ages.Select(_ => (0L, new Sums()))];
        SettlementFilter? rest = new([], null, null, null, null, from - LongestLife, null, to < now ? to : now, null, false, null);
        while (rest is not null)
        {
            (IReadOnlyList<SettlementRecord> page, ListCursor? next) = await _store.PageAsync(caller.EnvironmentId, rest, 200, 0, cancellationToken);
            foreach (SettlementRecord record in page.Where(one => one.TimeoutAt >= from))
            {
                SettlementView settlement = SettlementViewer.View(record, caller.EnvironmentId);
                due++;
                if (settlement.Finality is not null || record.Outcome == "finalized") settled++;
                else if (record.IsTerminal && settlement.Failure?.Code != "timeout") withdrawn++;
                else
                {
                    failed++;
                    string[] own = [.. record.Parties.Where(party => party.EnvironmentId == caller.EnvironmentId).Select(party => party.Role)];
                    Count(reasons, settlement, own);
                    if (record.IsTerminal) continue;
                    ref (long Count, Sums Reasons) age = ref ages[Array.FindIndex(Ages, one => (int)(now - record.TimeoutAt).TotalDays <= one.Most)];
                    age.Count++;
                    Count(age.Reasons, settlement, own);
                }
            }
            rest = next is null ? null : rest with { After = next };
        }
        return new FailsReport(from, to, due, settled, withdrawn, failed,
            settled + failed == 0 ? null : (100m * settled / (settled + failed)).ToString("0.00", CultureInfo.InvariantCulture),
            ListOf(reasons), [.. Ages.Select((age, i) => new FailAge(age.Name, ages[i].Count, ListOf(ages[i].Reasons)))]);
    }

    static FailReason[] ListOf(Sums reasons) =>
    [
        .. reasons.OrderBy(one => one.Key.Reason, StringComparer.Ordinal).ThenBy(one => one.Key.Token, StringComparer.Ordinal).Select(one => new FailReason(
            one.Key.Reason, one.Key.Side, one.Key.Token, one.Value.Symbol, one.Value.Count, one.Key.Token is null ? null : Whole(one.Value.Units, one.Value.Decimals))),
    ];

    static void Count(Sums reasons, SettlementView settlement, string[] own)
    {
        // A leg that was deposited shows its deposit, or the refund of it.
        LegView[] missing = [.. settlement.Legs.Where(leg => leg.Deposit is null && leg.Refund is null)];
        if (missing.Length == 0) Add(("OTHR", "system", null), null, 0, BigInteger.Zero);
        foreach (LegView leg in missing)
        {
            bool isOwn = own.Contains(leg.Direction == "deliver" ? leg.PartyRole : leg.RecipientRole);
            Add((IsoStatus.MissingReason(isOwn, leg.LegType), isOwn ? "own" : "counterparty", leg.Token.Address), leg.Token.Symbol, leg.Token.Decimals, BigInteger.Parse(leg.Amount, CultureInfo.InvariantCulture));
        }

        void Add((string, string, string?) key, string? symbol, int decimals, BigInteger units)
        {
            (_, _, long count, BigInteger sum) = reasons.GetValueOrDefault(key);
            reasons[key] = (symbol, decimals, count + 1, sum + units);
        }
    }

    static string Whole(BigInteger units, int decimals)
    {
        string digits = units.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string fraction = digits[^decimals..].TrimEnd('0');
        return fraction.Length == 0 ? digits[..^decimals] : $"{digits[..^decimals]}.{fraction}";
    }
}
