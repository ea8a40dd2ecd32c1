using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>Replaces a signed transaction that is not mined with one of the same nonce at a higher price: the same call, or an empty transfer.</summary>
internal sealed class AttemptReplacement(
    Broadcaster broadcaster, GasLimits gas, FeePolicy fees, TransactionAlarms alarms, Address sender)
{
    /// <summary>Signs and broadcasts the replacement. If its price would exceed the budget, the old attempt is broadcast again and an alarm is raised.</summary>
    /// <param name="poll">The poll.</param>
    /// <param name="entry">A signed nonce.</param>
    /// <param name="asFill">True for an empty transfer.</param>
    /// <param name="wanted">Intents that are wanted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ReplaceAsync(PollContext poll, NonceEntry entry, bool asFill, Dictionary<Guid, Intent> wanted, CancellationToken cancellationToken)
    {
        Attempt old = entry.Latest!;
        if (asFill) await gas.RefreshAsync(poll.Node, sender, poll.Head, cancellationToken);
        Intent[] carried = asFill ? [] : [.. entry.Intents.Where(wanted.ContainsKey).Select(id => wanted[id])];
        ulong limit = asFill ? gas.Fill : entry.Gas;
        UInt256 tip = await fees.TipAsync(poll.Node, cancellationToken);
        AttemptFee today = fees.First(poll, tip, carried, limit);
        if (fees.Replace(old.Fee, today, limit, carried) is not { } fee)
        {
            TransactionsMetrics.BudgetReached.Add(1);
            alarms.BudgetIsReached(entry.Nonce, old.Hash);
            await broadcaster.BroadcastAsync(old, poll.Head.Number, cancellationToken);
            return;
        }
        NonceEntry next = asFill ? entry with { To = sender, Data = ReadOnlyMemory<byte>.Empty, Gas = limit } : entry;
        if (await broadcaster.SignAsync(poll.Epoch, next, fee, poll.Head.Number, asFill, asFill ? "fill" : "replace", cancellationToken) is { } attempt)
            await broadcaster.BroadcastAsync(attempt, poll.Head.Number, cancellationToken);
    }
}
