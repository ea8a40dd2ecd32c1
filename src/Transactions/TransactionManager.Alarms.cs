using System.Collections.Immutable;
using Keystone.Ethereum;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

// What a person has to be told while there is still time. Each is told once, until it is over.
internal sealed partial class TransactionManager
{
    // Blocks before its deadline from which trouble with a transaction is told.
    const int AlarmBlocks = 10;

    readonly HashSet<Hash32> _overBudget = [];
    readonly HashSet<Guid> _late = [];
    bool _low;

    // Nothing stops yet, but as much again would not be paid for.
    void NearlyNoFunds(UInt256 balance, UInt256 cost)
    {
        bool low = (cost + cost).CompareTo(balance) > 0;
        if (low && !_low)
        {
            LowFunds(signer.Address, balance, cost);
            Alarm("low_balance");
        }
        _low = low;
    }

    void NoFundsFor(UInt256 balance, UInt256 cost)
    {
        NoFunds(signer.Address, balance, cost);
        Alarm("low_balance");
        _low = true;
    }

    void BudgetIsReached(long nonce, Hash32 attempt)
    {
        if (!_overBudget.Add(attempt)) return;
        BudgetReached(nonce);
        Alarm("budget_reached");
    }

    void BudgetIsSpent(Intent intent, UInt256 spent)
    {
        BudgetSpent(intent.Name.Purpose, intent.Name.Subject, spent);
        Alarm("budget_spent");
    }

    void CheckDeadlines(IEnumerable<Intent> wanted, ImmutableArray<NonceEntry> entries, long head, ChainView chain)
    {
        List<Intent> late = [.. wanted.Where(intent => intent.WantedUntil is { } until && until - chain.Time <= AlarmBlocks * options.BlockSeconds && IsInTrouble(intent))];
        _late.IntersectWith(late.Select(intent => intent.Id));
        foreach (Intent intent in late)
        {
            if (!_late.Add(intent.Id)) continue;
            DeadlineNears(intent.Name.Purpose, intent.Name.Subject, intent.WantedUntil!.Value - chain.Time, intent.LastReason ?? "not mined yet");
            Alarm("deadline_nears");
        }

        // Refused before, or on its way for longer than a transaction should be. What is only just asked for is not late yet.
        bool IsInTrouble(Intent intent) => intent.Attempts > 0
            || entries.Any(entry => entry.IsSigned && entry.MinedBlock is null && entry.Intents.Contains(intent.Id) && head - entry.Attempts[0].Head >= options.ReplaceAfterBlocks);
    }

    static void Alarm(string name) => TransactionsMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", name));

    [LoggerMessage(5005, LogLevel.Error, "ALARM low_balance: {Sender} has {Balance} wei and may need {Cost}: no new transaction until it is refilled")]
    partial void NoFunds(Address sender, UInt256 balance, UInt256 cost);

    [LoggerMessage(5007, LogLevel.Error, "ALARM budget_reached: nonce {Nonce} waits for its block, and a more expensive attempt would pass the budget; the last one is broadcast again")]
    partial void BudgetReached(long nonce);

    [LoggerMessage(5014, LogLevel.Error, "ALARM budget_spent: {Purpose} of {Subject} cost {Spent} wei without effect and is not tried again until somebody orders it")]
    partial void BudgetSpent(string purpose, Hash32 subject, UInt256 spent);

    [LoggerMessage(5012, LogLevel.Error, "ALARM low_balance: {Sender} has {Balance} wei and what is on its way may cost {Cost}; send it more before transactions stop")]
    partial void LowFunds(Address sender, UInt256 balance, UInt256 cost);

    [LoggerMessage(5013, LogLevel.Error, "ALARM deadline_nears: {Purpose} of {Subject} has {Seconds} s of block time left: {Reason}")]
    partial void DeadlineNears(string purpose, Hash32 subject, long seconds, string reason);
}
