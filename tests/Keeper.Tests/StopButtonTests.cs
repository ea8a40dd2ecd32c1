using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Settlements.Operations;
using Keystone.Testing;
using Keystone.Transactions;

namespace Keystone.Keeper.Tests;

/// <summary>The stop button and an operator's orders.</summary>
public sealed class StopButtonTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    PauseStore Pauses => new(Database.Source, TimeProvider.System);

    OrderStore Orders => new(Database.Source, TimeProvider.System);

    [Fact]
    public async Task While_everything_is_paused_nothing_is_registered_and_afterwards_it_goes_on()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Assert.True(await Pauses.SetAsync(PauseScope.All, "drill", "operator", CancellationToken.None));
        Assert.False(await Pauses.SetAsync(PauseScope.All, "drill", "operator", CancellationToken.None));
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "REGISTERING_ESCROW");
        // Another settlement's whole life would fit in: the intent is seen and left alone.
        await Eventually.TrueAsync(async () => (string?)await Book.ScalarAsync("select status from transactions.intent where subject = (select escrow_id from settlement.settlement where id = $1)", id) == "wanted");
        await Chain.MineAsync(5);
        StuckRow stuck = Assert.Single(await new WorkStore(Database.Source).StuckAsync(DateTimeOffset.MaxValue, 10, CancellationToken.None), row => row.Id == id);
        Assert.Equal("paused by operator: drill", stuck.Waits);
        Assert.Equal(0, await OursAsync(await TermsAsync(id), "register"));

        await LiftAllAsync();
        await StateAsync(id, "AWAITING_DEPOSITS");
        Assert.Equal(1, await OursAsync(await TermsAsync(id), "register"));
    }

    [Theory]
    [InlineData("environment")]
    [InlineData("token")]
    public async Task A_paused_swap_waits_and_its_deposits_still_come_back_after_the_deadline(string scope)
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromMinutes(10));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await Pauses.SetAsync(scope == "token" ? PauseScope.OfToken(TestChain.ChainId, Money) : PauseScope.OfEnvironment(Environment), "drill", "operator", CancellationToken.None);
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "EXECUTING_SWAP");
        await Chain.MineAsync(5);
        Assert.Equal(0, await OursAsync(terms, "execute"));

        await Chain.MoveTimeToAsync(terms.Header.Deadline.Seconds + 1);
        await StateAsync(id, "ROLLED_BACK", mine: true);
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Seller.Address));
        Assert.Equal(Cash, await Chain.BalanceAsync(Money, Buyer.Address));
        Assert.Equal(0, await OursAsync(terms, "execute"));
        await LiftAllAsync();
    }

    [Fact]
    public async Task An_ordered_rollback_cancels_on_the_chain_and_gives_the_deposit_back_before_the_deadline()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        Assert.Equal(OrderOutcome.Taken, await Orders.RollBackAsync(id, "wrong price", "operator:test", CancellationToken.None));
        Assert.Equal(OrderOutcome.Repeated, await Orders.RollBackAsync(id, "wrong price", "operator:test", CancellationToken.None));
        await StateAsync(id, "ROLLED_BACK", mine: true);
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Seller.Address));
        Assert.True((await Chain.Node.GetBlockAsync(Ethereum.Nodes.BlockTag.Latest, CancellationToken.None))!.Timestamp < terms.Header.Deadline.Seconds);
        Assert.Equal(OrderOutcome.Closed, await Orders.RollBackAsync(id, "again", "operator:test", CancellationToken.None));
        Assert.Equal(OrderOutcome.Unknown, await Orders.RetryAsync(Guid.NewGuid(), CancellationToken.None));

        IReadOnlyList<IntentCost> cost = await new WorkStore(Database.Source).CostAsync(id, CancellationToken.None);
        Assert.Equal(["register", "cancel", "refund"], cost.Select(row => row.Name.Purpose));
        foreach (IntentCost row in cost)
        {
            var receipt = (await Chain.Node.GetTransactionReceiptAsync(row.Transaction, CancellationToken.None))!;
            Assert.Equal((long)receipt.GasUsed, row.Gas);
            Assert.Equal((UInt256)receipt.GasUsed * receipt.EffectiveGasPrice, row.Wei);
        }
    }

    [Fact]
    public async Task A_retry_forgets_the_pause_after_failures()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        await Book.ScalarAsync("update settlement.settlement set attempts = 8, last_error = 'planted', due_at = now() + interval '1 day' where id = $1 returning 1", id);
        Assert.Contains("planted", Assert.Single(await new WorkStore(Database.Source).StuckAsync(DateTimeOffset.MinValue, 10, CancellationToken.None), row => row.Id == id).Waits, StringComparison.Ordinal);
        Assert.Equal(OrderOutcome.Taken, await Orders.RetryAsync(id, CancellationToken.None));
        await Eventually.TrueAsync(async () => (int?)await Book.ScalarAsync("select attempts from settlement.settlement where id = $1 and due_at is null", id) == 0);
    }

    async Task LiftAllAsync()
    {
        foreach (Pause pause in await Pauses.ActiveAsync(CancellationToken.None)) Assert.True(await Pauses.LiftAsync(pause.Id, CancellationToken.None));
        Assert.Empty(await Pauses.ActiveAsync(CancellationToken.None));
    }
}
