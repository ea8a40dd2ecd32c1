using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Keeper.EscrowTransactions;
using Keystone.Settlements.Advance;

namespace Keystone.Keeper.Tests;

/// <summary>How many storage slots a call of the escrow may find empty that its estimate saw in use.</summary>
public sealed class EscrowStorageSlotsTests
{
    static readonly Address Bond = At(1), Money = At(2), Seller = At(3), Buyer = At(4);

    [Fact]
    public void A_swap_counts_each_recipients_balance_of_each_token_once() => Assert.Equal(3, EscrowStorageSlots.Of(EscrowIntents.ExecuteSwap, -1, Terms(
        Leg(Bond, Buyer), Leg(Bond, Buyer), Leg(Money, Seller), Leg(Money, Buyer))));

    [Fact]
    public void Each_id_of_an_ERC_1155_has_a_balance_of_its_own() => Assert.Equal(2, EscrowStorageSlots.Of(EscrowIntents.ExecuteSwap, -1, Terms(
        Leg(Bond, Buyer) with { Kind = TokenKind.Erc1155, TokenId = 1UL }, Leg(Bond, Buyer) with { Kind = TokenKind.Erc1155, TokenId = 2UL })));

    [Theory]
    [InlineData(CustodyMode.Checked)]
    [InlineData(CustodyMode.Direct)]
    public void A_permissioned_token_may_enter_its_new_holder_into_a_list(CustodyMode mode)
    {
        EscrowTerms terms = Terms(Leg(Bond, Buyer) with { Mode = mode }, Leg(Money, Seller));
        Assert.Equal(5, EscrowStorageSlots.Of(EscrowIntents.ExecuteSwap, -1, terms));
        Assert.Equal(4, EscrowStorageSlots.Of(EscrowIntents.Refund, 0, terms));
        Assert.Equal(1, EscrowStorageSlots.Of(EscrowIntents.Refund, 1, terms));
    }

    [Theory]
    [InlineData(EscrowIntents.Register)]
    [InlineData(EscrowIntents.Cancel)]
    public void The_escrows_own_word_may_be_new_after_a_reorg(string purpose) => Assert.Equal(1, EscrowStorageSlots.Of(purpose, -1, Terms(Leg(Bond, Buyer), Leg(Money, Seller))));

    static EscrowTerms Terms(params EscrowLeg[] legs) => new(1, At(9), new EscrowHeader(Hash32.Zero, 0, 1, Address.Zero, Address.Zero, Hash32.Zero), [.. legs]);

    static EscrowLeg Leg(Address token, Address to) => new(TokenKind.Erc20, CustodyMode.Custody, token, At(5), to, At(5), UInt256.Zero, 1UL);

    static Address At(byte number) => new([.. new byte[19], number]);
}
