using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace Keystone.Ethereum.Abi;

/// <summary>What an ABI type is at its outermost.</summary>
public enum AbiKind
{
    /// <summary><c>uintN</c>, also <c>ufixedMxN</c>, whose decimal point the encoding does not know. A value is a <see cref="UInt256"/>.</summary>
    Uint,

    /// <summary><c>intN</c>, also <c>fixedMxN</c>. A value is a <see cref="BigInteger"/>.</summary>
    Int,

    /// <summary><c>address</c>. A value is an <see cref="Address"/>.</summary>
    Address,

    /// <summary><c>bool</c>.</summary>
    Bool,

    /// <summary><c>bytes1</c> to <c>bytes32</c>, and <c>function</c>, which is 24 bytes. A value is a byte array of that length.</summary>
    FixedBytes,

    /// <summary><c>bytes</c>. A value is a byte array.</summary>
    Bytes,

    /// <summary><c>string</c>.</summary>
    String,

    /// <summary><c>T[]</c>. A value is an <c>object[]</c>.</summary>
    Array,

    /// <summary><c>T[n]</c>. A value is an <c>object[]</c>.</summary>
    FixedArray,

    /// <summary><c>(T1,T2,...)</c>. A value is an <c>object[]</c>.</summary>
    Tuple,
}

/// <summary>A type of the Solidity contract ABI specification, read from its canonical text.</summary>
public sealed class AbiType
{
    const int MaxDepth = 32;
    const int MaxText = 64 << 10;

    AbiType(AbiKind kind, string name, int size, AbiType? item, ImmutableArray<AbiType> members, bool isDynamic, long staticSize) =>
        (Kind, Name, Size, Item, Members, IsDynamic, StaticSize) = (kind, name, size, item, members, isDynamic, staticSize);

    /// <summary>What it is at its outermost.</summary>
    public AbiKind Kind { get; }

    /// <summary>Canonical text, for example <c>(uint256,bytes)[2]</c>.</summary>
    public string Name { get; }

    /// <summary>Bits of an integer, bytes of <c>bytesN</c>, items of <c>T[n]</c>; else 0.</summary>
    public int Size { get; }

    /// <summary>Type of an array's items; null for what is no array.</summary>
    public AbiType? Item { get; }

    /// <summary>Types of a tuple's members; empty for what is no tuple.</summary>
    public ImmutableArray<AbiType> Members { get; }

    /// <summary>True when a value stands behind an offset.</summary>
    public bool IsDynamic { get; }

    /// <summary>Bytes of a static value; of a dynamic one nothing.</summary>
    internal long StaticSize { get; }

    /// <summary>Bytes taken in the head of the enclosing tuple or array.</summary>
    internal long HeadSize => IsDynamic ? 32 : StaticSize;

