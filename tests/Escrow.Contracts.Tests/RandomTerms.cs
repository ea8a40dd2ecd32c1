using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Escrow.Contracts.Tests;

/// <summary>Terms with any values that the types allow, the smallest and the largest among them.</summary>
static class RandomTerms
{
    public static EscrowTerms Next(Random random) => new((ulong)random.NextInt64(1, long.MaxValue), Account(random), Header(random),
        [.. Enumerable.Range(0, random.Next(1, EscrowTerms.MaxLegs + 1)).Select(_ => Leg(random))]);

    public static EscrowHeader Header(Random random) => new(Word(random), Seconds(random), Seconds(random), Account(random), Account(random), Word(random));

    public static EscrowLeg Leg(Random random) => new((Keystone.Domain.Escrow.TokenKind)random.Next(3), (Keystone.Domain.Escrow.CustodyMode)random.Next(3),
        Account(random), Account(random), Account(random), Account(random), Amount(random), Amount(random));

    public static UInt256 Amount(Random random) => random.Next(6) switch
    {
        0 => UInt256.Zero,
        1 => UInt256.MaxValue,
        2 => (UInt256)(ulong)random.NextInt64(),
        _ => new UInt256(Word(random).ToBytes()),
    };

    public static ulong Seconds(Random random) => random.Next(5) switch { 0 => 0, 1 => ulong.MaxValue, _ => (ulong)random.NextInt64() };

    public static Address Account(Random random) => random.Next(8) == 0 ? Address.Zero : new Address(Bytes(random, Address.Size));

    public static Hash32 Word(Random random) => random.Next(8) == 0 ? Hash32.Zero : new Hash32(Bytes(random, Hash32.Size));

    public static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        // Zeros in front are what encoders of numbers lose.
        random.NextBytes(bytes.AsSpan(random.Next(3) == 0 ? random.Next(length + 1) : 0));
        return bytes;
    }
}
