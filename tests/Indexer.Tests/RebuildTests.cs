using Keystone.Ethereum.Nodes;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Keystone.Indexer.Tests;

/// <summary>The mirror rests on the chain alone: however it was made, it holds the same bytes.</summary>
public sealed class RebuildTests
{
    [Fact]
    public async Task Rebuilt_from_the_chain_and_folded_again_it_is_the_same_byte_for_byte()
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost indexer = await scene.StartAsync();
        await PlayAsync(scene);
        await scene.MirroredAsync();
        long revision = await scene.ScalarAsync<long>("select revision from chain.position");
        await scene.StopAsync(indexer);
        string live = await scene.DumpAsync();
        Assert.Contains("\nstray_transfer\t", live, StringComparison.Ordinal);

        // One by one above finality, and by ranges of three behind it.
        foreach ((string key, string value) in new[] { ("Chains:0:FinalityDepth", "64"), ("Chains:0:FinalityDepth", "2") })
        {
            MirrorRebuild rebuild = scene.Build(scene.Settings((key, value), ("Indexer:RangeBlocks", "3"))).Services.GetRequiredService<MirrorRebuild>();
            await rebuild.FromChainAsync(TestChain.ChainId, CancellationToken.None);
            Assert.Equal(live, await scene.DumpAsync());
            await rebuild.RefoldAsync(TestChain.ChainId, CancellationToken.None);
            Assert.Equal(live, await scene.DumpAsync());
        }
        Assert.Equal("", await scene.TextAsync("select halted from chain.position where halted is not null"));
        Assert.True(await scene.ScalarAsync<long>("select revision from chain.position") > revision);
        await MirrorTests.AssertFeedHasNoHolesAsync(scene);

