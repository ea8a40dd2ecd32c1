using Keystone.Ethereum;
using Keystone.Ethereum.Abi;

namespace Keystone.Domain.Escrow;

/// <summary>Call data for the escrow, from the terms: anyone who knows them can act, and with a party's signature for that party too.</summary>
public static class EscrowCalls
{
    const string Header = "(bytes32,uint64,uint64,address,address,bytes32)";
    const string Leg = "(uint8,uint8,address,address,address,address,uint256,uint256)";
    const string Terms = $"(bytes32,uint64,uint64,address,address,bytes32,{Leg}[])";

    /// <summary><c>register</c>: publishes the terms. Anyone.</summary>
    public static byte[] Register(EscrowTerms terms) => AbiCall.Encode($"register({Terms})", Require(terms).ToAbi());

    /// <summary><c>executeSwap</c>: moves every leg or none. Anyone, once all legs are in.</summary>
    public static byte[] ExecuteSwap(EscrowTerms terms) => AbiCall.Encode($"executeSwap({Terms})", Require(terms).ToAbi());

    /// <summary>
    /// <c>executeSwaps</c>: executes each of these that can be executed; one that cannot leaves <c>SwapFailed</c> and takes nothing from the others. Anyone.
    /// </summary>
    /// <param name="settlements">Their terms.</param>
    /// <param name="gasEach">Gas that each gets; the call reverts rather than give one less.</param>
    public static byte[] ExecuteSwaps(IReadOnlyCollection<EscrowTerms> settlements, ulong gasEach)
    {
        ArgumentNullException.ThrowIfNull(settlements);
        return AbiCall.Encode($"executeSwaps({Terms}[],uint256)", AbiValue.Array([.. settlements.Select(terms => terms.ToAbi())]), AbiValue.Uint(gasEach));
    }

    /// <summary><c>deposit</c> of one leg, by its <c>from</c>; a DIRECT leg is armed.</summary>
    public static byte[] Deposit(EscrowTerms terms, int index) => OneLeg("deposit", terms, index);

    /// <summary><c>withdrawLeg</c>: takes a leg back before all are in, by its <c>from</c>.</summary>
    public static byte[] WithdrawLeg(EscrowTerms terms, int index) => OneLeg("withdrawLeg", terms, index);

    /// <summary><c>refund</c> of one leg after a cancellation or the deadline. Anyone.</summary>
    public static byte[] Refund(EscrowTerms terms, int index) => OneLeg("refund", terms, index);

