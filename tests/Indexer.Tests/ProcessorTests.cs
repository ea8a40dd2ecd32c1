using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Processing;
using Keystone.Mirror;
using Keystone.Postgres.Leases;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nethereum.BlockchainProcessing.BlockProcessing;
using Nethereum.BlockchainProcessing.Orchestrator;
using Nethereum.BlockchainProcessing.ProgressRepositories;

namespace Keystone.Indexer.Tests;

/// <summary>What the parts report to Nethereum's processor and what it reports back, beside what is in the database.</summary>
public sealed class ProcessorTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static long _chains = 9_000;

    [Fact]
    public async Task A_reorg_is_returned_first_and_written_in_one_commit_with_the_blocks_that_follow()
    {
        ScriptedNode node = Chain(12);
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node);
        await mirror.FollowAsync();
        (string before, long revision) = (await mirror.DumpAsync(), await mirror.RevisionAsync());
        node.ForkAt(7);
        for (int i = 0; i < 6; i++) node.Mine([Emit.Transfer(Emit.Alice, (ulong)i + 1)]);

        List<string> story = [];
        await StepAsync(mirror, parts => new Recorder(parts, async said =>
        {
            story.Add(said);
            // Until the step that replaces the blocks, the mirror is the old chain.
            if (story.Count <= 2) Assert.Equal((before, revision), (await mirror.DumpAsync(), await mirror.RevisionAsync()));
        }).Parts);

        Assert.Equal(["reorg: rewind to 8", "progress 7", "step to 13", "progress 13"], story);
        Assert.Equal(revision + 1, await mirror.RevisionAsync());
        Assert.Equal(node.Head.Hash.ToBytes(), await mirror.ScalarAsync<byte[]>("select hash from chain.position where chain_id = $chain"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    /// <summary>A shorter chain ends lower than the mirror did; a fork at the start block leaves nothing of it.</summary>
    [Theory]
    [InlineData(1, 0, 3, "reorg: rewind to 1, progress 0, step to 3, progress 3")]
    [InlineData(0, 0, 2, "reorg: rewind to 1, progress 0, step to 2, progress 2")]
    [InlineData(1, 9, 1, "reorg: rewind to 10, progress 9, step to 10, progress 10")]
    public async Task A_rewind_as_far_as_the_start_block_ends_with_the_nodes_chain(long start, long fork, int mined, string expected)
    {
        ScriptedNode node = Chain(12);
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, startBlock: start);
        await mirror.FollowAsync();
        node.ForkAt(fork);
        for (int i = 0; i < mined; i++) node.Mine([Emit.Transfer(Emit.Alice, (ulong)i + 1)]);
        List<string> story = [];
        await StepAsync(mirror, parts => new Recorder(parts, said => Task.FromResult(Add(story, said))).Parts);
        Assert.Equal(expected, string.Join(", ", story));
        Assert.Equal(node.Head.Hash.ToBytes(), await mirror.ScalarAsync<byte[]>("select hash from chain.position where chain_id = $chain"));
        Assert.Equal(start, await mirror.ScalarAsync<long>("select min(number) from chain.block where chain_id = $chain and canonical"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    /// <summary>
    /// Below block 0 there is no block that the processor could report: it says 0 and asks from 0 on. The node here answers with the old block 0 whenever it is
    /// asked for the chain's identity, which no real node does.
    /// </summary>
    [Fact]
    public async Task A_rewind_to_block_0_replaces_block_0()
    {
        ScriptedNode node = Chain(3), other = new(node.ChainId, "another block 0");
        for (int i = 0; i < 5; i++) other.Mine();
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, finalityDepth: 100, startBlock: 0);
        await mirror.FollowAsync();
        List<string> story = [];
        MirrorPass pass = mirror.Twin(new TwoFaced(node, other));
        await StepAsync(mirror, parts => new Recorder(parts, said => Task.FromResult(Add(story, said))).Parts, pass);
        Assert.Equal("reorg: rewind to 0, progress 0, step to 5, progress 5", string.Join(", ", story));
        Assert.Equal(other.Chain[0].ToBytes(), await mirror.ScalarAsync<byte[]>("select hash from chain.block where chain_id = $chain and number = 0 and canonical"));
        Assert.Equal(6L, await mirror.ScalarAsync<long>("select count(*) from chain.block where chain_id = $chain and canonical"));
    }

    [Fact]
    public async Task Progress_that_is_not_what_was_committed_ends_the_run()
    {
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, Chain(9), new IndexerOptions { MaxBlocksPerStep = 3 });
        InvalidOperationException wrong = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StepAsync(mirror, parts => parts with { Step = new Boaster(parts.Step) }));
        Assert.Equal("The processor is at block 4, the mirror at 3.", wrong.Message);
        Assert.Equal(3L, await mirror.ScalarAsync<long>("select number from chain.position where chain_id = $chain"));
        await mirror.FollowAsync();
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    /// <summary>Another indexer takes the lease when a fork was found and nothing of it is written yet.</summary>
    [Fact]
    public async Task A_lease_that_is_lost_between_the_rewind_and_its_blocks_leaves_the_old_chain_whole()
    {
        ScriptedNode node = Chain(12);
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node);
        await mirror.FollowAsync();
        string before = await mirror.DumpAsync();
        node.ForkAt(7);
        for (int i = 0; i < 6; i++) node.Mine();
        await Assert.ThrowsAsync<LeaseLostException>(() => StepAsync(mirror, parts => new Recorder(parts, async said =>
        {
            if (said == "progress 7") await mirror.ScalarAsync<object>("update chain.position set epoch = epoch + 1 where chain_id = $chain");
        }).Parts));
        Assert.Equal(before, await mirror.DumpAsync());
    }

    /// <summary>The node leaves the fork that it reported before its blocks are read.</summary>
    [Fact]
    public async Task A_fork_that_is_gone_when_its_blocks_are_read_leaves_the_old_chain_whole_until_the_next_poll()
    {
        ScriptedNode node = Chain(12);
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node);
        await mirror.FollowAsync();
        string before = await mirror.DumpAsync();
        node.ForkAt(7);
        for (int i = 0; i < 6; i++) node.Mine();
        await Assert.ThrowsAsync<Reading.ContradictionException>(() => StepAsync(mirror, parts => new Recorder(parts, said =>
        {
            if (said != "progress 7") return Task.CompletedTask;
            node.ForkAt(5);
            for (int i = 0; i < 9; i++) node.Mine([Emit.Transfer(Emit.Bob, 7)]);
            return Task.CompletedTask;
        }).Parts));
        Assert.Equal(before, await mirror.DumpAsync());
        await mirror.FollowAsync();
        Assert.Equal(node.Head.Hash.ToBytes(), await mirror.ScalarAsync<byte[]>("select hash from chain.position where chain_id = $chain"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_stops_within_a_second_while_it_waits_for_a_head_or_for_an_answer(bool inRead)
    {
        ScriptedChain chain = new(Interlocked.Increment(ref _chains), "stops");
        chain.MineEmpty(3);
        await using ScriptedRpcNode node = await ScriptedRpcNode.StartAsync(chain);
        Dictionary<string, string?> settings = new()
        {
            ["Storage:ConnectionString"] = database.ConnectionString,
            ["Chains:0:ChainId"] = chain.ChainId.ToString(CultureInfo.InvariantCulture),
            ["Chains:0:RpcUrls:0"] = node.Url.ToString(),
            ["Chains:0:Escrow"] = ScriptedNode.Escrow.ToString(),
            ["Chains:0:EscrowBlock"] = "1",
            ["Indexer:PollMilliseconds"] = inRead ? "20" : "60000",
        };
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddIndexer(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        using IHost host = builder.Build();
        await host.StartAsync();
        await Eventually.TrueAsync(async () => await NumberAsync(chain) == 3);
        TaskCompletionSource never = new();
        if (inRead)
        {
            node.Fail("eth_getLogs", new ScriptedFault.Wait(never.Task));
            int asked = node.Asked.Count(method => method == "eth_getLogs");
            chain.MineEmpty(1);
            await Eventually.TrueAsync(() => Task.FromResult(node.Asked.Count(method => method == "eth_getLogs") > asked));
        }
        long began = Stopwatch.GetTimestamp();
        await host.StopAsync();
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took}.");
        never.SetResult();
        Assert.Equal(3L, await NumberAsync(chain));
        // And the lease is given back.
        Assert.NotNull(await new MirrorStore(database.Source).TakeLeaseAsync(chain.ChainId, Guid.NewGuid(), TimeSpan.FromSeconds(1), CancellationToken.None));
    }

    async Task<long?> NumberAsync(ScriptedChain chain) =>
        (await new MirrorStore(database.Source).ReadPositionAsync(chain.ChainId, CancellationToken.None))?.Number;

    static bool Add(List<string> story, string said)
    {
        story.Add(said);
        return true;
    }

    /// <summary>One round that ends with a commit, or a fault.</summary>
    static Task StepAsync(ScriptedMirror mirror, Func<ProcessorParts, ProcessorParts> through, MirrorPass? pass = null) =>
        new MirrorLoop(pass ?? mirror.Twin(), mirror.Epoch, (isMore, _) => Task.FromResult(isMore is null)) { Through = through }.RunAsync(CancellationToken.None);

    /// <summary>A chain of that many blocks, none of them final.</summary>
    static ScriptedNode Chain(int blocks)
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "processor");
        for (int i = 0; i < blocks; i++) node.Mine(Emit.Deposited(Emit.Terms(node.ChainId, 1), i % 2));
        return node;
    }

    /// <summary>Tells what the step answered and what the processor then reported.</summary>
    sealed class Recorder(ProcessorParts inner, Func<string, Task> said) : IBlockchainProcessingOrchestrator, IBlockProgressRepository
    {
        bool _isOver;

        public ProcessorParts Parts => new(inner.Head, this, this);

        public async Task<OrchestrationProgress> ProcessAsync(
            BigInteger fromNumber, BigInteger toNumber, CancellationToken cancellationToken = default, IBlockProgressRepository? blockProgressRepository = null)
        {
            OrchestrationProgress progress = await inner.Step.ProcessAsync(fromNumber, toNumber, cancellationToken, blockProgressRepository);
            // The last round of a run only ends it.
            _isOver = progress.Exception is null && toNumber < fromNumber;
            if (progress.Exception is ReorgDetectedException reorg) await said($"reorg: rewind to {reorg.RewindToBlockNumber}");
            else if (!_isOver) await said($"step to {progress.BlockNumberProcessTo}");
            return progress;
        }

        public async Task UpsertProgressAsync(BigInteger blockNumber)
        {
            await inner.Progress.UpsertProgressAsync(blockNumber);
            if (!_isOver) await said($"progress {blockNumber}");
        }

        public Task<BigInteger?> GetLastBlockNumberProcessedAsync() => inner.Progress.GetLastBlockNumberProcessedAsync();
    }

    /// <summary>Says that it came one block further than it did.</summary>
    sealed class Boaster(IBlockchainProcessingOrchestrator inner) : IBlockchainProcessingOrchestrator
    {
        public async Task<OrchestrationProgress> ProcessAsync(
            BigInteger fromNumber, BigInteger toNumber, CancellationToken cancellationToken = default, IBlockProgressRepository? blockProgressRepository = null)
        {
            OrchestrationProgress progress = await inner.ProcessAsync(fromNumber, toNumber, cancellationToken, blockProgressRepository);
            return new OrchestrationProgress { BlockNumberProcessTo = progress.BlockNumberProcessTo + 1 };
        }
    }

    /// <summary>A node on another chain that answers with the first one's block 0 when it is asked for it alone.</summary>
    sealed class TwoFaced(ScriptedNode first, ScriptedNode other) : PassingNode
    {
        protected override IEthereumNode Inner => other;

        public override Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken) =>
            (block.Number == 0 ? first : (IEthereumNode)other).GetBlockAsync(block, cancellationToken);
    }
}
