namespace Keystone.Ethereum.Rlp;

/// <summary>Reads canonical RLP only: the shortest form of each length and integer, no byte left over inside a list.</summary>
public ref struct RlpReader
{
    ReadOnlySpan<byte> _rest;

    /// <summary>Over a sequence of items.</summary>
    public RlpReader(ReadOnlySpan<byte> items) => _rest = items;

    /// <summary>True when every item was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>True when the next item is a list; false at the end.</summary>
    public readonly bool IsList => !_rest.IsEmpty && _rest[0] >= 0xc0;

    /// <summary>The next item as it is encoded, with its prefix; what is in a list is not looked at.</summary>
    /// <exception cref="RlpException">Not canonical.</exception>
    public ReadOnlySpan<byte> ReadEncoded()
    {
        ReadOnlySpan<byte> before = _rest;
        Next(out _);
        return before[..(before.Length - _rest.Length)];
    }

    /// <summary>A byte string.</summary>
    /// <exception cref="RlpException">A list, or not canonical.</exception>
    public ReadOnlySpan<byte> ReadBytes() => Next(out bool isList) is var item && !isList ? item : throw new RlpException("Expected a byte string, found a list.");

    /// <summary>A list: a reader over its items.</summary>
    /// <exception cref="RlpException">A byte string, or not canonical.</exception>
    public RlpReader ReadList() => Next(out bool isList) is var item && isList ? new RlpReader(item) : throw new RlpException("Expected a list, found a byte string.");

    /// <summary>An integer of at most 256 bits without leading zeros.</summary>
    /// <exception cref="RlpException">Not such an integer.</exception>
    public UInt256 ReadInteger()
    {
        ReadOnlySpan<byte> digits = ReadBytes();
        if (digits.Length > UInt256.Size)
            throw new RlpException("An integer of more than 256 bits.");
        if (digits.Length > 0 && digits[0] == 0)
            throw new RlpException("An integer with leading zeros.");
        Span<byte> word = stackalloc byte[UInt256.Size];
        word.Clear();
        digits.CopyTo(word[(UInt256.Size - digits.Length)..]);
        return new UInt256(word);
    }

    /// <summary>An integer of at most 64 bits without leading zeros.</summary>
    /// <exception cref="RlpException">Not such an integer.</exception>
    public ulong ReadUInt64()
    {
        UInt256 value = ReadInteger();
        return value <= (UInt256)ulong.MaxValue ? (ulong)value : throw new RlpException("An integer of more than 64 bits.");
    }

    ReadOnlySpan<byte> Next(out bool isList)
    {
        if (_rest.IsEmpty)
            throw new RlpException("An item is missing.");
        byte prefix = _rest[0];
        isList = prefix >= 0xc0;
        if (prefix < 0x80)
            return Take(0, 1);
        int shortBase = isList ? 0xc0 : 0x80;
        if (prefix <= shortBase + 55)
        {
            int length = prefix - shortBase;
            if (!isList && length == 1 && _rest.Length > 1 && _rest[1] < 0x80)
                throw new RlpException("A single byte below 0x80 stands for itself.");
            return Take(1, length);
        }
        int digits = prefix - shortBase - 55;
        if (digits > 4 || _rest.Length < 1 + digits || _rest[1] == 0)
            throw new RlpException("A length that is too long, cut off, or has leading zeros.");
        long size = 0;
        for (int i = 1; i <= digits; i++)
            size = (size << 8) | _rest[i];
        if (size <= 55)
            throw new RlpException("A long form for a short length.");
        return Take(1 + digits, size);
    }

    ReadOnlySpan<byte> Take(int skip, long length)
    {
        if (length > _rest.Length - skip)
            throw new RlpException("An item is cut off.");
        ReadOnlySpan<byte> item = _rest.Slice(skip, (int)length);
        _rest = _rest[(skip + (int)length)..];
        return item;
    }
}
