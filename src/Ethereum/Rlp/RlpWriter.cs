namespace Keystone.Ethereum.Rlp;

/// <summary>Recursive Length Prefix encoding (Ethereum yellow paper, appendix B).</summary>
public sealed class RlpWriter
{
    readonly List<byte> _bytes = [];

    /// <summary>A byte string.</summary>
    public RlpWriter Bytes(ReadOnlySpan<byte> value)
    {
        if (value.Length == 1 && value[0] < 0x80)
        {
            _bytes.Add(value[0]);
            return this;
        }
        Prefix(0x80, value.Length);
        _bytes.AddRange(value);
        return this;
    }

    /// <summary>An integer: big-endian without leading zeros, 0 as the empty string.</summary>
    public RlpWriter Integer(UInt256 value) => Bytes(value.ToBytes().AsSpan().TrimStart((byte)0));

    /// <summary>A list of what <paramref name="write"/> writes.</summary>
    public RlpWriter List(Action<RlpWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        RlpWriter inner = new();
        write(inner);
        Prefix(0xc0, inner._bytes.Count);
        _bytes.AddRange(inner._bytes);
        return this;
    }

    /// <summary>What was written.</summary>
    public byte[] ToArray() => [.. _bytes];

    void Prefix(byte kind, int length)
    {
        if (length <= 55)
        {
            _bytes.Add((byte)(kind + length));
            return;
        }
        ReadOnlySpan<byte> digits = ((UInt256)(ulong)length).ToBytes().AsSpan().TrimStart((byte)0);
        _bytes.Add((byte)(kind + 55 + digits.Length));
        _bytes.AddRange(digits);
    }
}
