namespace Keystone.Ethereum.Rlp;

/// <summary>Recursive Length Prefix encoding (Ethereum yellow paper, appendix B).</summary>
public sealed class RlpWriter
{
    byte[] _bytes = new byte[256];
    int _count;

    /// <summary>A byte string.</summary>
    public RlpWriter Bytes(ReadOnlySpan<byte> value)
    {
        if (value.Length != 1 || value[0] >= 0x80) Prefix(_count, 0x80, value.Length);
        return Encoded(value);
    }

    /// <summary>An integer: big-endian without leading zeros, 0 as the empty string.</summary>
    public RlpWriter Integer(UInt256 value)
    {
        Span<byte> word = stackalloc byte[UInt256.Size];
        value.CopyTo(word);
        return Bytes(word.TrimStart((byte)0));
    }

    /// <summary>A list of what <paramref name="write"/> writes.</summary>
    public RlpWriter List(Action<RlpWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        int start = _count;
        write(this);
        Prefix(start, 0xc0, _count - start);
        return this;
    }

    /// <summary>Where a list begins that <see cref="EndList"/> closes.</summary>
    internal int BeginList() => _count;

    internal void EndList(int start) => Prefix(start, 0xc0, _count - start);

    /// <summary>An item that is already encoded, put in as it is.</summary>
    public RlpWriter Encoded(ReadOnlySpan<byte> item)
    {
        Grow(item.Length);
        item.CopyTo(_bytes.AsSpan(_count));
        _count += item.Length;
        return this;
    }

    /// <summary>What was written.</summary>
    public byte[] ToArray() => _bytes[.._count];

    /// <summary>What was written, valid until something more is.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

    internal void Clear() => _count = 0;

    /// <summary>Bytes that a byte string takes with its prefix.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> value) => value.Length == 1 && value[0] < 0x80 ? 1 : LengthOf(value.Length);

    /// <summary>Bytes that so many take with the prefix before them.</summary>
    internal static int LengthOf(int length)
    {
        int size = 1;
        if (length > 55)
            for (int rest = length; rest > 0; rest >>= 8) size++;
        return size + length;
    }

    /// <summary>Writes a byte string; how many bytes that took.</summary>
    internal static int WriteBytes(Span<byte> target, ReadOnlySpan<byte> value)
    {
        int size = value.Length == 1 && value[0] < 0x80 ? 0 : WritePrefix(target, 0x80, value.Length);
        value.CopyTo(target[size..]);
        return size + value.Length;
    }

    /// <summary>Writes the header of so many bytes; returns the header's length.</summary>
    internal static int WritePrefix(Span<byte> target, int kind, int length)
    {
        int size = LengthOf(length) - length;
        if (size == 1)
        {
            target[0] = (byte)(kind + length);
            return 1;
        }
        target[0] = (byte)(kind + 54 + size);
        for (int i = size - 1, rest = length; i > 0; i--, rest >>= 8) target[i] = (byte)rest;
        return size;
    }

    // The length of a list is known after its items: they make room for it.
    void Prefix(int at, int kind, int length)
    {
        Span<byte> prefix = stackalloc byte[5];
        int size = WritePrefix(prefix, kind, length);
        Grow(size);
        _bytes.AsSpan(at, _count - at).CopyTo(_bytes.AsSpan(at + size));
        prefix[..size].CopyTo(_bytes.AsSpan(at));
        _count += size;
    }

    void Grow(int more)
    {
        if (_bytes.Length - _count < more) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(_count + more)));
    }
}
