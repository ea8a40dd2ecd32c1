using Keystone.Ethereum;

namespace Keystone.Indexer.Reading;

/// <summary>The 2,048-bit filter of a block's logs (yellow paper, 4.3.1): a bit that is missing proves that a log is not there.</summary>
internal static class LogsBloom
{
    /// <summary>Three bits of a value.</summary>
    public static int[] BitsOf(ReadOnlySpan<byte> value)
    {
        byte[] hash = Keccak256.Hash(value).ToBytes();
        return [Bit(hash, 0), Bit(hash, 2), Bit(hash, 4)];
    }

    /// <summary>True when the filter may hold a value of these bits.</summary>
    public static bool MayHold(ReadOnlySpan<byte> bloom, int[] bits)
    {
        foreach (int bit in bits)
            if ((bloom[bloom.Length - 1 - bit / 8] & (1 << (bit % 8))) == 0) return false;
        return true;
    }

    static int Bit(byte[] hash, int at) => ((hash[at] << 8) | hash[at + 1]) & 2047;
}
