using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Keystone.Indexer.Tests;

/// <summary>A database belongs to one chain and one escrow, from the first start on.</summary>
public sealed class IdentityTests
{
    [Theory]
    [InlineData("genesis_hash = sha256('x')", "block 0")]
    [InlineData("escrow = decode(repeat('11', 20), 'hex')", "escrow 0x")]
    [InlineData("code_hash = sha256('x')", "escrow code")]
    [InlineData("start_block = 3", "EscrowBlock")]
    public async Task Another_identity_is_refused_at_the_start_in_one_sentence(string change, string named)
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost first = await scene.StartAsync();
        await scene.MirroredAsync();
        await scene.StopAsync(first);
        await scene.ExecuteAsync($"update chain.position set {change}");
        string before = await scene.TextAsync("select p from chain.position p");
        ChainIdentityException refused = await Assert.ThrowsAsync<ChainIdentityException>(() => scene.StartAsync());
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await scene.TextAsync("select p from chain.position p"));
    }

    [Fact]
    public async Task A_chain_that_begins_anew_under_a_running_indexer_is_that_nodes_fault_and_nothing_is_touched()
    {
        await using Scene scene = await Scene.BeginAsync();
        TestChain other = await AnotherAsync(scene.Chain);
        SwitchedNodes nodes = new(scene);
        IHost indexer = scene.Build(scene.Settings(), services => services.AddSingleton<IEthereumNodes>(nodes));
        await indexer.StartAsync();
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await scene.Chain.MineAsync(30);
        await scene.MirroredAsync();
        string before = await scene.DumpAsync();
        nodes.Now = other.Node;
        await Eventually.TrueAsync(() => Task.FromResult(nodes.AskedOfNow > 5), because: "The indexer no longer asks.");
        Assert.Equal(before, await scene.DumpAsync());
        Assert.Null(await scene.ScalarAsync<string>("select halted from chain.position"));
        Assert.False(indexer.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        // Back on its chain it is followed as before.
        nodes.Now = scene.Chain.Node;
        await scene.Chain.MineAsync(2);
        await scene.MirroredAsync();
        await indexer.StopAsync();
        await other.DisposeAsync();
    }

    // Two chains that begin in the same second are the same one up to their first transaction.
    static async Task<TestChain> AnotherAsync(TestChain chain)
    {
        while (true)
        {
            TestChain other = new();
            await other.InitializeAsync();
            BlockTag first = BlockTag.AtNumber(0);
            if ((await other.Node.GetBlockAsync(first, CancellationToken.None))!.Hash != (await chain.Node.GetBlockAsync(first, CancellationToken.None))!.Hash)
                return other;
            await other.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("Indexer:PollMilliseconds", "0", "Indexer:PollMilliseconds")]
    [InlineData("Indexer:LeaseSeconds", "0", "Indexer:LeaseSeconds")]
    [InlineData("Indexer:RangeBlocks", "0", "Indexer:RangeBlocks")]
    [InlineData("Indexer:Proof", "trust", "Indexer:Proof")]
    [InlineData("Indexer:OnUnknownHeader", "stop", "Indexer:OnUnknownHeader must be halt")]
    [InlineData("Chains:0:Escrow", "0x12", "Chains:0:Escrow")]
    public async Task A_wrong_setting_stops_the_start_by_name(string key, string value, string named)
    {
        await using Scene scene = await Scene.BeginAsync();
        Exception refused = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => scene.StartAsync((key, value)));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_may_be_added_three_times()
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost host = scene.Build(scene.Settings(), services => services.AddIndexer(scene.Settings()).AddIndexer(scene.Settings()));
        Assert.Single(host.Services.GetServices<IHostedService>().OfType<IndexerRunner>());
    }

    sealed class SwitchedNodes(Scene scene) : IEthereumNodes
    {
        int _askedOfNow;

        public IEthereumNode Now { get; set; } = scene.Chain.Node;

        /// <summary>Questions that went to another node than the scene's.</summary>
        public int AskedOfNow => Volatile.Read(ref _askedOfNow);

        IEthereumNode Asked()
        {
            IEthereumNode now = Now;
            if (now != scene.Chain.Node) Interlocked.Increment(ref _askedOfNow);
            return now;
        }

        public IReadOnlyList<ChainOptions> Chains { get; } =
        [
            new()
            {
                ChainId = TestChain.ChainId, RpcUrls = [scene.Chain.Url.ToString()], Escrow = scene.Chain.Escrow.ToString(), EscrowBlock = 1, FinalityDepth = 64,
            },
        ];

        public IEthereumNode For(long chainId) => new Switched(this);

        public IReadOnlyList<IEthereumNode> AllFor(long chainId) => [new Switched(this)];

        sealed class Switched(SwitchedNodes nodes) : PassingNode
        {
            protected override IEthereumNode Inner => nodes.Asked();
        }
    }
}
