using System.Collections.Concurrent;
using Keystone.Domain.Escrow;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Keystone.Indexer.Tests;

/// <summary>Forks as the service meets them, with its loop, its lease and its log.</summary>
public sealed class FollowedForkTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static long _chains = 34_000;

    [Fact]
    public async Task What_a_node_leaves_out_of_every_block_is_logged_once()
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "followed") { AmsterdamFrom = 2 };
        Fill(node, 4);
        int asked = 0;
        node.Asked = question => asked += question == "blocks" ? 1 : 0;
        node.Header = header => header with { Fields = header.Fields! with { SlotNumber = null } };
        Lines lines = new();
        await using (Following following = Follow(node, new IndexerOptions(), lines))
        {
            await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref asked) > 8));
            Assert.Contains("scripted", Assert.Single(lines.All, line => line.Contains("was rejected", StringComparison.Ordinal)), StringComparison.Ordinal);
            node.Header = null;
            await HeadAsync(node);
        }
    }

    [Fact]
    public async Task With_bloom_the_service_goes_on_and_the_next_build_proves_what_it_took()
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "followed") { AmsterdamFrom = 2, InventedFrom = 5 };
        Fill(node, 9);
        node.Finalized = 7;
        Lines lines = new();
        IndexerOptions old = new() { OnUnknownHeader = "bloom", RangeBlocks = 3, MaxBlocksPerStep = 2 };
        await using (Following following = Follow(node, old, lines))
        {
            await HeadAsync(node);
            Fill(node, 3);
            await HeadAsync(node);
        }
        Assert.Single(lines.All, line => line.StartsWith("ALARM unknown_header", StringComparison.Ordinal));
        Assert.InRange(await WeakerAsync(node), 1, 8);
        await using (Following following = Follow(node, new IndexerOptions { RangeBlocks = 3, MaxBlocksPerStep = 2, HashOf = node.Scripted.HashOf }, lines))
        {
            await Eventually.TrueAsync(async () => await WeakerAsync(node) == 0);
            Fill(node, 2);
            await HeadAsync(node);
            Assert.Equal(0L, await WeakerAsync(node));
        }
        Assert.DoesNotContain(lines.All, line => line.Contains("weaker_proof_refuted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rebuild_that_cannot_pass_the_fork_is_refused_before_anything_is_dropped()
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "followed") { AmsterdamFrom = 2, InventedFrom = 5 };
        Fill(node, 8);
        await using (Following following = Follow(node, new IndexerOptions { OnUnknownHeader = "bloom" }, new Lines())) await HeadAsync(node);
        MirrorStore store = new(database.Source);
        MirrorPosition? before = await store.ReadPositionAsync(node.ChainId, CancellationToken.None);
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Rebuild("halt").FromChainAsync(node.ChainId, CancellationToken.None));
        Assert.Contains("Indexer:OnUnknownHeader = bloom", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await store.ReadPositionAsync(node.ChainId, CancellationToken.None));
        await Rebuild("bloom").FromChainAsync(node.ChainId, CancellationToken.None);
        Assert.Equal(8, (await store.ReadPositionAsync(node.ChainId, CancellationToken.None))!.Number);

        MirrorRebuild Rebuild(string setting) => new(
            store, new OneChain(Chain(node), node), Options.Create(new IndexerOptions { OnUnknownHeader = setting }), new WakeSignals(), TimeProvider.System, Jitter.None,
            NullLogger<MirrorRebuild>.Instance);
    }

    static ChainOptions Chain(ScriptedNode node) => new() { ChainId = node.ChainId, Escrow = ScriptedNode.Escrow.ToString(), EscrowBlock = 1 };

    Following Follow(ScriptedNode node, IndexerOptions options, Lines lines)
    {
        options.PollMilliseconds = 20;
        ChainOptions chain = Chain(node);
        MirrorStore store = new(database.Source);
        ChainFollower follower = new(
            store, new OneChain(chain, node), chain, options, Guid.NewGuid(), new IndexerPulse(TimeProvider.System), TimeProvider.System, Jitter.None, lines)
        {
            Headers = new UnknownHeaders(Options.Create(options), lines),
            Renewal = new ProofRenewal(store, new MirrorProofs(database.Source), [node], chain, options, TimeProvider.System, lines),
        };
        return new Following(follower);
    }

    Task HeadAsync(ScriptedNode node) => Eventually.TrueAsync(async () =>
        (await new MirrorStore(database.Source).ReadPositionAsync(node.ChainId, CancellationToken.None))?.Number == node.Head.Number);

    Task<long> WeakerAsync(ScriptedNode node) => new MirrorProofs(database.Source).CountWeakerAsync(node.ChainId, CancellationToken.None);

    static void Fill(ScriptedNode node, int blocks)
    {
        for (int i = 0; i < blocks; i++)
        {
            EscrowTerms terms = Emit.Terms(node.ChainId, (byte)node.Head.Number);
            node.Mine([Emit.Ether(Emit.Bob, 3), Emit.Registered(terms)], Emit.Deposited(terms, 0));
        }
    }

    sealed class Following : IAsyncDisposable
    {
        readonly CancellationTokenSource _stop = new();
        readonly Task _serving;

        public Following(ChainFollower follower) => _serving = follower.ServeAsync(_stop.Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving;
            _stop.Dispose();
        }
    }

    sealed class OneChain(ChainOptions chain, IEthereumNode node) : IEthereumNodes
    {
        public IReadOnlyList<ChainOptions> Chains { get; } = [chain];

        public IEthereumNode For(long chainId) => node;

        public IReadOnlyList<IEthereumNode> AllFor(long chainId) => [node];
    }

    sealed class Lines : ILogger<UnknownHeaders>
    {
        public ConcurrentQueue<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception));
    }
}
