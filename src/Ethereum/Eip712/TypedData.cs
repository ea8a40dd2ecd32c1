using System.Text;
using Keystone.Ethereum.Abi;

namespace Keystone.Ethereum.Eip712;

/// <summary>The hashes of EIP-712 that a contract computes too.</summary>
public static class TypedData
{
    static readonly Hash32 DomainType = AbiCall.Topic("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    /// <summary>Separator of a domain with name, version, chain id and verifying contract.</summary>
    public static Hash32 DomainSeparator(string name, string version, ulong chainId, Address verifyingContract) => HashStruct(
        DomainType, HashOf(name), HashOf(version), AbiValue.Uint(chainId), AbiValue.Address(verifyingContract));

    // A string is encoded in a struct as the hash of its UTF-8 bytes.
    static AbiValue HashOf(string text) => AbiValue.Bytes32(Keccak256.Hash(Encoding.UTF8.GetBytes(text)));

    /// <summary><c>hashStruct</c>: the type's hash and the members, each already one word (<c>encodeData</c>).</summary>
    public static Hash32 HashStruct(Hash32 typeHash, params ReadOnlySpan<AbiValue> words)
    {
        AbiValue[] members = [AbiValue.Bytes32(typeHash), .. words];
        return Keccak256.Hash(AbiValue.Tuple(members).Encode());
    }

    /// <summary>Bytes whose hash is the digest.</summary>
    public const int DigestedSize = 2 + 2 * Hash32.Size;

    /// <summary>The digest that is signed: <c>keccak256(0x1901 || domain || struct)</c>.</summary>
    public static Hash32 Digest(Hash32 domainSeparator, Hash32 structHash)
    {
        Span<byte> input = stackalloc byte[DigestedSize];
        CopyDigested(domainSeparator, structHash, input);
        return Keccak256.Hash(input);
    }

    /// <summary>Writes the bytes whose hash is <see cref="Digest"/>, for who hashes many together.</summary>
    public static void CopyDigested(Hash32 domainSeparator, Hash32 structHash, Span<byte> target)
    {
        target[0] = 0x19;
        target[1] = 0x01;
        domainSeparator.CopyTo(target[2..]);
        structHash.CopyTo(target[(2 + Hash32.Size)..]);
    }
}
