using System.Text;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Eip712;
using Keystone.Ethereum.Signing;

namespace Keystone.Domain.Escrow;

/// <summary>
/// What a party signs instead of sending a transaction, hashed as the contracts hash it. Consent to settle is a signature of the escrow id itself; the others
/// put one leg in, or let the escrow take it.
/// </summary>
public static class Consents
{
    /// <summary>Longest signature that is taken, bytes: far more than a contract wallet of many owners needs.</summary>
    public const int LongestSignature = 4_096;

    /// <summary>The type that binds a deposit to one leg of one settlement.</summary>
    public const string DepositType = "Deposit(bytes32 settlement,uint256 leg)";

    /// <summary>EIP-712 type of EIP-2612.</summary>
    public const string PermitType = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)";

    /// <summary>EIP-712 type of ERC-3009.</summary>
    public const string AuthorizationType = "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)";

    const string PermissionsType = "TokenPermissions(address token,uint256 amount)";

    static readonly Hash32 Deposit = AbiCall.Topic(DepositType), Permit = AbiCall.Topic(PermitType), Authorization = AbiCall.Topic(AuthorizationType), Permissions = AbiCall.Topic(PermissionsType),
        Permit2Transfer = AbiCall.Topic("PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,Deposit witness)" + DepositType + PermissionsType),
        Permit2Domain = AbiCall.Topic("EIP712Domain(string name,uint256 chainId,address verifyingContract)"), Permit2Name = Keccak256.Hash(Encoding.ASCII.GetBytes("Permit2"));

    // bytes4(keccak256("isValidSignature(bytes32,bytes)")), which is also the answer of a contract that agrees.
    const string Erc1271 = "isValidSignature(bytes32,bytes)";

    /// <summary>Permit2, at the same address of every chain that has it.</summary>
    public static Address Permit2 { get; } = Address.Parse("0x000000000022D473030F116dDEE9F6B43aC78BA3");

    /// <summary>Type hash of EIP-2612, which tokens publish as <c>PERMIT_TYPEHASH</c>.</summary>
    public static Hash32 PermitTypeHash => Permit;

    /// <summary>Type hash of ERC-3009, which tokens publish as <c>RECEIVE_WITH_AUTHORIZATION_TYPEHASH</c>.</summary>
    public static Hash32 AuthorizationTypeHash => Authorization;

    /// <summary>
    /// <c>hashStruct(Deposit(id, leg))</c>: the witness of Permit2, the nonce of ERC-3009, and, as a number, the nonce of Permit2 in the documents of this
    /// service: one leg has one of each, so a signature of it can act once.
    /// </summary>
    public static Hash32 DepositHash(Hash32 id, int leg) => TypedData.HashStruct(Deposit, AbiValue.Bytes32(id), AbiValue.Uint((ulong)leg));

    /// <summary>Digest of a Permit2 transfer of a leg to the escrow.</summary>
    /// <param name="terms">The settlement.</param>
    /// <param name="leg">Its leg.</param>
    /// <param name="deadline">Last block time at which Permit2 takes it, seconds.</param>
    public static Hash32 Permit2Digest(EscrowTerms terms, int leg, ulong deadline)
    {
        ArgumentNullException.ThrowIfNull(terms);
        EscrowLeg one = terms.Legs[leg];
        Hash32 witness = DepositHash(terms.Id, leg);
        Hash32 permitted = TypedData.HashStruct(Permissions, AbiValue.Address(one.Token), AbiValue.Uint(one.Amount));
        Hash32 domain = TypedData.HashStruct(Permit2Domain, AbiValue.Bytes32(Permit2Name), AbiValue.Uint(terms.ChainId), AbiValue.Address(Permit2));
        return TypedData.Digest(domain, TypedData.HashStruct(Permit2Transfer, AbiValue.Bytes32(permitted), AbiValue.Address(terms.Contract),
            AbiValue.Bytes32(witness), AbiValue.Uint(deadline), AbiValue.Bytes32(witness)));
    }

    /// <summary>Digest of an ERC-3009 transfer of a leg to the escrow, valid from the beginning.</summary>
    /// <param name="terms">The settlement.</param>
    /// <param name="leg">Its leg.</param>
    /// <param name="token">Domain separator of the leg's token.</param>
    /// <param name="validBefore">First block time at which the token refuses it, seconds.</param>
    public static Hash32 AuthorizationDigest(EscrowTerms terms, int leg, Hash32 token, ulong validBefore)
    {
        ArgumentNullException.ThrowIfNull(terms);
        EscrowLeg one = terms.Legs[leg];
        return TypedData.Digest(token, TypedData.HashStruct(Authorization, AbiValue.Address(one.From), AbiValue.Address(terms.Contract), AbiValue.Uint(one.Amount),
            AbiValue.Uint(0UL), AbiValue.Uint(validBefore), AbiValue.Bytes32(DepositHash(terms.Id, leg))));
    }

    /// <summary>Digest of an EIP-2612 approval.</summary>
    /// <param name="token">Domain separator of the token.</param>
    /// <param name="owner">Who approves.</param>
    /// <param name="spender">Who may take.</param>
    /// <param name="value">How much, smallest units.</param>
    /// <param name="nonce">The owner's nonce at the token.</param>
    /// <param name="deadline">Last block time at which the token takes it, seconds.</param>
    public static Hash32 PermitDigest(Hash32 token, Address owner, Address spender, UInt256 value, UInt256 nonce, ulong deadline) =>
        TypedData.Digest(token, TypedData.HashStruct(Permit, AbiValue.Address(owner), AbiValue.Address(spender), AbiValue.Uint(value), AbiValue.Uint(nonce), AbiValue.Uint(deadline)));

    /// <summary>What one approval of a leg's token is for: all legs that the same wallet gives in the same token, because an approval replaces the one before.</summary>
    public static UInt256 PermitValue(EscrowTerms terms, int leg)
    {
        ArgumentNullException.ThrowIfNull(terms);
        EscrowLeg one = terms.Legs[leg];
        UInt256 sum = UInt256.Zero;
        foreach (EscrowLeg other in terms.Legs)
            if (other.Token == one.Token && other.From == one.From && other.Kind == TokenKind.Erc20) sum += other.Amount;
        return sum;
    }

    /// <summary>
    /// The signature as 65 bytes with v of 27 or 28, if the key of <paramref name="signer"/> made it; null if not. Takes 64 bytes (EIP-2098), and a v of 0 or 1 as some
    /// devices give it; not the upper half of s, which the escrow refuses.
    /// </summary>
    public static byte[]? ByKey(Hash32 digest, ReadOnlySpan<byte> signature, Address signer)
    {
        if (signature.Length is not (64 or 65)) return null;
        byte[] s = signature[32..64].ToArray();
        int parity;
        if (signature.Length == 64)
        {
            parity = s[0] >> 7;
            s[0] &= 0x7f;
        }
        else
        {
            parity = signature[64] >= 27 ? signature[64] - 27 : signature[64];
        }
        if (parity is not (0 or 1)) return null;
        RecoverableSignature read = new(new Hash32(signature[..32]), new Hash32(s), (byte)parity);
        return read.IsLowS && Secp256k1.Recover(digest, read) is { } by && by == signer && !signer.IsZero ? read.ToBytes() : null;
    }

    /// <summary>The question to a contract wallet whether a signature is its own (ERC-1271).</summary>
    public static byte[] Erc1271Question(Hash32 digest, ReadOnlySpan<byte> signature) => AbiCall.Encode(Erc1271, AbiValue.Bytes32(digest), AbiValue.Bytes(signature));

    /// <summary>True for the answer of a contract wallet that agrees: one word, of which the escrow reads no more.</summary>
    public static bool IsErc1271Consent(ReadOnlySpan<byte> answer) =>
        answer.Length >= 32 && answer[..4].SequenceEqual(AbiCall.Selector(Erc1271)) && !answer[4..32].ContainsAnyExcept((byte)0);
}
