using Keystone.Ethereum;
using Keystone.Testing;

namespace Keystone.Indexer.Tests;

/// <summary>What the chain says, the mirror says: one story each, on a real chain and a real Postgres.</summary>
public sealed class MirrorTests
{
    [Fact]
    public async Task A_swap_is_mirrored_step_by_step()
    {
        await using Scene scene = await Scene.BeginAsync();
        await scene.StartAsync();
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await scene.MirroredAsync();
        Assert.Equal("1: pending pending", await scene.EscrowStateAsync(deal));
        await scene.DepositAsync(deal, 0);
        await scene.MirroredAsync();
        Assert.Equal("1: deposited pending", await scene.EscrowStateAsync(deal));
        await scene.DepositAsync(deal, 1);
        TransactionReceipt swap = await scene.ExecuteSwapAsync(deal);
        await scene.MirroredAsync();
        Assert.Equal("2: released released", await scene.EscrowStateAsync(deal));
        Assert.Equal(swap.BlockNumber, await scene.ScalarAsync<long>("select executed_block from chain.escrow"));
        Assert.Equal(swap.TransactionHash.ToBytes(), await scene.ScalarAsync<byte[]>("select executed_tx from chain.escrow"));
        Assert.Equal(Scene.Bonds.ToString(), await scene.TextAsync("select amount from chain.escrow_leg where leg_index = 0"));
        Assert.Equal(0L, await scene.ScalarAsync<long>("select count(*) from chain.stray_transfer"));
        Assert.Equal(0L, await scene.ScalarAsync<long>("select count(*) from chain.log where not decoded"));
        await AssertFeedHasNoHolesAsync(scene);
    }

    [Fact]
    public async Task A_refund_after_the_deadline_is_mirrored()
    {
        await using Scene scene = await Scene.BeginAsync();
        await scene.StartAsync();
        Deal deal = await scene.AgreeAsync(minutes: 10);
        await scene.DepositAsync(deal, 0); // opens it: nobody registered
        await scene.MirroredAsync();
        Assert.Equal("1: deposited pending", await scene.EscrowStateAsync(deal));
        Assert.Equal("false", await scene.TextAsync("select registered from chain.escrow"));
        await scene.Chain.MoveTimeToAsync(deal.Terms.Header.Deadline.Seconds + 1);
        await scene.CallAsync(scene.Chain.Accounts[3], EscrowMessages.Refund(deal.Terms, 0));
        await scene.MirroredAsync();
        Assert.Equal("1: refunded pending", await scene.EscrowStateAsync(deal));
    }

    [Fact]
    public async Task A_withdrawn_leg_comes_again_and_a_cancellation_ends_it()
    {
        await using Scene scene = await Scene.BeginAsync();
        await scene.StartAsync();
        Deal deal = await scene.AgreeAsync();
        await scene.DepositAsync(deal, 0);
        await scene.CallAsync(scene.Seller, EscrowMessages.WithdrawLeg(deal.Terms, 0));
        await scene.MirroredAsync();
        Assert.Equal("1: withdrawn pending", await scene.EscrowStateAsync(deal));
        await scene.DepositAsync(deal, 0);
        await scene.MirroredAsync();
        Assert.Equal("1: deposited pending", await scene.EscrowStateAsync(deal));
        await scene.CallAsync(scene.Operator, EscrowMessages.CancelAsOperator(deal.Terms));
        await scene.CallAsync(scene.Chain.Accounts[3], EscrowMessages.Refund(deal.Terms, 0));
        await scene.MirroredAsync();
        Assert.Equal("3: refunded pending", await scene.EscrowStateAsync(deal));
    }

    [Fact]
    public async Task A_plain_transfer_is_a_stray_and_a_deposit_is_none()
    {
        await using Scene scene = await Scene.BeginAsync();
        await scene.StartAsync();
        Deal deal = await scene.AgreeAsync();
        await scene.DepositAsync(deal, 1);
        await scene.Chain.SendAsync(scene.Seller, deal.Bond,
            TokenMessages.Transfer(scene.Chain.Escrow, 7));
        await scene.MirroredAsync();
        Assert.Equal("7", await scene.TextAsync("select amount from chain.stray_transfer"));
        Assert.Equal(deal.Bond.ToBytes(), await scene.ScalarAsync<byte[]>("select token from chain.stray_transfer"));
        Assert.Equal(scene.Seller.Address.ToBytes(), await scene.ScalarAsync<byte[]>("select sender from chain.stray_transfer"));
        Assert.Equal("1: pending deposited", await scene.EscrowStateAsync(deal));

        await scene.Chain.ReorgAsync(1);
        await scene.MirroredAsync();
        Assert.Equal("", await scene.TextAsync("select amount from chain.stray_transfer"));
    }

