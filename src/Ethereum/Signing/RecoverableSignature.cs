namespace Keystone.Ethereum.Signing;

/// <summary>An ECDSA signature from which the signer can be recovered.</summary>
/// <param name="R">r, big-endian.</param>
/// <param name="S">s, big-endian; in the lower half of the group's order when made here (EIP-2).</param>
/// <param name="YParity">0 or 1.</param>
public readonly record struct RecoverableSignature(Hash32 R, Hash32 S, byte YParity)
{
    // Half of the group's order, rounded down.
    static readonly Hash32 HalfOrder = Hash32.Parse("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

    /// <summary>True when s is in the lower half of the group's order: the only form that a transaction may have (EIP-2).</summary>
    public bool IsLowS => S.CompareTo(HalfOrder) <= 0;

    /// <summary>r, s and v = 27 + parity: 65 bytes as contracts take them.</summary>
    public byte[] ToBytes() => [.. R.ToBytes(), .. S.ToBytes(), (byte)(27 + YParity)];
}
