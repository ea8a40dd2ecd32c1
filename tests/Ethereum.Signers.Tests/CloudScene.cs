using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;

namespace Keystone.Ethereum.Signers.Tests;

/// <summary>A key as a cloud keeps one: it signs a digest, says r and s, and knows no recovery id and no lower half.</summary>
internal static class CloudScene
{
    public static readonly UInt256 Order = new(Hex.Decode("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));

    public static readonly byte[] Key = [.. new byte[31], 1];

    public static readonly Eip1559Transaction Transaction = new(11155111, 3, 1UL, 100UL, 21_000, Address.Zero, UInt256.One, new byte[] { 1 });

    /// <summary>r and s of a signature; s from the upper half where asked for.</summary>
    public static (byte[] R, byte[] S) Sign(PrivateKeySigner key, byte[] digest, bool highS)
    {
        RecoverableSignature signature = key.SignDigest(new Hash32(digest));
        return (signature.R.ToBytes(), highS ? (Order - new UInt256(signature.S.ToBytes())).ToBytes() : signature.S.ToBytes());
    }

    /// <summary>Two integers in DER, written by hand: what the signer reads is not written by what reads it.</summary>
    public static byte[] Der(byte[] r, byte[] s)
    {
        byte[] body = [.. Integer(r), .. Integer(s)];
        return [0x30, (byte)body.Length, .. body];
    }

    static byte[] Integer(byte[] word)
    {
        byte[] digits = [.. word.SkipWhile(digit => digit == 0)];
        if (digits.Length == 0) digits = [0];
        if (digits[0] >= 0x80) digits = [0, .. digits];
        return [0x02, (byte)digits.Length, .. digits];
    }
}
