using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>Section <c>Desk</c>.</summary>
public sealed class DeskOptions
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

    /// <summary>Gas limit of one transaction at most; a transaction may have 16,777,216 (EIP-7825).</summary>
    public long MaxGas { get; set; } = 16_000_000;

    /// <summary>
    /// Gas that a transaction with several intents is filled up to. Half a block is not ours to take: a swap of two legs needs about 45,000.
    /// </summary>
    public long BatchGas { get; set; } = 8_000_000;

    /// <summary>Seconds of an average block, to count the blocks until a deadline.</summary>
    public double BlockSeconds { get; set; } = 12;

    internal UInt256 Budget => UInt256.Parse(BudgetWei);

    internal UInt256 Floor => UInt256.Parse(FloorWei);

    internal UInt256 MinimumTip => UInt256.Parse(MinimumTipWei);
}
