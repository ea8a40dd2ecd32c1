using System.Numerics;

namespace Keystone.Ethereum.Tests.Values;

public sealed class UInt256Tests
{
    static readonly BigInteger Limit = BigInteger.One << 256;

    [Fact]
    public void Arithmetic_agrees_with_arbitrary_precision_or_overflows()
    {
        Random random = new(7);
        for (int i = 0; i < 5_000; i++)
        {
            UInt256 x = Draw(random), y = Draw(random);
            BigInteger bx = x.ToBigInteger(), by = y.ToBigInteger();
            Check(bx + by, () => x + y);
            Check(bx - by, () => x - y);
            Check(bx * by, () => x * y);
            if (!y.IsZero) Check(bx / by, () => x / y);
            Assert.Equal(bx.CompareTo(by), Math.Sign(x.CompareTo(y)));
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("18446744073709551616")]
    [InlineData("340282366920938463463374607431768211456")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639935")]
    public void Round_trips_through_text_and_bytes(string digits)
    {
        UInt256 value = UInt256.Parse(digits);
        Assert.Equal(digits, value.ToString());
        Assert.Equal(value, new UInt256(value.ToBytes()));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Assert.Throws<OverflowException>(() => UInt256.FromBigInteger(Limit));
        Assert.Throws<OverflowException>(() => UInt256.FromBigInteger(BigInteger.MinusOne));
        Assert.Throws<OverflowException>(() => (ulong)(UInt256.One + (UInt256)ulong.MaxValue));
        Assert.Throws<FormatException>(() => UInt256.Parse("-1"));
        Assert.Throws<FormatException>(() => UInt256.Parse(" 1"));
    }

    static void Check(BigInteger expected, Func<UInt256> compute)
    {
        if (expected.Sign < 0 || expected >= Limit) Assert.Throws<OverflowException>(() => compute());
        else Assert.Equal(expected, compute().ToBigInteger());
    }

    // Lengths from 0 to 32 bytes, so that carries and borrows cross every limb.
    static UInt256 Draw(Random random)
    {
        byte[] bytes = new byte[32];
        random.NextBytes(bytes.AsSpan(32 - random.Next(33)));
        if (random.Next(4) == 0) Array.Fill(bytes, (byte)0xff, 8, 16);
        return new UInt256(bytes);
    }
}
