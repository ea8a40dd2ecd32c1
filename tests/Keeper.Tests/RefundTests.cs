using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Settlements.Operations;
using Keystone.Testing;
using Keystone.Transactions;

namespace Keystone.Keeper.Tests;

/// <summary>Legs that are ready together go back together, and one that cannot does not hold up the others. Counted on the chain.</summary>
public sealed class RefundTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    const string Reverts = "0x60006000fd";

    [Fact]
    public async Task Refunds_of_one_settlement_leave_in_one_transaction()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        (Guid id, EscrowTerms terms, _) = await FundedAsync();
        Assert.Equal(OrderOutcome.Taken, await new OrderStore(Database.Source, TimeProvider.System).RollBackAsync(id, "drill", "operator:test", CancellationToken.None));
        await StateAsync(id, "ROLLED_BACK", mine: true);
        await RequireWholeAsync(terms);
        Assert.Equal(1, await NoncesAsync(terms));
        IReadOnlyList<IntentCost> cost = await new WorkStore(Database.Source).CostAsync(id, CancellationToken.None);
        Assert.Equal([3, 3, 3], cost.Where(row => row.Name.Purpose == "refund").Select(row => row.SharedBy));
    }

    [Fact]
    public async Task One_frozen_token_holds_up_no_other_refund_and_is_tried_until_it_goes()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        (Guid id, EscrowTerms terms, Address frozen) = await FundedAsync();
        string code = Hex.Encode(await Chain.Node.GetCodeAsync(frozen, BlockTag.Latest, CancellationToken.None));
        await Chain.AskAsync("anvil_setCode", frozen.ToString(), Reverts);
        await Chain.MoveTimeToAsync(terms.Header.Deadline.Seconds + 1);
        await LegAsync(terms, 0, "refunded");
        await LegAsync(terms, 1, "refunded");
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Seller.Address));
        Assert.Equal(Cash, await Chain.BalanceAsync(Money, Buyer.Address));
        // Refused again and again: told, shown, and not the end.
        await Eventually.TrueAsync(async () =>
        {
            await Chain.MineAsync();
            return (await Book.MessagesAsync(id, Environment)).Contains("settlement.rollback.blocked");
        }, TimeSpan.FromSeconds(60));
        StuckRow stuck = Assert.Single(await new WorkStore(Database.Source).StuckAsync(DateTimeOffset.MinValue, 10, CancellationToken.None), row => row.Id == id);
        Assert.Contains("refund of leg 2", stuck.Waits, StringComparison.Ordinal);
        Assert.Equal("deposited", await Book.ScalarAsync("select status from chain.escrow_leg where escrow_id = $1 and leg_index = 2", terms.Id.ToBytes()));

        await Chain.AskAsync("anvil_setCode", frozen.ToString(), code);
        Assert.Equal(OrderOutcome.Taken, await new OrderStore(Database.Source, TimeProvider.System).RetryAsync(id, CancellationToken.None));
        await StateAsync(id, "ROLLED_BACK", mine: true);
        await RequireWholeAsync(terms);
        await LiftAsync();
    }

    // Simulated well, and frozen before the block: the contract keeps it apart from the others, and it goes alone the next time.
    [Fact]
    public async Task One_that_fails_only_within_the_shared_transaction_goes_alone_afterwards()
    {
        Guid id;
        EscrowTerms terms;
        Address frozen;
        await using (await StartAsync(jobs: false)) (id, terms, frozen) = await FundedAsync();
        await Chain.MoveTimeToAsync(terms.Header.Deadline.Seconds + 1);
        await Chain.SetAutomineAsync(false);
        try
        {
            await using KeeperHost keeper = await StartAsync(jobs: false);
            await Eventually.TrueAsync(async () => await Book.ScalarAsync("""
                select count(distinct i.id) from transactions.intent i join transactions.nonce_intent si on si.intent_id = i.id
                join transactions.attempt a on (a.chain_id, a.sender, a.nonce) = (si.chain_id, si.sender, si.nonce) join transactions.broadcast o on o.attempt_hash = a.hash
                where i.purpose = 'refund' and i.subject = $1 and o.response = 'Accepted'
                """, terms.Id.ToBytes()) is 3L, TimeSpan.FromSeconds(60), "the refunds were not offered");
            Assert.Equal(1, await NoncesAsync(terms));
            string code = Hex.Encode(await Chain.Node.GetCodeAsync(frozen, BlockTag.Latest, CancellationToken.None));
            await Chain.AskAsync("anvil_setCode", frozen.ToString(), Reverts);
            await Chain.MineAsync();
            await LegAsync(terms, 0, "refunded");
            await LegAsync(terms, 1, "refunded");
            await Chain.AskAsync("anvil_setCode", frozen.ToString(), code);
            await StateAsync(id, "ROLLED_BACK", mine: true);
        }
        finally
        {
            await Chain.SetAutomineAsync(true);
        }
        await RequireWholeAsync(terms);
        Assert.Equal(2, await NoncesAsync(terms));
        long head = (await Chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;
        EscrowEvent?[] events = [.. (await Chain.Node.GetLogsAsync(new LogFilter([Chain.Escrow], [null, [terms.Id]], 0, head), CancellationToken.None))
            .Select(log => EscrowLogs.Decode(TestChain.ChainId, log))];
        Assert.Equal(2, Assert.Single(events.OfType<EscrowEvent.RefundFailed>()).Index);
        Assert.Equal([0, 1, 2], events.OfType<EscrowEvent.Refunded>().Select(refunded => refunded.Index).Order());
        await LiftAsync();
    }

    // Bonds of the seller, money of the buyer, and a second token of the buyer.
    async Task<(Guid Id, EscrowTerms Terms, Address Third)> FundedAsync()
    {
        Address third = await Chain.DeployTokenAsync("Third", "THIRD", 18);
        await Chain.SendAsync(Buyer, third, TokenMessages.Mint(Buyer.Address, Bonds));
        await Chain.SendAsync(Buyer, third, TokenMessages.Approve(Chain.Escrow, Bonds));
        // Never full, so that nobody swaps it.
        Guid id = await InstructAsync(TimeSpan.FromMinutes(10),
            new BookLeg("asset", Bond, "seller", "buyer", Bonds), new BookLeg("payment", Money, "buyer", "seller", Cash, Decimals: 6),
            new BookLeg("asset", third, "buyer", "seller", Bonds), new BookLeg("asset", Bond, "seller", "buyer", 1UL));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await DepositAsync(terms, 2, Buyer);
        await LegAsync(terms, 2, "deposited");
        return (id, terms, third);
    }

    async Task RequireWholeAsync(EscrowTerms terms)
    {
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Seller.Address));
        Assert.Equal(Cash, await Chain.BalanceAsync(Money, Buyer.Address));
        Assert.Equal(Bonds, await Chain.BalanceAsync(terms.Legs[2].Token, Buyer.Address));
    }

    async Task<long> NoncesAsync(EscrowTerms terms) => (long)(await Book.ScalarAsync(
        "select count(distinct nonce) from transactions.nonce_intent si join transactions.intent i on i.id = si.intent_id where purpose = 'refund' and subject = $1", terms.Id.ToBytes()))!;

    // A token without code has no balance: the reconciler stops it, and refunds go on.
    async Task LiftAsync()
    {
        PauseStore pauses = new(Database.Source, TimeProvider.System);
        foreach (Pause pause in await pauses.ActiveAsync(CancellationToken.None)) await pauses.LiftAsync(pause.Id, CancellationToken.None);
    }
}
