using System.Formats.Asn1;
using System.Numerics;
using Keystone.Ethereum.Signing;

namespace Keystone.Ethereum.Signers;

/// <summary>
/// Makes a signature of a transaction out of what a cloud's key answers: r and s, without recovery id, and s in either half of the group's order. The lower half is
/// taken (EIP-2), the recovery id is found by recovery, and whatever does not recover to the account is refused.
/// </summary>
internal static class DigestSignature
{
    static readonly UInt256 Order = UInt256.Parse("115792089237316195423570985008687907852837564279074904382605163141518161494337");

    /// <summary>The signature of the account.</summary>
    /// <param name="digest">What was signed.</param>
    /// <param name="r">r, big-endian.</param>
    /// <param name="s">s, big-endian.</param>
    /// <param name="account">Who has to have signed.</param>
    /// <param name="service">Named in the message of a refusal.</param>
    /// <exception cref="SignerException">Not a signature of the account.</exception>
    public static RecoverableSignature Complete(Hash32 digest, Hash32 r, Hash32 s, Address account, string service)
    {
        UInt256 value = new(s.ToBytes());
        if (r == default || new UInt256(r.ToBytes()).CompareTo(Order) >= 0) throw new SignerException($"{service} answered a signature whose r is zero or not below the group's order.");
        if (s == default || value.CompareTo(Order) >= 0) throw new SignerException($"{service} answered a signature whose s is zero or not below the group's order.");
        RecoverableSignature signature = new(r, s, 0);
        if (!signature.IsLowS) signature = signature with { S = new Hash32((Order - value).ToBytes()) };
        for (byte parity = 0; parity <= 1; parity++)
            if (Secp256k1.Recover(digest, signature with { YParity = parity }) == account) return signature with { YParity = parity };
        throw new SignerException($"{service} answered a signature of another account than {account}.");
    }

    /// <summary>r and s of a signature in DER: a sequence of two integers (RFC 3279, section 2.2.3) and nothing else.</summary>
    /// <exception cref="SignerException">Other bytes.</exception>
    public static (Hash32 R, Hash32 S) ReadDer(ReadOnlyMemory<byte> der, string service)
    {
        try
        {
            AsnReader reader = new(der, AsnEncodingRules.DER);
            AsnReader sequence = reader.ReadSequence();
            BigInteger r = sequence.ReadInteger(), s = sequence.ReadInteger();
            sequence.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            return (Word(r), Word(s));
        }
        catch (AsnContentException fault)
        {
            throw new SignerException($"{service} answered a signature that is not in DER.", fault);
        }

        Hash32 Word(BigInteger integer)
        {
            byte[] bytes = integer.Sign < 0 ? [] : integer.ToByteArray(isUnsigned: true, isBigEndian: true);
            if (bytes.Length is 0 or > Hash32.Size) throw new SignerException($"{service} answered a signature with an integer below zero or of more than 32 bytes.");
            return new Hash32([.. new byte[Hash32.Size - bytes.Length], .. bytes]);
        }
    }
}
