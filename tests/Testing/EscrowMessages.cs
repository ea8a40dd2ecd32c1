using System.Numerics;
using Keystone.Domain.Escrow;
using Keystone.Escrow.Contracts;
using Keystone.Escrow.Contracts.SettlementEscrow;
using CustodyMode = Keystone.Escrow.Contracts.CustodyMode;
using TokenKind = Keystone.Escrow.Contracts.TokenKind;

namespace Keystone.Testing;

/// <summary>Calls of the escrow as typed messages, from our terms.</summary>
public static class EscrowMessages
{
    /// <summary><c>register</c>.</summary>
    public static RegisterFunction Register(EscrowTerms terms) => new() { Settlement = TermsOf(terms) };

    /// <summary><c>executeSwap</c>.</summary>
    public static ExecuteSwapFunction ExecuteSwap(EscrowTerms terms) => new() { Settlement = TermsOf(terms) };

    /// <summary><c>executeSwaps</c>.</summary>
    public static ExecuteSwapsFunction ExecuteSwaps(IEnumerable<EscrowTerms> settlements, ulong gasEach) =>
        new() { Settlements = [.. settlements.Select(TermsOf)], GasEach = gasEach };

    /// <summary><c>deposit</c> of one leg.</summary>
    public static DepositFunction Deposit(EscrowTerms terms, int index) =>
        new() { Header = HeaderOf(terms.Header), LegHashes = HashesOf(terms), Index = index, Leg = LegOf(terms.Legs[index]) };

    /// <summary><c>withdrawLeg</c> of one leg.</summary>
    public static WithdrawLegFunction WithdrawLeg(EscrowTerms terms, int index) =>
        new() { Header = HeaderOf(terms.Header), LegHashes = HashesOf(terms), Index = index, Leg = LegOf(terms.Legs[index]) };

    /// <summary><c>refund</c> of one leg.</summary>
    public static RefundFunction Refund(EscrowTerms terms, int index) =>
        new() { Header = HeaderOf(terms.Header), LegHashes = HashesOf(terms), Index = index, Leg = LegOf(terms.Legs[index]) };

    /// <summary><c>refundMany</c>.</summary>
    public static RefundManyFunction RefundMany(EscrowTerms terms, IReadOnlyCollection<int> indexes, ulong gasEach) => new()
    {
        Header = HeaderOf(terms.Header),
        LegHashes = HashesOf(terms),
        Indexes = [.. indexes.Select(index => (BigInteger)index)],
        Legs = [.. indexes.Select(index => LegOf(terms.Legs[index]))],
        GasEach = gasEach,
    };

    /// <summary><c>cancelAsOperator</c>.</summary>
    public static CancelAsOperatorFunction CancelAsOperator(EscrowTerms terms) => new() { Header = HeaderOf(terms.Header), LegsHash = terms.LegsHash.ToBytes() };

    /// <summary>The contract's struct <c>Settlement</c>.</summary>
    public static SettlementTerms TermsOf(EscrowTerms terms) => new()
    {
        Ref = terms.Header.Ref.ToBytes(),
        NotBefore = terms.Header.NotBefore.Seconds,
        Deadline = terms.Header.Deadline.Seconds,
        Operator = terms.Header.Operator.ToString(),
        Gate = terms.Header.Gate.ToString(),
        Commitment = terms.Header.Commitment.ToBytes(),
        Legs = [.. terms.Legs.Select(LegOf)],
    };

    /// <summary>The contract's struct <c>Header</c>.</summary>
    public static SettlementHeader HeaderOf(EscrowHeader header) => new()
    {
        Ref = header.Ref.ToBytes(),
        NotBefore = header.NotBefore.Seconds,
        Deadline = header.Deadline.Seconds,
        Operator = header.Operator.ToString(),
        Gate = header.Gate.ToString(),
        Commitment = header.Commitment.ToBytes(),
    };

    /// <summary>The contract's struct <c>Leg</c>.</summary>
    public static SettlementLeg LegOf(EscrowLeg leg) => new()
    {
        Kind = (TokenKind)leg.Kind,
        Mode = (CustodyMode)leg.Mode,
        Token = leg.Token.ToString(),
        From = leg.From.ToString(),
        To = leg.To.ToString(),
        RefundTo = leg.RefundTo.ToString(),
        TokenId = leg.TokenId.ToBigInteger(),
        Amount = leg.Amount.ToBigInteger(),
    };

    static List<byte[]> HashesOf(EscrowTerms terms) => [.. terms.LegHashes.Select(hash => hash.ToBytes())];
}
