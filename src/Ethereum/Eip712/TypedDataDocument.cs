using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Keystone.Ethereum.Abi;

namespace Keystone.Ethereum.Eip712;

/// <summary>A document of <c>eth_signTypedData_v4</c>: types, domain and message, as wallets are shown it (EIP-712).</summary>
/// <remarks>
/// Every member that a type names must be there and fit its type; members that it does not name are not part of the hash and are refused, because
/// whoever signs would believe that they are.
/// </remarks>
public sealed class TypedDataDocument
{
    const string DomainType = "EIP712Domain";
    const int MaxDepth = 48;

    // The members that a domain may have, in the order in which they are hashed.
    static readonly ImmutableArray<Member> DomainMembers =
    [
        new("name", TypeName.Parse("string")), new("version", TypeName.Parse("string")), new("chainId", TypeName.Parse("uint256")),
        new("verifyingContract", TypeName.Parse("address")), new("salt", TypeName.Parse("bytes32")),
    ];

    readonly Dictionary<string, ImmutableArray<Member>> _types = new(StringComparer.Ordinal);
    readonly Dictionary<string, Hash32> _typeHashes = new(StringComparer.Ordinal);

    TypedDataDocument(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new TypedDataException("", "Expected an object with types, primaryType, domain and message");
        JsonElement domain = Require(root, "domain", JsonValueKind.Object);
        foreach (JsonProperty type in Require(root, "types", JsonValueKind.Object).EnumerateObject())
        {
            if (!IsIdentifier(type.Name) || TypeName.IsElementary(type.Name)) throw new TypedDataException($"types.{type.Name}", "Not a name that a struct may have");
            if (!_types.TryAdd(type.Name, ReadMembers(type))) throw new TypedDataException($"types.{type.Name}", "Defined twice");
        }
        if (!_types.ContainsKey(DomainType))
        {
            ImmutableArray<Member> members = [.. DomainMembers.Where(member => domain.TryGetProperty(member.Name, out JsonElement value) && value.ValueKind != JsonValueKind.Null)];
            _types.Add(DomainType, members);
        }
        foreach ((string name, ImmutableArray<Member> members) in _types)
        {
            foreach (Member member in members)
            {
                if (!TypeName.IsElementary(member.Type.Base) && !_types.ContainsKey(member.Type.Base))
                    throw new TypedDataException($"types.{name}.{member.Name}", $"{member.Type.Base} is neither an elementary type nor defined here");
            }
        }
        PrimaryType = Require(root, "primaryType", JsonValueKind.String).GetString()!;
        if (!_types.ContainsKey(PrimaryType)) throw new TypedDataException("primaryType", $"{PrimaryType} is not defined in types");
        DomainSeparator = HashStruct(DomainType, domain, "domain", 0);
        // The domain alone may be what is signed; a message beside it then has no meaning.
        StructHash = PrimaryType == DomainType ? DomainSeparator : HashStruct(PrimaryType, Require(root, "message", JsonValueKind.Object), "message", 0);
        Digest = PrimaryType == DomainType ? DomainDigest(DomainSeparator) : TypedData.Digest(DomainSeparator, StructHash);
    }

    /// <summary>The type of the message.</summary>
    public string PrimaryType { get; }

    /// <summary>Hash of the domain.</summary>
    public Hash32 DomainSeparator { get; }

    /// <summary>Hash of the message.</summary>
    public Hash32 StructHash { get; }

    /// <summary>What is signed.</summary>
    public Hash32 Digest { get; }

