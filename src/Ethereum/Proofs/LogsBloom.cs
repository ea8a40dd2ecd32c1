namespace Keystone.Ethereum.Proofs;

/// <summary>The 2,048-bit filter of logs (yellow paper, 4.3.1): a bit that is missing proves that a value is not there.</summary>
public static class LogsBloom
{
    /// <summary>Bytes of a filter.</summary>
    public const int Size = 256;

    /// <summary>The filter of these logs.</summary>
    public static byte[] Of(IEnumerable<LogEntry> logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        byte[] bloom = new byte[Size];
        new BloomMaker().Add(bloom, logs);
        return bloom;
    }

    /// <summary>The bits of an address or a topic.</summary>
    public static BloomBits BitsOf(ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[Hash32.Size];
        Keccak256.Hash(value, hash);
        return new BloomBits(Bit(hash, 0), Bit(hash, 2), Bit(hash, 4));
    }

    /// <summary>True when the filter may hold an address or a topic; false proves that it does not.</summary>
    /// <param name="bloom">The filter, 256 bytes.</param>
    /// <param name="bits">Bits of the value.</param>
    public static bool MayHold(ReadOnlySpan<byte> bloom, BloomBits bits) => Has(bloom, bits.First) && Has(bloom, bits.Second) && Has(bloom, bits.Third);

    /// <summary>True when the filter may hold the address and all topics of a log.</summary>
    public static bool MayHold(ReadOnlySpan<byte> bloom, LogEntry log)
    {
        ArgumentNullException.ThrowIfNull(log);
        Span<byte> value = stackalloc byte[Hash32.Size];
        log.Address.CopyTo(value);
        if (!MayHold(bloom, BitsOf(value[..Address.Size]))) return false;
        foreach (Hash32 topic in log.Topics)
        {
            topic.CopyTo(value);
            if (!MayHold(bloom, BitsOf(value))) return false;
        }
        return true;
    }

    internal static void Add(Span<byte> bloom, BloomBits bits)
    {
        Set(bloom, bits.First);
        Set(bloom, bits.Second);
        Set(bloom, bits.Third);
    }

    static bool Has(ReadOnlySpan<byte> bloom, int bit) => (bloom[Size - 1 - bit / 8] & (1 << (bit % 8))) != 0;

    static void Set(Span<byte> bloom, int bit) => bloom[Size - 1 - bit / 8] |= (byte)(1 << (bit % 8));

    static int Bit(ReadOnlySpan<byte> hash, int at) => ((hash[at] << 8) | hash[at + 1]) & 2047;
}

/// <summary>
/// Makes and asks filters. Contracts, settlements and kinds of events come again and again in blocks that follow each other: their bits are worked out once.
/// Not for two threads at a time.
/// </summary>
public sealed class BloomMaker
{
    // Beyond it everything is forgotten: what is in use comes again.
    const int Most = 16_384;

    readonly Dictionary<Address, BloomBits> _addresses = [];
    readonly Dictionary<Hash32, BloomBits> _topics = [];

    /// <summary>Adds address and topics of logs to a filter of 256 bytes.</summary>
    public void Add(Span<byte> bloom, IEnumerable<LogEntry> logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        foreach (LogEntry log in logs)
        {
            LogsBloom.Add(bloom, BitsOf(log.Address));
            foreach (Hash32 topic in log.Topics) LogsBloom.Add(bloom, BitsOf(topic));
        }
    }

    /// <summary>As <see cref="LogsBloom.MayHold(ReadOnlySpan{byte}, LogEntry)"/>.</summary>
    public bool MayHold(ReadOnlySpan<byte> bloom, LogEntry log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (!LogsBloom.MayHold(bloom, BitsOf(log.Address))) return false;
        foreach (Hash32 topic in log.Topics)
            if (!LogsBloom.MayHold(bloom, BitsOf(topic))) return false;
        return true;
    }

    BloomBits BitsOf(Address address)
    {
        if (_addresses.TryGetValue(address, out BloomBits bits)) return bits;
        Span<byte> value = stackalloc byte[Address.Size];
        address.CopyTo(value);
        if (_addresses.Count == Most) _addresses.Clear();
        return _addresses[address] = LogsBloom.BitsOf(value);
    }

    BloomBits BitsOf(Hash32 topic)
    {
        if (_topics.TryGetValue(topic, out BloomBits bits)) return bits;
        Span<byte> value = stackalloc byte[Hash32.Size];
        topic.CopyTo(value);
        if (_topics.Count == Most) _topics.Clear();
        return _topics[topic] = LogsBloom.BitsOf(value);
    }
}

/// <summary>The three bits that a value sets in a filter of logs, each 0 to 2047.</summary>
public readonly record struct BloomBits(int First, int Second, int Third);