        await scene.StartAsync();
        Deal next = await scene.AgreeAsync(salt: 9);
        await scene.RegisterAsync(next);
        await scene.MirroredAsync();
        Assert.Equal("1: pending pending", await scene.EscrowStateAsync(next));
    }

    [Theory]
    [InlineData("eth_getLogs", 429)] // the case rebuild-refused-once
    [InlineData("eth_chainId", 429)]
    [InlineData("eth_getBlockByNumber", 503)]
    [InlineData("eth_getBlockReceipts", 502)]
    public async Task Rebuild_refused_once(string method, int status)
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost indexer = await scene.StartAsync();
        await PlayAsync(scene);
        await scene.MirroredAsync();
        await scene.StopAsync(indexer);
        string live = await scene.DumpAsync();
        await using FaultProxy proxy = await FaultProxy.StartAsync(scene.Chain.Url, new FaultRule(method) { Http = (status, "{}", [("Retry-After", "1")]), Times = 1 });
        MirrorRebuild rebuild = scene.Build(scene.Settings(("Chains:0:RpcUrls:0", proxy.Url.ToString()), ("Chains:0:FinalityDepth", "2"))).Services.GetRequiredService<MirrorRebuild>();
        await rebuild.FromChainAsync(TestChain.ChainId, CancellationToken.None);
        Assert.Equal(live, await scene.DumpAsync());
        Assert.Null(await scene.ScalarAsync<string>("select halted from chain.position"));
    }

    [Theory]
    [InlineData(-32005, "query exceeds max block range 3")]
    [InlineData(-32602, "too much at once, says this one in its own words")]
    public async Task Rebuilt_from_a_node_that_takes_small_ranges_only(int code, string message)
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost indexer = await scene.StartAsync();
        await PlayAsync(scene);
        await scene.Chain.MineAsync(30);
        await scene.MirroredAsync();
        await scene.StopAsync(indexer);
        string live = await scene.DumpAsync();
        static long Number(System.Text.Json.Nodes.JsonNode? quantity) => Convert.ToInt64(quantity!.GetValue<string>()[2..], 16);
        await using FaultProxy proxy = await FaultProxy.StartAsync(scene.Chain.Url,
            new FaultRule("eth_getLogs") { When = parameters => parameters[0]!["fromBlock"] is { } from && Number(parameters[0]!["toBlock"]) - Number(from) > 2, Error = (code, message) });
        MirrorRebuild rebuild = scene.Build(scene.Settings(("Chains:0:RpcUrls:0", proxy.Url.ToString()), ("Chains:0:FinalityDepth", "2"))).Services.GetRequiredService<MirrorRebuild>();
        await rebuild.FromChainAsync(TestChain.ChainId, CancellationToken.None);
        Assert.Equal(live, await scene.DumpAsync());
    }

    [Fact]
    public async Task A_rebuild_that_is_broken_off_leaves_the_mirror_as_it_was_and_goes_on_where_it_was()
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost indexer = await scene.StartAsync();
        await PlayAsync(scene);
        await scene.MirroredAsync();
        await scene.StopAsync(indexer);
        string live = await scene.DumpAsync();
        long revision = await scene.ScalarAsync<long>("select revision from chain.position");
        MirrorRebuild Rebuild() => scene.Build(scene.Settings(("Chains:0:FinalityDepth", "2"), ("Indexer:RangeBlocks", "3"))).Services.GetRequiredService<MirrorRebuild>();
        using CancellationTokenSource stop = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rebuild().FromChainAsync(TestChain.ChainId, report =>
        {
            if (report.Number >= 6) stop.Cancel();
        }, stop.Token));
        Assert.Equal(live, await scene.DumpAsync());
        Assert.Equal(revision, await scene.ScalarAsync<long>("select revision from chain.position where halted is null"));
        long reached = await scene.ScalarAsync<long>("select number from chain.rebuild_position");
        Assert.True(reached >= 6);

        List<long> read = [];
        await Rebuild().FromChainAsync(TestChain.ChainId, report => read.Add(report.Number), CancellationToken.None);
        Assert.All(read, number => Assert.True(number > reached));
        Assert.Equal(live, await scene.DumpAsync());
        Assert.Equal(0, await scene.ScalarAsync<long>("select (select count(*) from chain.rebuild_block) + (select count(*) from chain.rebuild_position)"));
    }

    [Fact]
    public async Task The_tables_beside_are_those_of_the_mirror()
    {
        await using Scene scene = await Scene.BeginAsync();
        string Columns(string prefix) => $"""
            select replace(table_name, '{prefix}', '') || '.' || column_name || ' ' || udt_name || ' ' || is_nullable from information_schema.columns
            where table_schema = 'chain' and table_name in ('{prefix}position', '{prefix}block', '{prefix}log', '{prefix}step', '{prefix}escrow', '{prefix}stray_transfer')
            order by table_name, ordinal_position
            """;
        string mirror = await scene.TextAsync(Columns(""));
        Assert.NotEmpty(mirror);
        Assert.Equal(mirror, await scene.TextAsync(Columns("rebuild_")));
    }

    [Fact]
    public async Task Folding_again_repairs_what_was_damaged_and_notifies_the_readers()
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost indexer = await scene.StartAsync();
        Deal deal = await PlayAsync(scene);
        await scene.MirroredAsync();
        MirrorRebuild rebuild = indexer.Services.GetRequiredService<MirrorRebuild>();
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => rebuild.RefoldAsync(TestChain.ChainId, CancellationToken.None));
        Assert.Contains("stop it", refused.Message, StringComparison.Ordinal);
        await scene.StopAsync(indexer);

        string before = await scene.DumpAsync();
        await scene.ExecuteAsync("update chain.escrow set state = 3, legs[1].amount = 1; delete from chain.stray_transfer; "
            + "update chain.log set decoded = false, escrow_id = null where log_index = 0");
        Assert.NotEqual(before, await scene.DumpAsync());
        long feed = await scene.ScalarAsync<long>("select revision from chain.position");
        await scene.Build(scene.Settings()).Services.GetRequiredService<MirrorRebuild>().RefoldAsync(TestChain.ChainId, CancellationToken.None);
        Assert.Equal(before, await scene.DumpAsync());
        Assert.Contains("apply", await scene.TextAsync($"select kind from chain.feed where revision > {feed} and escrow_id = '\\x{deal.Terms.Id.ToString()[2..]}'"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_behind_the_mirror_is_no_source_for_another()
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost indexer = await scene.StartAsync();
        await scene.MirroredAsync();
        await scene.StopAsync(indexer);
        await scene.ExecuteAsync("update chain.position set number = number + 5");
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            scene.Build(scene.Settings()).Services.GetRequiredService<MirrorRebuild>().FromChainAsync(TestChain.ChainId, CancellationToken.None));
        Assert.Contains("let it catch up", refused.Message, StringComparison.Ordinal);
        Assert.NotEqual(0L, await scene.ScalarAsync<long>("select count(*) from chain.block"));
    }

    [Fact]
    public async Task Ranges_behind_finality_and_blocks_above_it_meet_without_a_seam()
    {
        await using Scene scene = await Scene.BeginAsync();
        Deal early = await PlayAsync(scene);
        await scene.Chain.MineAsync(40);
        Deal late = await scene.AgreeAsync(salt: 7);
        await scene.RegisterAsync(late);
        await scene.DepositAsync(late, 0);
        await scene.Chain.MineAsync(10);
        long head = await scene.HeadAsync();
        await scene.StartAsync(("Chains:0:EscrowBlock", "0"), ("Chains:0:FinalityDepth", "5"), ("Indexer:RangeBlocks", "7"), ("Indexer:MaxBlocksPerStep", "2"));
        await scene.MirroredAsync();
        Assert.Equal("2: released released", await scene.EscrowStateAsync(early));
        Assert.Equal("1: deposited pending", await scene.EscrowStateAsync(late));
        await Eventually.TrueAsync(async () => await scene.ScalarAsync<long>("select finalized from chain.position") == head - 5);
        // Without holes from finality to the head; behind it, only what carries logs and the ends of ranges.
        Assert.Equal(6L, await scene.ScalarAsync<long>("select count(*) from chain.block b, chain.position p where canonical and b.number >= p.finalized"));
        Assert.True(await scene.ScalarAsync<long>("select count(*) from chain.block") < head);
        await scene.DepositAsync(late, 1);
        await scene.ExecuteSwapAsync(late);
        await scene.MirroredAsync();
        Assert.Equal("2: released released", await scene.EscrowStateAsync(late));
        await MirrorTests.AssertFeedHasNoHolesAsync(scene);
    }

    [Fact]
    public async Task Finality_follows_the_nodes_tag_and_goes_forward_only()
    {
        await using Scene scene = await Scene.BeginAsync();
        await scene.StartAsync(("Chains:0:FinalityDepth", ""));
        List<long> seen = [];
        for (int i = 0; i < 5; i++)
        {
            await scene.Chain.MineAsync(3);
            await scene.MirroredAsync();
            long tag = (await scene.Chain.Node.GetBlockAsync(BlockTag.Finalized, CancellationToken.None))!.Number;
            await Eventually.TrueAsync(async () => await scene.ScalarAsync<long>("select finalized from chain.position") == tag);
            Assert.Equal((long)(await scene.Chain.Node.GetBlockAsync(BlockTag.AtNumber(tag), CancellationToken.None))!.Timestamp,
                await scene.ScalarAsync<long>("select finalized_time from chain.position"));
            seen.Add(tag);
        }
        Assert.Equal(seen.Order(), seen);
        await scene.Chain.ReorgAsync(1);
        await scene.MirroredAsync();
        Assert.True(await scene.ScalarAsync<long>("select finalized from chain.position") >= seen[^1]);
    }

    /// <summary>Everything that can happen, a reorg among it. Ends with an executed settlement, which is given back.</summary>
    internal static async Task<Deal> PlayAsync(Scene scene)
    {
        Deal swapped = await scene.AgreeAsync();
        Deal cancelled = await scene.AgreeAsync(bond: swapped.Bond, money: swapped.Money, salt: 2);
        await scene.RegisterAsync(swapped);
        await scene.DepositAsync(cancelled, 1);
        await scene.DepositAsync(swapped, 0);
        await scene.Chain.MineAsync(2);
        await scene.Chain.ReorgAsync(3);
        await scene.DepositAsync(swapped, 1);
        await scene.Chain.SendAsync(scene.Seller, swapped.Bond,
            TokenMessages.Transfer(scene.Chain.Escrow, 7));
        await scene.DepositAsync(swapped, 0);
        await scene.CallAsync(scene.Operator, EscrowMessages.CancelAsOperator(cancelled.Terms));
        await scene.CallAsync(scene.Chain.Accounts[3], EscrowMessages.Refund(cancelled.Terms, 1));
        await scene.ExecuteSwapAsync(swapped);
        return swapped;
    }
}
