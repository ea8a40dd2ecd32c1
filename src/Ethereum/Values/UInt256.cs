using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Keystone.Ethereum;

/// <summary>An unsigned 256-bit integer: amounts in smallest units, wei, storage words. Arithmetic is checked.</summary>
public readonly record struct UInt256 : IComparable<UInt256>
{
    /// <summary>Number of bytes.</summary>
    public const int Size = 32;

    readonly ulong _a, _b, _c, _d; // most significant first

    /// <summary>From exactly 32 big-endian bytes.</summary>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public UInt256(ReadOnlySpan<byte> bigEndian)
    {
        if (bigEndian.Length != Size)
            throw new ArgumentException($"Expected 32 bytes, got {bigEndian.Length}.", nameof(bigEndian));
        _a = BinaryPrimitives.ReadUInt64BigEndian(bigEndian);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bigEndian[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bigEndian[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bigEndian[24..]);
    }

    UInt256(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>0.</summary>
    public static UInt256 Zero => default;

    /// <summary>1.</summary>
    public static UInt256 One => new(0, 0, 0, 1);

    /// <summary>2^256 - 1.</summary>
    public static UInt256 MaxValue => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>True for 0.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>From a 64-bit value.</summary>
    public static implicit operator UInt256(ulong value) => new(0, 0, 0, value);

    /// <summary>To a 64-bit value.</summary>
    /// <exception cref="OverflowException">The value needs more than 64 bits.</exception>
    public static explicit operator ulong(UInt256 value) =>
        (value._a | value._b | value._c) == 0 ? value._d : throw new OverflowException("The value needs more than 64 bits.");

    /// <summary>From a non-negative integer below 2^256.</summary>
    /// <exception cref="OverflowException">Negative, or 2^256 and above.</exception>
    public static UInt256 FromBigInteger(BigInteger value)
    {
        if (value.Sign < 0 || value.GetByteCount(isUnsigned: true) > Size)
            throw new OverflowException("The value is outside 0 to 2^256 - 1.");
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        int count = value.GetByteCount(isUnsigned: true);
        value.TryWriteBytes(bytes[(Size - count)..], out _, isUnsigned: true, isBigEndian: true);
        return new UInt256(bytes);
    }

    /// <summary>As an arbitrary-precision integer.</summary>
    public BigInteger ToBigInteger()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>From decimal digits, no sign, no space.</summary>
    /// <exception cref="FormatException">Any other text.</exception>
    /// <exception cref="OverflowException">2^256 and above.</exception>
    public static UInt256 Parse(string digits) =>
        FromBigInteger(BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture));

    /// <summary>Writes 32 big-endian bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>A new array of 32 big-endian bytes.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Checked sum.</summary>
    /// <exception cref="OverflowException">The sum needs more than 256 bits.</exception>
    public static UInt256 operator +(UInt256 x, UInt256 y)
    {
        UInt128 d = (UInt128)x._d + y._d;
        UInt128 c = (UInt128)x._c + y._c + (d >> 64);
        UInt128 b = (UInt128)x._b + y._b + (c >> 64);
        UInt128 a = (UInt128)x._a + y._a + (b >> 64);
        return a >> 64 == 0
            ? new UInt256((ulong)a, (ulong)b, (ulong)c, (ulong)d)
            : throw new OverflowException("The sum needs more than 256 bits.");
    }

    /// <summary>Checked difference.</summary>
    /// <exception cref="OverflowException"><paramref name="y"/> is larger.</exception>
    public static UInt256 operator -(UInt256 x, UInt256 y)
    {
        if (x < y)
            throw new OverflowException("The difference is negative.");
        ulong d = unchecked(x._d - y._d);
        ulong borrow = x._d < y._d ? 1UL : 0;
        UInt128 yc = (UInt128)y._c + borrow;
        ulong c = unchecked(x._c - (ulong)yc);
        UInt128 yb = (UInt128)y._b + (x._c < yc ? 1UL : 0);
        ulong b = unchecked(x._b - (ulong)yb);
        UInt128 ya = (UInt128)y._a + (x._b < yb ? 1UL : 0);
        return new UInt256(unchecked(x._a - (ulong)ya), b, c, d);
    }

    /// <summary>Checked product.</summary>
    /// <exception cref="OverflowException">The product needs more than 256 bits.</exception>
    public static UInt256 operator *(UInt256 x, UInt256 y) => FromBigInteger(x.ToBigInteger() * y.ToBigInteger());

    /// <summary>Quotient, rounded down.</summary>
    public static UInt256 operator /(UInt256 x, UInt256 y) => FromBigInteger(BigInteger.Divide(x.ToBigInteger(), y.ToBigInteger()));

    /// <inheritdoc/>
    public int CompareTo(UInt256 other)
    {
        int order = _a.CompareTo(other._a);
        if (order == 0) order = _b.CompareTo(other._b);
        if (order == 0) order = _c.CompareTo(other._c);
        return order != 0 ? order : _d.CompareTo(other._d);
    }

    /// <summary>Less than.</summary>
    public static bool operator <(UInt256 x, UInt256 y) => x.CompareTo(y) < 0;

    /// <summary>Greater than.</summary>
    public static bool operator >(UInt256 x, UInt256 y) => x.CompareTo(y) > 0;

    /// <summary>At most.</summary>
    public static bool operator <=(UInt256 x, UInt256 y) => x.CompareTo(y) <= 0;

    /// <summary>At least.</summary>
    public static bool operator >=(UInt256 x, UInt256 y) => x.CompareTo(y) >= 0;

    /// <summary>Decimal digits.</summary>
    public override string ToString() => ToBigInteger().ToString(CultureInfo.InvariantCulture);
}
