using System.Buffers.Binary;
using System.Text;

namespace Keystone.Ethereum.Abi;

/// <summary>
/// Reads the members of one tuple in order. Bounds and padding are checked, so that one encoding has one meaning;
/// whatever does not fit is refused with its offset and never reads or allocates past the bytes that are there.
/// </summary>
public ref struct AbiReader
{
    static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    readonly ReadOnlySpan<byte> _data;
    readonly int _base;
    int _next;

    /// <summary>Over the encoding of a tuple: function arguments, return values, or the data of an event.</summary>
    public AbiReader(ReadOnlySpan<byte> data) : this(data, 0, 0)
    {
    }

    AbiReader(ReadOnlySpan<byte> data, int @base, int next)
    {
        _data = data;
        _base = @base;
        _next = next;
    }

    /// <summary>Offset of the next head word.</summary>
    public readonly int Position => _next;

    /// <summary><c>bytes32</c>.</summary>
    public Hash32 ReadBytes32() => new(NextWord());

    /// <summary><c>uint256</c>.</summary>
    public UInt256 ReadUInt256() => new(NextWord());

    /// <summary><c>uint64</c>.</summary>
    public ulong ReadUInt64()
    {
        int at = _next;
        ReadOnlySpan<byte> word = NextWord();
        RequireZero(word[..24], at, "The value needs more than 64 bits");
        return BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
    }

    /// <summary><c>uint8</c>, which is also how an enumeration travels.</summary>
    public byte ReadUInt8()
    {
        int at = _next;
        ReadOnlySpan<byte> word = NextWord();
        RequireZero(word[..31], at, "The value needs more than 8 bits");
        return word[31];
    }

    /// <summary><c>bool</c>.</summary>
    public bool ReadBool()
    {
        int at = _next;
        byte value = ReadUInt8();
        return value <= 1 ? value == 1 : throw new AbiException("A bool is 0 or 1", at);
    }

    /// <summary><c>address</c>.</summary>
    public Address ReadAddress()
    {
        int at = _next;
        ReadOnlySpan<byte> word = NextWord();
        RequireZero(word[..12], at, "The upper bytes of an address are not zero");
        return new Address(word[12..]);
    }

    /// <summary><c>bytes</c>.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        int start = FollowOffset();
        int length = ReadLength(start, 1);
        int padded = (length + 31) & ~31;
        if (padded > _data.Length - start - 32)
            throw new AbiException("The bytes end before their padding", start);
        RequireZero(_data.Slice(start + 32 + length, padded - length), start + 32 + length, "The padding is not zero");
        return _data.Slice(start + 32, length);
    }

    /// <summary><c>string</c>; refused when it is not UTF-8.</summary>
    public string ReadString()
    {
        int at = _next;
        try
        {
            return Utf8.GetString(ReadBytes());
        }
        catch (DecoderFallbackException)
        {
            throw new AbiException("The string is not UTF-8", at);
        }
    }

    /// <summary>A tuple with a dynamic member: its own reader. A static tuple stands in place; read its members with this one.</summary>
    public AbiReader ReadDynamicTuple()
    {
        int start = FollowOffset();
        return new AbiReader(_data, start, start);
    }

    /// <summary>An array <c>T[]</c>: its length, and a reader over its items.</summary>
    /// <param name="length">Number of items; bounded by the bytes that are there.</param>
    /// <param name="itemHeadSize">Bytes of an item in the array's head: 32 for a word or a dynamic item, n x 32 for a static tuple.</param>
    public AbiReader ReadArray(out int length, int itemHeadSize = 32)
    {
        int start = FollowOffset();
        length = ReadLength(start, itemHeadSize);
        return new AbiReader(_data, start + 32, start + 32);
    }

    ReadOnlySpan<byte> NextWord()
    {
        ReadOnlySpan<byte> word = WordAt(_next);
        _next += 32;
        return word;
    }

    readonly ReadOnlySpan<byte> WordAt(int offset) => offset >= 0 && offset <= _data.Length - 32
        ? _data.Slice(offset, 32)
        : throw new AbiException("The encoding ends too early", Math.Min(offset, _data.Length));

    int FollowOffset()
    {
        int at = _next;
        ReadOnlySpan<byte> word = NextWord();
        RequireZero(word[..28], at, "The offset points past the end");
        uint offset = BinaryPrimitives.ReadUInt32BigEndian(word[28..]);
        return offset <= _data.Length - _base
            ? _base + (int)offset
            : throw new AbiException("The offset points past the end", at);
    }

    readonly int ReadLength(int at, int itemSize)
    {
        ReadOnlySpan<byte> word = WordAt(at);
        RequireZero(word[..28], at, "The length is larger than what is there");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(word[28..]);
        return length <= int.MaxValue && (ulong)length * (uint)itemSize <= (ulong)(_data.Length - at - 32)
            ? (int)length
            : throw new AbiException("The length is larger than what is there", at);
    }

    static void RequireZero(ReadOnlySpan<byte> bytes, int offset, string message)
    {
        if (bytes.ContainsAnyExcept((byte)0))
            throw new AbiException(message, offset);
    }
}
