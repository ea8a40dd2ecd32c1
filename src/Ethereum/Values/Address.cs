using System.Buffers.Binary;

namespace Keystone.Ethereum;

/// <summary>A 20-byte account address. Printed with the EIP-55 checksum.</summary>
public readonly record struct Address : IComparable<Address>
{
    /// <summary>Number of bytes.</summary>
    public const int Size = 20;

    readonly ulong _a, _b;
    readonly uint _c;

    /// <summary>From exactly 20 bytes.</summary>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"Expected 20 bytes, got {bytes.Length}.", nameof(bytes));
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>The zero address.</summary>
    public static Address Zero => default;

    /// <summary>True for the zero address.</summary>
    public bool IsZero => (_a | _b | _c) == 0;

    /// <summary>From <c>0x</c> and 40 hexadecimal digits: one case, or mixed case with a right EIP-55 checksum.</summary>
    /// <exception cref="FormatException">Any other text.</exception>
    public static Address Parse(string text) => TryParse(text, out Address address, out AddressFault fault)
        ? address
        : throw new FormatException(fault == AddressFault.Checksum
            ? $"{text}: mixed case with a wrong EIP-55 checksum."
            : "Expected 0x and 40 hexadecimal digits.");

    /// <summary>As <see cref="Parse"/>, false instead of an exception.</summary>
    public static bool TryParse(string? text, out Address address) => TryParse(text, out address, out _);

    /// <summary>As <see cref="Parse"/>, with the reason of a refusal.</summary>
    public static bool TryParse(string? text, out Address address, out AddressFault fault)
    {
        Span<byte> bytes = stackalloc byte[Size];
        address = default;
        fault = AddressFault.Form;
        if (text is null || !Hex.TryDecode(text, bytes))
            return false;
        Address parsed = new(bytes);
        ReadOnlySpan<char> digits = text.AsSpan(2);
        bool hasUpper = digits.ContainsAnyInRange('A', 'F');
        bool hasLower = digits.ContainsAnyInRange('a', 'f');
        if (hasUpper && hasLower && !digits.SequenceEqual(parsed.ToString().AsSpan(2)))
        {
            fault = AddressFault.Checksum;
            return false;
        }
        address = parsed;
        fault = AddressFault.None;
        return true;
    }

    /// <summary>Writes the 20 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], _c);
    }

    /// <summary>A new array of 20 bytes.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public int CompareTo(Address other)
    {
        int order = _a.CompareTo(other._a);
        if (order == 0) order = _b.CompareTo(other._b);
        return order != 0 ? order : _c.CompareTo(other._c);
    }

    /// <summary><c>0x</c> and 40 hexadecimal digits in EIP-55 case.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        Span<char> text = stackalloc char[2 + Size * 2];
        "0x".CopyTo(text);
        Convert.TryToHexStringLower(bytes, text[2..], out _);
        Span<byte> ascii = stackalloc byte[Size * 2];
        for (int i = 0; i < ascii.Length; i++) ascii[i] = (byte)text[2 + i];
        Span<byte> hash = stackalloc byte[Hash32.Size];
        Keccak256.Hash(ascii, hash);
        for (int i = 0; i < ascii.Length; i++)
        {
            int nibble = (i & 1) == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0xf;
            if (nibble >= 8) text[2 + i] = char.ToUpperInvariant(text[2 + i]);
        }
        return new string(text);
    }
}

/// <summary>Why a text is not an address.</summary>
public enum AddressFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Not <c>0x</c> and 40 hexadecimal digits.</summary>
    Form,

    /// <summary>Mixed case that does not match EIP-55: most likely a typing error.</summary>
    Checksum,
}