    /// <summary>Reads a document.</summary>
    /// <exception cref="TypedDataException">Not a document, or one whose values do not fit its types; the message says where.</exception>
    public static TypedDataDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new TypedDataDocument(document.RootElement);
        }
        catch (JsonException fault)
        {
            throw new TypedDataException("", "Not JSON, or a member stands twice", fault);
        }
        catch (InvalidOperationException fault)
        {
            // Half of a surrogate pair, in a name or a value.
            throw new TypedDataException("", "A text is not Unicode", fault);
        }
    }

    /// <summary>As <see cref="Parse"/>, of an element.</summary>
    /// <exception cref="TypedDataException">As <see cref="Parse"/>.</exception>
    public static TypedDataDocument Read(JsonElement root)
    {
        try
        {
            return new TypedDataDocument(root);
        }
        catch (InvalidOperationException fault)
        {
            throw new TypedDataException("", "A text is not Unicode", fault);
        }
    }

    /// <summary>The full text of a type, with the types that it refers to in alphabetical order behind it (<c>encodeType</c>).</summary>
    /// <exception cref="KeyNotFoundException">The type is not defined.</exception>
    public string EncodeType(string name)
    {
        SortedSet<string> found = new(StringComparer.Ordinal);
        Queue<string> open = new([name]);
        while (open.TryDequeue(out string? next))
        {
            foreach (Member member in _types[next])
                if (_types.ContainsKey(member.Type.Base) && member.Type.Base != name && found.Add(member.Type.Base)) open.Enqueue(member.Type.Base);
        }
        StringBuilder text = new();
        foreach (string type in found.Prepend(name))
            text.Append(type).Append('(').AppendJoin(',', _types[type].Select(member => $"{member.Type.Text} {member.Name}")).Append(')');
        return text.ToString();
    }

    static Hash32 DomainDigest(Hash32 separator) => Keccak256.Hash([0x19, 0x01, .. separator.ToBytes()]);

    Hash32 TypeHash(string name)
    {
        if (!_typeHashes.TryGetValue(name, out Hash32 hash)) _typeHashes[name] = hash = Keccak256.Hash(Encoding.UTF8.GetBytes(EncodeType(name)));
        return hash;
    }

    Hash32 HashStruct(string type, JsonElement value, string path, int depth)
    {
        if (depth > MaxDepth) throw new TypedDataException(path, "Nested too deeply");
        if (value.ValueKind != JsonValueKind.Object) throw new TypedDataException(path, $"Expected an object: it is a {type}");
        ImmutableArray<Member> members = _types[type];
        byte[] words = new byte[32 + members.Length * 32];
        TypeHash(type).CopyTo(words);
        int named = 0;
        for (int i = 0; i < members.Length; i++)
        {
            if (!value.TryGetProperty(members[i].Name, out JsonElement inner)) throw new TypedDataException($"{path}.{members[i].Name}", "Missing");
            named++;
            Word(members[i].Type, inner, $"{path}.{members[i].Name}", words.AsSpan(32 + i * 32, 32), depth + 1);
        }
        if (value.GetPropertyCount() != named)
        {
            string extra = value.EnumerateObject().First(property => members.All(member => member.Name != property.Name)).Name;
            throw new TypedDataException($"{path}.{extra}", $"{type} has no such member");
        }
        return Keccak256.Hash(words);
    }

    void Word(TypeName type, JsonElement value, string path, Span<byte> word, int depth)
    {
        if (type.Lengths.IsEmpty)
        {
            if (_types.ContainsKey(type.Base)) HashStruct(type.Base, value, path, depth).CopyTo(word);
            else Elementary(type.Base, value, path, word);
            return;
        }
        if (depth > MaxDepth) throw new TypedDataException(path, "Nested too deeply");
        if (value.ValueKind != JsonValueKind.Array) throw new TypedDataException(path, $"Expected an array: it is a {type.Text}");
        int count = value.GetArrayLength();
        if (type.Lengths[^1] is { } length && length != count) throw new TypedDataException(path, $"Expected {length} items, found {count}");
        TypeName item = type.Item();
        byte[] words = new byte[checked(count * 32)];
        int i = 0;
        foreach (JsonElement inner in value.EnumerateArray())
        {
            Word(item, inner, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", words.AsSpan(i * 32, 32), depth + 1);
            i++;
        }
        Keccak256.Hash(words, word);
    }

    static void Elementary(string type, JsonElement value, string path, Span<byte> word)
    {
        switch (type)
        {
            case "string":
                Keccak256.Hash(Encoding.UTF8.GetBytes(Text(value, type, path)), word);
                return;
            case "bytes":
                Keccak256.Hash(Bytes(value, type, path), word);
                return;
            case "bool":
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) throw Wrong(path, type);
                word[31] = value.ValueKind == JsonValueKind.True ? (byte)1 : (byte)0;
                return;
            case "address":
                if (!Address.TryParse(Text(value, type, path), out Address account, out AddressFault fault))
                    throw new TypedDataException(path, fault == AddressFault.Checksum ? "The address has a wrong EIP-55 checksum" : "Expected 0x and 40 hexadecimal digits");
                account.CopyTo(word[12..]);
                return;
        }
        AbiType known = AbiType.Parse(type);
        object item = known.Kind switch
        {
            AbiKind.FixedBytes => Bytes(value, type, path),
            AbiKind.Uint when Integer(value, type, path) is { Sign: >= 0 } number && number.GetByteCount(isUnsigned: true) <= 32 => UInt256.FromBigInteger(number),
            AbiKind.Uint => throw Wrong(path, type),
            _ => Integer(value, type, path),
        };
        try
        {
            known.Value(item).Encode().CopyTo(word);
        }
        catch (ArgumentException)
        {
            throw Wrong(path, type);
        }
    }

    static string Text(JsonElement value, string type, string path) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(path, type);

    static byte[] Bytes(JsonElement value, string type, string path) => Hex.TryDecode(Text(value, type, path), out byte[] bytes) ? bytes : throw Wrong(path, type);

    /// <summary>A number, decimal digits, or 0x and hexadecimal digits. Numbers are read from their digits: none is rounded on the way.</summary>
    static BigInteger Integer(JsonElement value, string type, string path)
    {
        string text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString()!,
            _ => throw Wrong(path, type),
        };
        // No 256-bit integer is longer; without a bound the parser's time grows with the square of the length.
        if (text.Length > 80) throw Wrong(path, type);
        bool negative = text.StartsWith('-');
        ReadOnlySpan<char> digits = text.AsSpan(negative ? 1 : 0);
        bool hexadecimal = digits.StartsWith("0x", StringComparison.Ordinal);
        BigInteger magnitude = 0;
        bool ok = hexadecimal
            ? digits.Length > 2 && BigInteger.TryParse(string.Concat("0", digits[2..]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out magnitude)
            : BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out magnitude);
        if (!ok) throw Wrong(path, type);
        return negative ? -magnitude : magnitude;
    }

    static TypedDataException Wrong(string path, string type) => new(path, $"The value is not a {type}");

    static JsonElement Require(JsonElement root, string name, JsonValueKind kind) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind
            ? value
            : throw new TypedDataException(name, $"Missing, or not {(kind == JsonValueKind.Object ? "an object" : "a string")}");

    static ImmutableArray<Member> ReadMembers(JsonProperty type)
    {
        string path = $"types.{type.Name}";
        if (type.Value.ValueKind != JsonValueKind.Array) throw new TypedDataException(path, "Expected an array of members");
        ImmutableArray<Member>.Builder members = ImmutableArray.CreateBuilder<Member>();
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonElement member in type.Value.EnumerateArray())
        {
            if (member.ValueKind != JsonValueKind.Object) throw new TypedDataException(path, "A member is an object with name and type");
            string name = Require(member, "name", JsonValueKind.String).GetString()!;
            string text = Require(member, "type", JsonValueKind.String).GetString()!;
            if (!IsIdentifier(name)) throw new TypedDataException(path, $"{name} is not a name that a member may have");
            if (!names.Add(name)) throw new TypedDataException($"{path}.{name}", "Named twice");
            members.Add(new Member(name, TypeName.TryParse(text, out TypeName? parsed) ? parsed! : throw new TypedDataException($"{path}.{name}", $"{text} is not a type")));
        }
        return members.ToImmutable();
    }

    static bool IsIdentifier(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '$');

    sealed record Member(string Name, TypeName Type);

    /// <summary>Name of a struct or elementary type, and the lengths of the arrays around it, the innermost first; null for any length.</summary>
    sealed record TypeName(string Text, string Base, ImmutableArray<int?> Lengths)
    {
        internal TypeName Item() => new(Text[..Text.LastIndexOf('[')], Base, Lengths[..^1]);

        internal static TypeName Parse(string text) => TryParse(text, out TypeName? type) ? type! : throw new FormatException($"{text} is not a type.");

        internal static bool TryParse(string text, out TypeName? type)
        {
            type = null;
            int open = text.IndexOf('[', StringComparison.Ordinal);
            string name = open < 0 ? text : text[..open];
            if (!IsIdentifier(name)) return false;
            ImmutableArray<int?>.Builder lengths = ImmutableArray.CreateBuilder<int?>();
            for (int at = name.Length; at < text.Length;)
            {
                int close = text.IndexOf(']', at);
                if (text[at] != '[' || close < 0 || lengths.Count > MaxDepth) return false;
                ReadOnlySpan<char> digits = text.AsSpan(at + 1, close - at - 1);
                int length = 0;
                if (!digits.IsEmpty && (digits[0] == '0' && digits.Length > 1 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out length))) return false;
                lengths.Add(digits.IsEmpty ? null : length);
                at = close + 1;
            }
            type = new TypeName(text, name, lengths.ToImmutable());
            return true;
        }

        /// <summary>True for the types of EIP-712, which has no short names: <c>uint</c> would be a struct.</summary>
        internal static bool IsElementary(string name)
        {
            if (name is "string" or "bytes" or "bool" or "address") return true;
            if (!name.StartsWith("uint", StringComparison.Ordinal) && !name.StartsWith("int", StringComparison.Ordinal) && !name.StartsWith("bytes", StringComparison.Ordinal)) return false;
            try
            {
                return AbiType.Parse(name) is { Kind: AbiKind.Uint or AbiKind.Int or AbiKind.FixedBytes } type && type.Name == name;
            }
            catch (FormatException)
            {
                return false;
            }
        }
    }
}

/// <summary>Not a typed-data document.</summary>
public sealed class TypedDataException : FormatException
{
    /// <summary>With the place in the document, for example <c>message.to[1].wallet</c>; empty for the document itself.</summary>
    public TypedDataException(string path, string message, Exception? inner = null) : base(path.Length == 0 ? $"{message}." : $"{path}: {message}.", inner) => Path = path;

    /// <summary>Place in the document.</summary>
    public string Path { get; }
}