    [Fact]
    public async Task Two_settlements_in_one_token_do_not_mix()
    {
        await using Scene scene = await Scene.BeginAsync();
        await scene.StartAsync();
        Deal one = await scene.AgreeAsync();
        Deal two = await scene.AgreeAsync(bond: one.Bond, money: one.Money, salt: 2);
        await scene.DepositAsync(one, 0);
        await scene.DepositAsync(two, 1);
        await scene.DepositAsync(one, 1);
        await scene.ExecuteSwapAsync(one);
        await scene.MirroredAsync();
        Assert.Equal("2: released released", await scene.EscrowStateAsync(one));
        Assert.Equal("1: pending deposited", await scene.EscrowStateAsync(two));
    }

    [Fact]
    public async Task A_reorg_takes_a_deposit_back_and_it_can_come_again()
    {
        await using Scene scene = await Scene.BeginAsync();
        await scene.StartAsync();
        Deal deal = await scene.AgreeAsync();
        Deal other = await scene.AgreeAsync(salt: 2);
        await scene.RegisterAsync(deal);
        await scene.DepositAsync(other, 0);
        await scene.DepositAsync(deal, 0);
        await scene.Chain.MineAsync(2);
        await scene.MirroredAsync();
        Assert.Equal("1: deposited pending", await scene.EscrowStateAsync(deal));
        string before = await scene.FeedAsync(other);

        await scene.Chain.ReorgAsync(3);
        await scene.MirroredAsync();
        Assert.Equal("1: pending pending", await scene.EscrowStateAsync(deal));
        Assert.EndsWith("apply retract", await scene.FeedAsync(deal), StringComparison.Ordinal);
        Assert.Equal(before, await scene.FeedAsync(other)); // not touched
        Assert.Equal(3L, await scene.ScalarAsync<long>("select count(*) from chain.block where not canonical"));

        await scene.DepositAsync(deal, 0);
        await scene.DepositAsync(deal, 1);
        await scene.ExecuteSwapAsync(deal);
        await scene.MirroredAsync();
        Assert.Equal("2: released released", await scene.EscrowStateAsync(deal));
        await AssertFeedHasNoHolesAsync(scene);
    }

    [Fact]
    public async Task A_reorg_takes_the_swap_back_and_it_runs_again()
    {
        await using Scene scene = await Scene.BeginAsync();
        await scene.StartAsync();
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await scene.DepositAsync(deal, 0);
        await scene.DepositAsync(deal, 1);
        await scene.ExecuteSwapAsync(deal);
        await scene.MirroredAsync();
        Assert.Equal("2: released released", await scene.EscrowStateAsync(deal));
        await scene.Chain.ReorgAsync(1);
        await scene.MirroredAsync();
        Assert.Equal("1: deposited deposited", await scene.EscrowStateAsync(deal));
        Assert.Equal("", await scene.TextAsync("select executed_block from chain.escrow where executed_block is not null"));
        await scene.ExecuteSwapAsync(deal);
        await scene.MirroredAsync();
        Assert.Equal("2: released released", await scene.EscrowStateAsync(deal));
    }

    internal static async Task AssertFeedHasNoHolesAsync(Scene scene)
    {
        // One statement: the indexer runs, and a step that makes blocks final may come between two.
        Assert.Equal("", await scene.TextAsync("""
            select 'revision ' || revision || ', feed ' || (select count(distinct revision) from chain.feed) from chain.position
            where revision <> (select count(distinct revision) from chain.feed)
            """));
        Assert.Equal("", await scene.TextAsync("""
            select 'revision ' || revision || ': ' || count(*) || ' entries up to ' || max(ordinal) from chain.feed group by revision having max(ordinal) + 1 <> count(*)
            """));
    }
}