    /// <summary>Reads a type, for example <c>uint256</c>, <c>bytes32[4]</c> or <c>(address,(uint8,string)[])</c>.</summary>
    /// <exception cref="FormatException">Not a type; the message says where.</exception>
    public static AbiType Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = 0;
        AbiType type = ReadType(text, ref at, 0);
        return at == text.Length ? type : throw Fault(text, at, "Something follows the type");
    }

    /// <summary>Reads a signature, for example <c>transfer(address,uint256)</c>: the tuple of its arguments. Its name is not kept.</summary>
    /// <exception cref="FormatException">Not a signature; the message says where.</exception>
    public static AbiType ParseSignature(string signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        int at = signature.IndexOf('(', StringComparison.Ordinal);
        if (at <= 0 || signature.AsSpan(0, at).ContainsAnyExcept(IdentifierCharacters) || char.IsAsciiDigit(signature[0]))
            throw Fault(signature, Math.Max(at, 0), "Expected the name of a function and its arguments in parentheses");
        AbiType arguments = ReadTuple(signature, ref at, 0);
        return at == signature.Length ? arguments : throw Fault(signature, at, "Something follows the arguments");
    }

    /// <summary>The value of this type, ready to be encoded. <see cref="AbiKind"/> says which .NET type a value has.</summary>
    /// <exception cref="ArgumentException">A value of another type, length or range.</exception>
    public AbiValue Value(object value)
    {
        switch (Kind)
        {
            case AbiKind.Uint when value is UInt256 number && (Size == 256 || number.ToBigInteger() >> Size == 0): return AbiValue.Uint(number);
            case AbiKind.Int when value is BigInteger number && number >= -(BigInteger.One << (Size - 1)) && number < BigInteger.One << (Size - 1):
                return AbiValue.Int(number);
            case AbiKind.Address when value is Address account: return AbiValue.Address(account);
            case AbiKind.Bool when value is bool flag: return AbiValue.Bool(flag);
            case AbiKind.FixedBytes when value is byte[] bytes && bytes.Length == Size: return AbiValue.FixedBytes(bytes);
            case AbiKind.FixedBytes when value is Hash32 hash && Size == 32: return AbiValue.Bytes32(hash);
            case AbiKind.Bytes when value is byte[] bytes: return AbiValue.Bytes(bytes);
            case AbiKind.String when value is string text: return AbiValue.String(text);
            case AbiKind.Array when value is IReadOnlyList<object> items: return AbiValue.Array(Values(items));
            case AbiKind.FixedArray when value is IReadOnlyList<object> items && items.Count == Size: return AbiValue.Tuple(Values(items));
            case AbiKind.Tuple when value is IReadOnlyList<object> members && members.Count == Members.Length:
                AbiValue[] values = new AbiValue[members.Count];
                for (int i = 0; i < values.Length; i++) values[i] = Members[i].Value(members[i]);
                return AbiValue.Tuple(values);
            default: throw new ArgumentException($"The value is not a {Name}.", nameof(value));
        }
    }

    /// <summary>The encoding of a value: of a tuple, its members (as arguments are encoded); of another type, as the only member of a tuple.</summary>
    /// <exception cref="ArgumentException">A value of another type, length or range.</exception>
    public byte[] Encode(object value) => Kind == AbiKind.Tuple ? Value(value).Encode() : AbiValue.Tuple(Value(value)).Encode();

    /// <summary>Reads what <see cref="Encode"/> writes. Bytes that stand behind everything that is referred to are not looked at.</summary>
    /// <exception cref="AbiException">Not an encoding of this type.</exception>
    public object Decode(ReadOnlySpan<byte> encoding)
    {
        AbiReader reader = new(encoding);
        return Kind == AbiKind.Tuple ? reader.ReadMembers(this) : reader.Read(this);
    }

    /// <summary>The canonical text.</summary>
    public override string ToString() => Name;

    AbiValue[] Values(IReadOnlyList<object> items)
    {
        AbiValue[] values = new AbiValue[items.Count];
        for (int i = 0; i < values.Length; i++) values[i] = Item!.Value(items[i]);
        return values;
    }

    // ---- reading the text

    static readonly System.Buffers.SearchValues<char> IdentifierCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");

    static AbiType ReadType(string text, ref int at, int depth)
    {
        if (text.Length > MaxText) throw new FormatException("The text is too long for an ABI type.");
        AbiType type = at < text.Length && text[at] == '(' ? ReadTuple(text, ref at, depth) : ReadElementary(text, ref at);
        for (int suffixes = 0; at < text.Length && text[at] == '['; suffixes++)
        {
            if (depth + suffixes >= MaxDepth) throw Fault(text, at, "Nested too deeply");
            int digits = ++at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (at >= text.Length || text[at] != ']') throw Fault(text, at, "Expected ]");
            ReadOnlySpan<char> length = text.AsSpan(digits, at - digits);
            type = length.IsEmpty ? ArrayOf(type) : ArrayOf(type, Number(text, digits, length));
            at++;
        }
        return type;
    }

    static AbiType ReadTuple(string text, ref int at, int depth)
    {
        if (depth >= MaxDepth) throw Fault(text, at, "Nested too deeply");
        int start = at++;
        ImmutableArray<AbiType>.Builder members = ImmutableArray.CreateBuilder<AbiType>();
        if (at < text.Length && text[at] == ')')
        {
            // Arguments may be none; a tuple of nothing is no type.
            if (depth > 0 || start == 0) throw Fault(text, at, "A tuple has members");
            at++;
            return TupleOf([]);
        }
        while (true)
        {
            members.Add(ReadType(text, ref at, depth + 1));
            if (at >= text.Length || text[at] is not (',' or ')')) throw Fault(text, at, "Expected , or )");
            if (text[at++] == ')') return TupleOf(members.ToImmutable());
        }
    }

    static AbiType ReadElementary(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiLetterOrDigit(text[at])) at++;
        string word = text[start..at];
        switch (word)
        {
            case "address": return Elementary(AbiKind.Address, word, 0);
            case "bool": return Elementary(AbiKind.Bool, word, 0);
            case "string": return Dynamic(AbiKind.String, word);
            case "bytes": return Dynamic(AbiKind.Bytes, word);
            case "function": return Elementary(AbiKind.FixedBytes, word, 24);
            // The short names that the specification makes canonical in signatures.
            case "uint": return Elementary(AbiKind.Uint, "uint256", 256);
            case "int": return Elementary(AbiKind.Int, "int256", 256);
            case "ufixed": return Elementary(AbiKind.Uint, "ufixed128x18", 128);
            case "fixed": return Elementary(AbiKind.Int, "fixed128x18", 128);
        }
        foreach ((string prefix, AbiKind kind) in (ReadOnlySpan<(string, AbiKind)>)[("uint", AbiKind.Uint), ("int", AbiKind.Int), ("bytes", AbiKind.FixedBytes)])
        {
            if (!word.StartsWith(prefix, StringComparison.Ordinal)) continue;
            int size = Number(text, start, word.AsSpan(prefix.Length));
            if (kind == AbiKind.FixedBytes ? size is < 1 or > 32 : size is < 8 or > 256 || size % 8 != 0) throw Fault(text, start, $"{word} is not a type");
            return Elementary(kind, word, size);
        }
        foreach ((string prefix, AbiKind kind) in (ReadOnlySpan<(string, AbiKind)>)[("ufixed", AbiKind.Uint), ("fixed", AbiKind.Int)])
        {
            if (!word.StartsWith(prefix, StringComparison.Ordinal)) continue;
            int cross = word.IndexOf('x', prefix.Length);
            if (cross < 0) break;
            int size = Number(text, start, word.AsSpan(prefix.Length..cross));
            if (size is < 8 or > 256 || size % 8 != 0 || Number(text, start, word.AsSpan(cross + 1)) is < 1 or > 80) break;
            return Elementary(kind, word, size);
        }
        throw Fault(text, start, word.Length == 0 ? "Expected a type" : $"{word} is not a type");
    }

    static AbiType Elementary(AbiKind kind, string name, int size) => new(kind, name, size, null, [], false, 32);

    static AbiType Dynamic(AbiKind kind, string name) => new(kind, name, 0, null, [], true, 0);

    static AbiType ArrayOf(AbiType item) => new(AbiKind.Array, $"{item.Name}[]", 0, item, [], true, 0);

    static AbiType ArrayOf(AbiType item, int length)
    {
        // Its head must fit into what can be read at all; and an array of nothing would have no bytes to be bounded by.
        long size = item.HeadSize * length;
        if (length == 0 || size > int.MaxValue) throw new FormatException($"{item.Name}[{length}] has no items, or more than any encoding can hold.");
        return new(AbiKind.FixedArray, $"{item.Name}[{length.ToString(CultureInfo.InvariantCulture)}]", length, item, [], item.IsDynamic, item.IsDynamic ? 0 : size);
    }

    static AbiType TupleOf(ImmutableArray<AbiType> members)
    {
        long size = members.Sum(member => member.HeadSize);
        if (size > int.MaxValue) throw new FormatException("The tuple is larger than any encoding can be.");
        bool isDynamic = members.Any(member => member.IsDynamic);
        return new(AbiKind.Tuple, $"({string.Join(',', members.Select(member => member.Name))})", 0, null, members, isDynamic, isDynamic ? 0 : size);
    }

    static int Number(string text, int at, ReadOnlySpan<char> digits) =>
        digits.Length is > 0 and < 10 && (digits.Length == 1 || digits[0] != '0') && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw Fault(text, at, "Expected a number without leading zeros");

    static FormatException Fault(string text, int at, string reason) =>
        new($"{(text.Length <= 100 ? text : string.Concat(text.AsSpan(0, 100), "..."))}: {reason} (at character {at}).");
}