    /// <summary>
    /// <c>refundMany</c>: gives back each of these legs of one settlement; one that cannot be leaves <c>RefundFailed</c> and takes nothing from the others. Anyone.
    /// </summary>
    /// <param name="terms">Terms of the settlement.</param>
    /// <param name="indexes">Legs, none twice.</param>
    /// <param name="gasEach">Gas that each gets; the call reverts rather than give one less.</param>
    public static byte[] RefundMany(EscrowTerms terms, IReadOnlyCollection<int> indexes, ulong gasEach)
    {
        Require(terms);
        ArgumentNullException.ThrowIfNull(indexes);
        foreach (int index in indexes) ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)terms.Legs.Length, nameof(indexes));
        return AbiCall.Encode($"refundMany({Header},bytes32[],uint256[],{Leg}[],uint256)",
            terms.Header.ToAbi(), AbiValue.Array(terms.LegHashes.Select(AbiValue.Bytes32).ToArray()),
            AbiValue.Array([.. indexes.Select(index => AbiValue.Uint((ulong)index))]), AbiValue.Array([.. indexes.Select(index => terms.Legs[index].ToAbi())]),
            AbiValue.Uint(gasEach));
    }

    /// <summary><c>cancelAsOperator</c>, by the operator of the terms.</summary>
    public static byte[] CancelAsOperator(EscrowTerms terms) =>
        AbiCall.Encode($"cancelAsOperator({Header},bytes32)", Require(terms).Header.ToAbi(), AbiValue.Bytes32(terms.LegsHash));

    /// <summary><c>depositWithPermit2</c> of one leg, with the nonce of <see cref="Consents.DepositHash"/>. Anyone, with a signature of its <c>from</c>.</summary>
    /// <param name="terms">Terms of the settlement.</param>
    /// <param name="index">The leg.</param>
    /// <param name="deadline">As signed.</param>
    /// <param name="signature">Of <see cref="Consents.Permit2Digest"/>.</param>
    public static byte[] DepositWithPermit2(EscrowTerms terms, int index, ulong deadline, ReadOnlySpan<byte> signature) =>
        OneLeg("depositWithPermit2", terms, index, "uint256,uint256,bytes", AbiValue.Bytes32(Consents.DepositHash(Require(terms).Id, index)), AbiValue.Uint(deadline), AbiValue.Bytes(signature));

    /// <summary><c>depositWithAuthorization</c> of one leg, valid from the beginning. Anyone, with a signature of its <c>from</c>.</summary>
    /// <param name="terms">Terms of the settlement.</param>
    /// <param name="index">The leg.</param>
    /// <param name="validBefore">As signed.</param>
    /// <param name="signature">Of <see cref="Consents.AuthorizationDigest"/>.</param>
    public static byte[] DepositWithAuthorization(EscrowTerms terms, int index, ulong validBefore, ReadOnlySpan<byte> signature) =>
        OneLeg("depositWithAuthorization", terms, index, "uint256,uint256,bytes", AbiValue.Uint(0UL), AbiValue.Uint(validBefore), AbiValue.Bytes(signature));

    /// <summary><c>settleSigned</c>: takes every leg that is not in from its wallet and executes the swap. Anyone, with a signature of the id by each such wallet.</summary>
    /// <param name="terms">Terms of the settlement.</param>
    /// <param name="signatures">Signature of each wallet; none twice.</param>
    public static byte[] SettleSigned(EscrowTerms terms, IReadOnlyCollection<(Address Signer, byte[] Signature)> signatures)
    {
        Require(terms);
        ArgumentNullException.ThrowIfNull(signatures);
        (Address Signer, byte[] Signature)[] ascending = [.. signatures.OrderBy(one => one.Signer)];
        return AbiCall.Encode($"settleSigned({Terms},address[],bytes[])", terms.ToAbi(), AbiValue.Array([.. ascending.Select(one => AbiValue.Address(one.Signer))]),
            AbiValue.Array([.. ascending.Select(one => AbiValue.Bytes(one.Signature))]));
    }

    /// <summary><c>permit</c> of a token (EIP-2612). Anyone, with a signature of the owner's key.</summary>
    /// <param name="owner">Who approves.</param>
    /// <param name="spender">Who may take.</param>
    /// <param name="value">How much, smallest units.</param>
    /// <param name="deadline">As signed.</param>
    /// <param name="signature">Of <see cref="Consents.PermitDigest"/>, 65 bytes.</param>
    public static byte[] Permit(Address owner, Address spender, UInt256 value, ulong deadline, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 65) throw new ArgumentException("A permit takes a signature of 65 bytes.", nameof(signature));
        return AbiCall.Encode("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", AbiValue.Address(owner), AbiValue.Address(spender), AbiValue.Uint(value), AbiValue.Uint(deadline),
            AbiValue.Uint(signature[64]), AbiValue.Bytes32(new Hash32(signature[..32])), AbiValue.Bytes32(new Hash32(signature[32..64])));
    }

    static byte[] OneLeg(string function, EscrowTerms terms, int index, string types = "", params ReadOnlySpan<AbiValue> more)
    {
        Require(terms);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)terms.Legs.Length);
        AbiValue[] arguments = [terms.Header.ToAbi(), AbiValue.Array(terms.LegHashes.Select(AbiValue.Bytes32).ToArray()), AbiValue.Uint((ulong)index), terms.Legs[index].ToAbi(), .. more];
        return AbiCall.Encode($"{function}({Header},bytes32[],uint256,{Leg}{(types.Length == 0 ? "" : "," + types)})", arguments);
    }

    static EscrowTerms Require(EscrowTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return terms;
    }
}
