using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Testing;

namespace Keystone.Keeper.Tests;

/// <summary>A repo from its opening to the end of its closing, on a real chain: the keeper makes the closing, and the parties deposit what they owe each other.</summary>
public sealed class RepoChainTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    [Fact]
    public async Task A_final_opening_is_closed_and_the_bonds_go_back_against_the_repayment()
    {
        UInt256 repayment = Cash + (UInt256)125_500_000UL;
        Guid opening = await InstructAsync(TimeSpan.FromHours(1));
        await Book.RunAsync("""
            update settlement.settlement set settlement_category = 'repo_open', maturity_at = timeout_at + interval '1 hour', repayment_amount = $2, repayment_units = $2::text::numeric, repo_rate = '4.25' where id = $1
            """, opening, repayment.ToString());
        await using KeeperHost keeper = await StartAsync(jobs: true);
        await StateAsync(opening, "AWAITING_DEPOSITS");
        EscrowTerms opened = await TermsAsync(opening);
        await DepositAsync(opened, 0, Seller);
        await DepositAsync(opened, 1, Buyer);
        await StateAsync(opening, "FINALIZED", mine: true);
        Assert.Equal((Bonds, Cash), (await Chain.BalanceAsync(Bond, Buyer.Address), await Chain.BalanceAsync(Money, Seller.Address)));
        // Not before its maturity, unless the operator says so.
        Assert.Equal(0L, await Book.ScalarAsync("select count(*) from settlement.settlement where parent_settlement_id = $1", opening));
        await Book.RunAsync("update settlement.settlement set maturity_ordered_at = now() where id = $1", opening);

        Guid closing = default;
        await Eventually.TrueAsync(async () => await Book.ScalarAsync("select id from settlement.settlement where parent_settlement_id = $1", opening) is Guid made && (closing = made) != default,
            TimeSpan.FromSeconds(60), "the keeper made no closing");
        await StateAsync(closing, "AWAITING_DEPOSITS", mine: true);
        EscrowTerms closed = await TermsAsync(closing);
        Assert.NotEqual(opened.Id, closed.Id);
        Assert.Equal([(Bond, Buyer.Address, Seller.Address, Bonds), (Money, Seller.Address, Buyer.Address, repayment)], closed.Legs.Select(leg => (leg.Token, leg.From, leg.To, leg.Amount)));
        await Chain.SendAsync(Seller, Money, TokenMessages.Mint(Seller.Address, repayment - Cash));
        await Chain.SendAsync(Seller, Money, TokenMessages.Approve(Chain.Escrow, repayment));
        await Chain.SendAsync(Buyer, Bond, TokenMessages.Approve(Chain.Escrow, Bonds));
        await DepositAsync(closed, 0, Buyer);
        await DepositAsync(closed, 1, Seller);
        await StateAsync(closing, "FINALIZED", mine: true);

        Assert.Equal((Bonds, UInt256.Zero), (await Chain.BalanceAsync(Bond, Seller.Address), await Chain.BalanceAsync(Bond, Buyer.Address)));
        Assert.Equal((repayment, UInt256.Zero), (await Chain.BalanceAsync(Money, Buyer.Address), await Chain.BalanceAsync(Money, Seller.Address)));
        Assert.Equal((UInt256.Zero, UInt256.Zero), (await Chain.BalanceAsync(Bond, Chain.Escrow), await Chain.BalanceAsync(Money, Chain.Escrow)));
        Assert.Equal(
            ["INSTRUCTED", "COMPLIANCE_CHECKING", "COMPLIANCE_CLEARED", "REGISTERING_ESCROW", "AWAITING_DEPOSITS", "EXECUTING_SWAP", "SETTLED", "FINALIZED"],
            await Book.StatesAsync(closing));
        Assert.Equal(1L, await Book.ScalarAsync("select count(*) from settlement.settlement where parent_settlement_id = $1", opening));
        Assert.Contains("settlement.state.finalized", await Book.MessagesAsync(closing, Environment));
        // The opening has left the index of those that are looked at.
        Assert.Equal(true, await Book.ScalarAsync("select maturity_closed_at is not null from settlement.settlement where id = $1", opening));
    }
}
