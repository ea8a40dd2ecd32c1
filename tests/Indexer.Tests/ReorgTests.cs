using Keystone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Keystone.Indexer.Tests;

/// <summary>Reorgs of any depth above finality, and the one below it.</summary>
public sealed class ReorgTests
{
    [Fact]
    public async Task A_reorg_deeper_than_a_step_and_than_a_poll_is_followed()
    {
        await using Scene scene = await Scene.BeginAsync();
        await scene.StartAsync(("Chains:0:FinalityDepth", "500"), ("Indexer:MaxBlocksPerStep", "4"));
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await scene.DepositAsync(deal, 0);
        await scene.Chain.MineAsync(100);
        await scene.MirroredAsync();
        Assert.Equal("1: deposited pending", await scene.EscrowStateAsync(deal));
        await scene.Chain.ReorgAsync(101);
        await scene.MirroredAsync();
        Assert.Equal("1: pending pending", await scene.EscrowStateAsync(deal));
        Assert.Equal(101L, await scene.ScalarAsync<long>("select count(*) from chain.block where not canonical"));
        await MirrorTests.AssertFeedHasNoHolesAsync(scene);
    }

    [Fact]
    public async Task A_reorg_of_the_registration_leaves_no_settlement()
    {
        await using Scene scene = await Scene.BeginAsync();
        await scene.StartAsync();
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await scene.MirroredAsync();
        await scene.Chain.ReorgAsync(2);
        await scene.MirroredAsync();
        Assert.Equal("", await scene.EscrowStateAsync(deal));
        Assert.Equal("apply retract", await scene.FeedAsync(deal));
    }

    [Fact]
    public async Task Below_finality_it_halts_and_touches_nothing_until_it_is_rebuilt()
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost indexer = await scene.StartAsync(("Chains:0:FinalityDepth", "2"));
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await scene.DepositAsync(deal, 0);
        await scene.Chain.MineAsync(4);
        await scene.MirroredAsync();
        long head = await scene.HeadAsync();
        await Eventually.TrueAsync(async () => await scene.ScalarAsync<long>("select finalized from chain.position") == head - 2);
        string before = await scene.DumpAsync();

        await scene.Chain.ReorgAsync(5);
        await Eventually.TrueAsync(async () => await scene.ScalarAsync<string>("select halted from chain.position") is not null);
        await scene.Chain.MineAsync(3);
        long revision = await scene.ScalarAsync<long>("select revision from chain.position");
        Assert.Contains("rebuild the mirror", await scene.ScalarAsync<string>("select halted from chain.position"), StringComparison.Ordinal);
        Assert.Equal(before, await scene.DumpAsync());
        Assert.Equal("1: deposited pending", await scene.EscrowStateAsync(deal));
        await scene.StopAsync(indexer);
        IHost again = await scene.StartAsync(("Chains:0:FinalityDepth", "2"));
        await Eventually.TrueAsync(async () => await scene.ScalarAsync<long>("select epoch from chain.position") == 2);
        await scene.StopAsync(again);
        Assert.Equal(revision, await scene.ScalarAsync<long>("select revision from chain.position"));
        Assert.Equal(before, await scene.DumpAsync());

        await scene.Build(scene.Settings()).Services.GetRequiredService<MirrorRebuild>().FromChainAsync(TestChain.ChainId, CancellationToken.None);
        await scene.StartAsync(("Chains:0:FinalityDepth", "2"));
        await scene.MirroredAsync();
        Assert.Equal("1: pending pending", await scene.EscrowStateAsync(deal));
        await MirrorTests.AssertFeedHasNoHolesAsync(scene);
    }
}
