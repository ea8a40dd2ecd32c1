using Keystone.Ethereum.Abi;

namespace Keystone.Domain.Escrow;

/// <summary>Call data for the escrow, from the terms alone: anyone who knows them can act.</summary>
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

    static byte[] OneLeg(string function, EscrowTerms terms, int index)
    {
        Require(terms);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)terms.Legs.Length);
        return AbiCall.Encode($"{function}({Header},bytes32[],uint256,{Leg})",
            terms.Header.ToAbi(), AbiValue.Array(terms.LegHashes.Select(AbiValue.Bytes32).ToArray()), AbiValue.Uint((ulong)index), terms.Legs[index].ToAbi());
    }

    static EscrowTerms Require(EscrowTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return terms;
    }
}
