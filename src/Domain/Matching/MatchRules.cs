using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Domain.Matching;

/// <summary>When two instructions are the two sides of one trade. Pure, and the same from both sides.</summary>
public static class MatchRules
{
    /// <summary>Every rule that is broken, in the order of the fields; empty when the sides match.</summary>
    public static ImmutableArray<MatchBreak> Compare(TradeSide one, TradeSide other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        ImmutableArray<MatchBreak>.Builder breaks = ImmutableArray.CreateBuilder<MatchBreak>();
        if (one.ChainId != other.ChainId) breaks.Add(new("chain_id", "DEPT"));
        if (one.Template != other.Template) breaks.Add(new("template_slug", "SETR"));
        if (one.Category != other.Category) breaks.Add(new("settlement_category", "SETS"));
        if (one.Role == other.Role) breaks.Add(new("role", "DELN"));
        foreach ((Address token, UInt256 id) in one.Legs.Concat(other.Legs).Select(KeyOf).Distinct().Order(Comparer<(Address Token, UInt256 Id)>.Create(Compare)))
            Compare(breaks, token, id, one.Legs.FirstOrDefault(leg => KeyOf(leg) == (token, id)), other.Legs.FirstOrDefault(leg => KeyOf(leg) == (token, id)));
        if (one.MaturityAt != other.MaturityAt) breaks.Add(new("maturity_at", "DDAT"));
        if (one.Repayment != other.Repayment) breaks.Add(new("repayment_amount", "DMON"));
        // A wallet that gives to itself moves nothing.
        if (one.Pays == other.Receives || other.Pays == one.Receives) breaks.Add(new("party.wallet_address", "SAFE"));
        return breaks.ToImmutable();
    }

    /// <summary>What is moved when the sides match: of a tolerated difference in cash, the amount that its receiver instructed.</summary>
    public static UInt256 AmountOf(TradeLeg one, TradeLeg other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Delivers ? other.Amount : one.Amount;
    }

    static void Compare(ImmutableArray<MatchBreak>.Builder breaks, Address token, UInt256 id, TradeLeg? one, TradeLeg? other)
    {
        string at = id.IsZero ? $"legs[{token}]" : $"legs[{token}#{id}]";
        if (one is null || other is null)
        {
            breaks.Add(new($"{at}.instrument_id", (one ?? other)!.IsCash ? "NCRR" : "DSEC"));
            return;
        }
        if (one.Type != other.Type) breaks.Add(new($"{at}.leg_type", one.IsCash != other.IsCash ? "FRAP" : "SETR"));
        if (one.Delivers == other.Delivers) breaks.Add(new($"{at}.direction", "DELN"));
        bool cash = one.IsCash && other.IsCash;
        UInt256 tolerance = !cash ? UInt256.Zero : one.Tolerance < other.Tolerance ? one.Tolerance : other.Tolerance;
        UInt256 difference = one.Amount > other.Amount ? one.Amount - other.Amount : other.Amount - one.Amount;
        if (difference > tolerance) breaks.Add(new($"{at}.quantity", cash ? "DMON" : "DQUA"));
    }

    static (Address Token, UInt256 Id) KeyOf(TradeLeg leg) => (leg.Token, leg.TokenId);

    static int Compare((Address Token, UInt256 Id) x, (Address Token, UInt256 Id) y) =>
        x.Token.ToBytes().AsSpan().SequenceCompareTo(y.Token.ToBytes()) is var order and not 0 ? order : x.Id.CompareTo(y.Id);
}
