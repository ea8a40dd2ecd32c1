using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>Section <c>Transactions</c>.</summary>
public sealed class TransactionsOptions
{
    /// <summary>Seconds a sender's lease lives without renewal.</summary>
    public double LeaseSeconds { get; set; } = 10;

    /// <summary>Milliseconds between looks when nothing signals.</summary>
    public int PollMilliseconds { get; set; } = 500;

    /// <summary>Blocks an attempt may rest before it is replaced by a dearer one.</summary>
    public int ReplaceAfterBlocks { get; set; } = 3;

    /// <summary>Transactions in flight at most.</summary>
    public int MaxInFlight { get; set; } = 48;

    /// <summary>Wei one transaction may cost when its intent names no budget. Default 0.05 ether.</summary>
    public string BudgetWei { get; set; } = "50000000000000000";

    /// <summary>Wei per gas below which no budget binds. Default 1 gwei.</summary>
    public string FloorWei { get; set; } = "1000000000";

    /// <summary>Wei per gas of tip at least. Default 0.1 gwei.</summary>
    public string MinimumTipWei { get; set; } = "100000000";

    /// <summary>
    /// Gas limit of one transaction at most. The block's own gas limit bounds it, too. A limit above 16,777,216 (EIP-7825) is given only where the
    /// node estimates the call, or a trial that needs more, above it: on chains with EIP-8037 that number bounds execution gas alone, and gas for new state
    /// may come on top.
    /// </summary>
    public long MaxGas { get; set; } = 30_000_000;

    /// <summary>
    /// Gas of a new storage slot, which a gas limit allows for each balance that may be zero in the block and was not at the estimate. 0: measured from the
    /// node by estimates, again at each head, so that it is right after a fork. Set it where the node refuses to estimate the creation of a contract.
    /// </summary>
    public long StorageSlotGas { get; set; }

    /// <summary>
    /// Gas that a transaction with several intents is filled up to, by what they use. Its gas limit is higher, by what may change until its block. A swap of
    /// two legs uses about 40,000 in a batch before EIP-8037 and 66,000 since, or 260,000 where both recipients hold nothing yet. 0 sends each intent alone.
    /// </summary>
    public long BatchGas { get; set; } = 8_000_000;

    /// <summary>Seconds of an average block, to count the blocks until a deadline.</summary>
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
