using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>Section <c>Transactions</c>.</summary>
public sealed class TransactionsOptions
{
    /// <summary>Seconds until a sender's lease expires if it is not renewed; then another keeper takes over.</summary>
    public double LeaseSeconds { get; set; } = 10;

    /// <summary>Interval at which a sender is polled if no signal arrives, milliseconds.</summary>
    public int PollMilliseconds { get; set; } = 500;

    /// <summary>Number of blocks without inclusion after which a transaction is replaced by one with a higher price.</summary>
    public int ReplaceAfterBlocks { get; set; } = 3;

    /// <summary>Maximum number of transactions that are signed and not yet mined.</summary>
    public int MaxInFlight { get; set; } = 48;

    /// <summary>Maximum cost of a transaction whose intent has no budget of its own, wei. Default 0.05 ether.</summary>
    public string BudgetWei { get; set; } = "50000000000000000";

    /// <summary>Price up to which no budget limits a transaction, wei per gas. Default 1 gwei.</summary>
    public string FloorWei { get; set; } = "1000000000";

    /// <summary>Minimum tip, wei per gas. Default 0.1 gwei.</summary>
    public string MinimumTipWei { get; set; } = "100000000";

    /// <summary>
    /// Maximum gas limit of one transaction. The block's gas limit bounds it, too. A limit above 16,777,216 (EIP-7825) is used only if the node's estimate of the
    /// call, or of a test call that needs more, is above that number: with EIP-8037 it bounds execution gas alone, and gas for new state is added to it.
    /// </summary>
    public long MaxGas { get; set; } = 30_000_000;

    /// <summary>
    /// Gas of a new storage slot. A gas limit includes it for each balance that was not zero at the estimate but may be zero when the transaction is executed.
    /// 0: measured by estimates of the node at each head, so that it is right after a fork. Set it if the node rejects estimates of contract creations.
    /// </summary>
    public long StorageSlotGas { get; set; }

    /// <summary>
    /// Maximum gas used by a batch; kept well below the block's gas limit, so that the transaction is included promptly. Its gas limit is higher, to allow for state that
    /// changes until its block. A swap of two legs uses about 40,000 gas in a batch before EIP-8037 and 66,000 since, or 260,000 if both recipients hold nothing yet. 0 disables batches.
    /// </summary>
    public long BatchGas { get; set; } = 8_000_000;

    /// <summary>Average block time, seconds; used to compute the number of blocks until a deadline.</summary>
    public double BlockSeconds { get; set; } = 12;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (LeaseSeconds is not (>= 1 and <= 300))
            yield return "Transactions:LeaseSeconds must be between 1 and 300.";
        if (PollMilliseconds is < 10 or > 60_000)
            yield return "Transactions:PollMilliseconds must be between 10 and 60000.";
        if (ReplaceAfterBlocks < 1)
            yield return "Transactions:ReplaceAfterBlocks must be at least 1.";
        if (MaxInFlight is < 1 or > 1_000)
            yield return "Transactions:MaxInFlight must be between 1 and 1000.";
        if (MaxGas is < 100_000 or > uint.MaxValue)
            yield return "Transactions:MaxGas must be between 100000 and 4294967295, the most that a transaction can name.";
        if (StorageSlotGas is not (0 or (>= 1_000 and <= 10_000_000)))
            yield return "Transactions:StorageSlotGas must be 0 (measured from the node) or between 1000 and 10000000.";
        if (BatchGas < 0 || BatchGas > MaxGas)
            yield return "Transactions:BatchGas must be between 0 (no batches) and Transactions:MaxGas.";
        if (BlockSeconds is not > 0)
            yield return "Transactions:BlockSeconds must be above 0.";
        foreach ((string name, string wei) in new[] { ("BudgetWei", BudgetWei), ("FloorWei", FloorWei), ("MinimumTipWei", MinimumTipWei) })
            if (!IsWei(wei))
                yield return $"Transactions:{name} must be a whole number of wei.";
    }

    static bool IsWei(string text)
    {
        try
        {
            UInt256.Parse(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            return false;
        }
    }

    internal UInt256 Budget => UInt256.Parse(BudgetWei);

    internal UInt256 Floor => UInt256.Parse(FloorWei);

    internal UInt256 MinimumTip => UInt256.Parse(MinimumTipWei);
}
