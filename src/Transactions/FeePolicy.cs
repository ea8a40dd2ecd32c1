using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions;

/// <summary>Applies <see cref="Fees"/> with the settings' budget and floor and the node's suggested tip.</summary>
internal sealed class FeePolicy(TransactionsOptions options)
{
    /// <summary>Tip, wei per gas: the node's suggestion, at least <c>Transactions:MinimumTipWei</c>.</summary>
    public async Task<UInt256> TipAsync(IEthereumNode node, CancellationToken cancellationToken)
    {
        UInt256 suggested = await node.GetMaxPriorityFeePerGasAsync(cancellationToken);
        return suggested > options.MinimumTip ? suggested : options.MinimumTip;
    }

    /// <summary>Price of a first attempt for these intents; without intents, of a transaction that nobody's deadline limits.</summary>
    public AttemptFee First(PollContext poll, UInt256 tip, IReadOnlyCollection<Intent> intents, ulong gas)
    {
        long blocks = intents.Min(intent => intent.WantedUntil?.Seconds) is { } until ? (long)(poll.Chain.Time.SecondsUntil(until) / options.BlockSeconds) : Fees.MaxBlocksAhead;
        return Fees.First(poll.Head.BaseFeePerGas ?? UInt256.Zero, tip, Math.Max(1, blocks), gas, BudgetOf(intents), options.Floor);
    }

    /// <summary>Price that replaces an attempt; null if it would exceed the budget.</summary>
    public AttemptFee? Replace(AttemptFee old, AttemptFee today, ulong gas, IReadOnlyCollection<Intent> intents) =>
        Fees.Replace(old, today, gas, BudgetOf(intents), options.Floor);

    /// <summary>Budget of one intent, wei.</summary>
    public UInt256 BudgetOf(Intent intent) => intent.Budget ?? options.Budget;

    // The budgets of intents that share a transaction add up.
    UInt256 BudgetOf(IReadOnlyCollection<Intent> intents) =>
        intents.Count == 0 ? options.Budget : intents.Aggregate(UInt256.Zero, (sum, intent) => sum + BudgetOf(intent));

    /// <summary>Most wei that the unmined transactions among these may cost.</summary>
    public static UInt256 MostCost(IEnumerable<NonceEntry> unmined) =>
        unmined.Aggregate(UInt256.Zero, (sum, entry) => sum + ((UInt256)entry.Gas * entry.Latest!.Fee.MaxFee));
}
