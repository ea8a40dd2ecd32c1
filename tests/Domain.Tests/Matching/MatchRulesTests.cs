using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Keystone.Domain.Matching;
using Keystone.Ethereum;

namespace Keystone.Domain.Tests.Matching;

/// <summary>Random pairs of instructions, each broken in known ways: they match exactly when nothing is broken, and the reasons are exactly what is.</summary>
public sealed class MatchRulesTests
{
    static Address Wallet(int n) => Address.Parse("0x" + n.ToString("x40", CultureInfo.InvariantCulture));

    static readonly Address Bond = Wallet(0xb0), Other = Wallet(0xb1), Cash = Wallet(0xc0), Coin = Wallet(0xc1);

    [Flags]
    enum Breaks
    {
        None = 0,
        Chain = 1,
        Template = 2,
        Category = 4,
        Role = 8,
        Security = 16,
        Quantity = 32,
        Direction = 64,
        Currency = 128,
        Cash = 256,
        Maturity = 512,
        Repayment = 1024,
        Wallet = 2048,
        Type = 4096,
    }

    /// <summary>One side, the other with what is broken, and the fields that are.</summary>
    static (TradeSide One, TradeSide Other, string[] Expected) Pair(Breaks breaks, ulong quantity, ulong cash, ulong difference, ulong toleranceOfOne, ulong toleranceOfOther, ulong tokenId)
    {
        ulong tolerance = Math.Min(toleranceOfOne, toleranceOfOther);
        TradeLeg bond = new(Bond, tokenId, "asset", quantity, true, UInt256.Zero), money = new(Cash, UInt256.Zero, "payment", cash, false, toleranceOfOne);
        TradeSide one = new(1, "dvp-bilateral", "seller", [bond, money], Wallet(1), Wallet(2)) { Category = "repo_open", MaturityAt = DateTimeOffset.UnixEpoch, Repayment = cash };
        TradeLeg bond2 = bond with { Delivers = false }, money2 = money with { Delivers = true, Tolerance = toleranceOfOther, Amount = cash + difference };
        SortedSet<string> fields = new(StringComparer.Ordinal);
        string ofBond = tokenId == 0 ? $"legs[{Bond}]" : $"legs[{Bond}#{tokenId}]", ofOther = tokenId == 0 ? $"legs[{Other}]" : $"legs[{Other}#{tokenId}]";
        bool security = breaks.HasFlag(Breaks.Security), currency = breaks.HasFlag(Breaks.Currency);
        if (security)
        {
            bond2 = bond2 with { Token = Other };
            fields.UnionWith([$"{ofBond}.instrument_id DSEC", $"{ofOther}.instrument_id DSEC"]);
        }
        if (currency)
        {
            money2 = money2 with { Token = Coin };
            fields.UnionWith([$"legs[{Cash}].instrument_id NCRR", $"legs[{Coin}].instrument_id NCRR"]);
        }
        if (breaks.HasFlag(Breaks.Type))
        {
            bond2 = bond2 with { Type = "collateral" };
            if (!security) fields.Add($"{ofBond}.leg_type SETR");
        }
        if (breaks.HasFlag(Breaks.Quantity))
        {
            bond2 = bond2 with { Amount = quantity + 1 };
            if (!security) fields.Add($"{ofBond}.quantity DQUA");
        }
        if (breaks.HasFlag(Breaks.Direction))
        {
            bond2 = bond2 with { Delivers = true };
            if (!security) fields.Add($"{ofBond}.direction DELN");
        }
        if (breaks.HasFlag(Breaks.Cash)) money2 = money2 with { Amount = cash + tolerance + 1 };
        if (!currency && money2.Amount - money.Amount > tolerance) fields.Add($"legs[{Cash}].quantity DMON");
        TradeSide other = new(1, "dvp-bilateral", "buyer", [money2, bond2], Wallet(3), Wallet(4)) { Category = "repo_open", MaturityAt = DateTimeOffset.UnixEpoch, Repayment = cash };
        if (breaks.HasFlag(Breaks.Chain)) (other, _) = (other with { ChainId = 2 }, fields.Add("chain_id DEPT"));
        if (breaks.HasFlag(Breaks.Template)) (other, _) = (other with { Template = "dvp-single" }, fields.Add("template_slug SETR"));
        if (breaks.HasFlag(Breaks.Category)) (other, _) = (other with { Category = null }, fields.Add("settlement_category SETS"));
        if (breaks.HasFlag(Breaks.Role)) (other, _) = (other with { Role = "seller" }, fields.Add("role DELN"));
        if (breaks.HasFlag(Breaks.Maturity)) (other, _) = (other with { MaturityAt = null }, fields.Add("maturity_at DDAT"));
        if (breaks.HasFlag(Breaks.Repayment)) (other, _) = (other with { Repayment = cash + 1 }, fields.Add("repayment_amount DMON"));
        if (breaks.HasFlag(Breaks.Wallet)) (other, _) = (other with { Receives = one.Pays }, fields.Add("party.wallet_address SAFE"));
        return (one, other, [.. fields]);
    }

