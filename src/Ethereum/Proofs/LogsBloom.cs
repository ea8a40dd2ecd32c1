namespace Keystone.Ethereum.Proofs;

/// <summary>The 2,048-bit filter of logs (yellow paper, 4.3.1): a bit that is missing proves that a value is not there.</summary>
public static class LogsBloom
{
    /// <summary>Bytes of a filter.</summary>
    public const int Size = 256;

    /// <summary>Sets the bits of each log's address and topics.</summary>
    public static void Add(Span<byte> bloom, IEnumerable<LogEntry> logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        Span<byte> value = stackalloc byte[Hash32.Size];
        foreach (LogEntry log in logs)
        {
            log.Address.CopyTo(value);
            Add(bloom, value[..Address.Size]);
            foreach (Hash32 topic in log.Topics)
            {
                topic.CopyTo(value);
                Add(bloom, value);
            }
        }
    }

    /// <summary>The filter of these logs.</summary>
    public static byte[] Of(IEnumerable<LogEntry> logs)
    {
        byte[] bloom = new byte[Size];
        Add(bloom, logs);
        return bloom;
    }

    /// <summary>True when the filter may hold an address or a topic; false proves that it does not.</summary>
    public static bool MayHold(ReadOnlySpan<byte> bloom, ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[Hash32.Size];
        Keccak256.Hash(value, hash);
        for (int i = 0; i < 6; i += 2)
        {
            int bit = Bit(hash, i);
            if ((bloom[Size - 1 - bit / 8] & (1 << (bit % 8))) == 0) return false;
        }
        return true;
    }

    static void Add(Span<byte> bloom, ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[Hash32.Size];
        Keccak256.Hash(value, hash);
        for (int i = 0; i < 6; i += 2)
        {
            int bit = Bit(hash, i);
            bloom[Size - 1 - bit / 8] |= (byte)(1 << (bit % 8));
        }
    }

    static int Bit(ReadOnlySpan<byte> hash, int at) => ((hash[at] << 8) | hash[at + 1]) & 2047;
}
