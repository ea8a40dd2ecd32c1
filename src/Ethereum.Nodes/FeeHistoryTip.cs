using System.Text.Json;

namespace Keystone.Ethereum.Nodes;

/// <summary>A tip from what the transactions of the newest blocks paid (<c>eth_feeHistory</c>).</summary>
internal static class FeeHistoryTip
{
    /// <summary>Blocks that are asked for.</summary>
    public const ulong Blocks = 10;

    /// <summary>Of the gas of each block, by the tip that it paid.</summary>
    public const int Percentile = 50;

    /// <summary>The median over the blocks, in wei per gas; zero when none of them has a transaction.</summary>
    /// <param name="history">The result of <c>eth_feeHistory</c>.</param>
    /// <exception cref="KeyNotFoundException">There are no rewards in it.</exception>
    public static UInt256 Read(JsonElement history)
    {
        // An empty block has no tips and is skipped.
        UInt256[] tips = [.. history.GetProperty("reward").EnumerateArray().Select(block => RpcValue.Integer(block[0])).Where(tip => !tip.IsZero).Order()];
        return tips.Length == 0 ? UInt256.Zero : tips[tips.Length / 2];
    }
}
