using System.Collections.Immutable;
using Keystone.Ethereum;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Alarms about one sender: log messages that begin with ALARM, and the metric <c>keystone.transactions.alarms</c>. Each is raised once, and again only after
/// its cause was gone.
/// </summary>
internal sealed partial class TransactionAlarms(TransactionsOptions options, Address sender, ILogger log)
{
    // An alarm about a late transaction is raised so many blocks before its deadline.
    const int AlarmBlocks = 10;

    readonly HashSet<Hash32> _overBudget = [];
    readonly HashSet<Guid> _late = [];
    readonly HashSet<string> _wrongCounts = new(StringComparer.Ordinal);
    bool _low;

    /// <summary>Compares the balance with twice what all unmined transactions may cost, wei.</summary>
    public void CheckBalance(UInt256 balance, UInt256 cost)
    {
        bool low = (cost + cost).CompareTo(balance) > 0;
        if (low && !_low)
        {
            LowBalance(sender, balance, cost);
            Count("low_balance");
        }
        _low = low;
    }

    /// <summary>The balance does not pay for one more transaction, wei.</summary>
    public void BalanceIsInsufficient(UInt256 balance, UInt256 cost)
    {
        InsufficientBalance(sender, balance, cost);
        Count("low_balance");
        _low = true;
    }

    /// <summary>A replacement of this attempt would exceed the budget.</summary>
    public void BudgetIsReached(long nonce, Hash32 attempt)
    {
        if (!_overBudget.Add(attempt)) return;
        BudgetReached(nonce);
        Count("budget_reached");
    }

    /// <summary>The transactions of an intent that were mined without effect cost its budget, wei.</summary>
    public void BudgetIsSpent(Intent intent, UInt256 spent)
    {
        BudgetSpent(intent.Name.Purpose, intent.Name.Subject, spent);
        Count("budget_spent");
    }

    /// <summary>Finds intents whose deadline is near and which were put back, or whose transaction waits longer than <c>Transactions:ReplaceAfterBlocks</c>.</summary>
    public void CheckDeadlines(PollContext poll, IEnumerable<Intent> wanted, ImmutableArray<NonceEntry> entries)
    {
        List<Intent> late = [.. wanted.Where(intent => intent.WantedUntil is { } until && poll.Chain.Time.SecondsUntil(until) <= AlarmBlocks * options.BlockSeconds && IsInTrouble(intent))];
        _late.IntersectWith(late.Select(intent => intent.Id));
        foreach (Intent intent in late)
        {
            if (!_late.Add(intent.Id)) continue;
            DeadlineNears(intent.Name.Purpose, intent.Name.Subject, poll.Chain.Time.SecondsUntil(intent.WantedUntil!.Value), intent.LastReason ?? "not mined yet");
            Count("deadline_nears");
        }

        bool IsInTrouble(Intent intent) => intent.Attempts > 0
            || entries.Any(entry => entry.IsSigned && entry.MinedBlock is null && entry.Intents.Contains(intent.Id) && poll.Head.Number - entry.Attempts[0].Head >= options.ReplaceAfterBlocks);
    }

    /// <summary>A node counts fewer transactions of the sender than are final.</summary>
    public void CountBelowFinal(string node, long count, long final)
    {
        if (!_wrongCounts.Add(node)) return;
        CountTooLow(node, count, sender, final);
        Count("nonce_below_final");
    }

    /// <summary>A node counts at least the transactions that are final.</summary>
    public void CountIsGood(string node) => _wrongCounts.Remove(node);

    /// <summary>Forgets all attempts but these.</summary>
    public void Keep(HashSet<Hash32> open) => _overBudget.IntersectWith(open);

    static void Count(string name) => TransactionsMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", name));

    [LoggerMessage(5005, LogLevel.Error, "ALARM low_balance: {Sender} has {Balance} wei and may need {Cost}: no new transaction until it is refilled")]
    partial void InsufficientBalance(Address sender, UInt256 balance, UInt256 cost);

    [LoggerMessage(5007, LogLevel.Error, "ALARM budget_reached: nonce {Nonce} is not mined, and a replacement at a higher price would exceed the budget; the last attempt is broadcast again")]
    partial void BudgetReached(long nonce);

    [LoggerMessage(5014, LogLevel.Error, "ALARM budget_spent: {Purpose} of {Subject} cost {Spent} wei without effect and is not tried again until an operator orders it")]
    partial void BudgetSpent(string purpose, Hash32 subject, UInt256 spent);

    [LoggerMessage(5012, LogLevel.Error, "ALARM low_balance: {Sender} has {Balance} wei and its pending transactions may cost {Cost}; refill it before transactions stop")]
    partial void LowBalance(Address sender, UInt256 balance, UInt256 cost);

    [LoggerMessage(5024, LogLevel.Error, "ALARM nonce_below_final: node {Node} counts {Count} transactions of {Sender}, of which {Final} are final in the mirror; it is not believed and another node is asked")]
    partial void CountTooLow(string node, long count, Address sender, long final);

    [LoggerMessage(5013, LogLevel.Error, "ALARM deadline_nears: {Purpose} of {Subject} has {Seconds} s of block time left: {Reason}")]
    partial void DeadlineNears(string purpose, Hash32 subject, long seconds, string reason);
}