    static string[] Read(ImmutableArray<MatchBreak> breaks) => [.. breaks.Select(one => $"{one.Field} {one.Reason}").Order(StringComparer.Ordinal)];

    [Fact]
    public void Sides_match_exactly_when_every_rule_holds_and_the_reasons_are_exactly_the_rules_broken() =>
        Gen.Select(Gen.Int[0, (1 << 13) - 1], Gen.Bool, Gen.ULong[1, 1_000_000], Gen.ULong[1, 1_000_000], Gen.ULong[0, 5], Gen.Select(Gen.ULong[0, 5], Gen.ULong[0, 5], Gen.ULong[0, 2]))
            .Sample((mask, clean, quantity, cash, difference, rest) =>
            {
                (ulong ofOne, ulong ofOther, ulong tokenId) = rest;
                (TradeSide one, TradeSide other, string[] expected) = Pair(clean ? Breaks.None : (Breaks)mask, quantity, cash, difference, ofOne, ofOther, tokenId);
                Assert.Equal(expected, Read(MatchRules.Compare(one, other)));
                // Both sides are told the same.
                Assert.Equal(MatchRules.Compare(one, other).ToArray(), MatchRules.Compare(other, one).ToArray());
                Assert.Equal(expected.Length == 0, MatchRules.Compare(one, other).IsEmpty);
            }, iter: 20_000);

    [Fact]
    public void Each_rule_alone_is_named_alone()
    {
        foreach (Breaks rule in Enum.GetValues<Breaks>())
        {
            (TradeSide one, TradeSide other, string[] expected) = Pair(rule, 100, 5_000, 0, 0, 0, 0);
            Assert.Equal(expected, Read(MatchRules.Compare(one, other)));
            Assert.Equal(rule switch { Breaks.None => 0, Breaks.Security or Breaks.Currency => 2, _ => 1 }, expected.Length);
        }
    }

    [Fact]
    public void Cash_may_differ_by_the_smaller_tolerance_and_the_receiver_s_amount_moves()
    {
        (TradeSide one, TradeSide other, _) = Pair(Breaks.None, 100, 5_000, 3, 3, 4, 0);
        Assert.Empty(MatchRules.Compare(one, other));
        TradeLeg received = one.Legs[1], paid = other.Legs[0];
        Assert.Equal((UInt256)5_000, MatchRules.AmountOf(received, paid));
        Assert.Equal((UInt256)5_000, MatchRules.AmountOf(paid, received));
        (one, other, _) = Pair(Breaks.None, 100, 5_000, 4, 3, 4, 0);
        Assert.Equal([$"legs[{Cash}].quantity DMON"], Read(MatchRules.Compare(one, other)));
    }
}
