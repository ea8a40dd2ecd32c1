using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Reading;
using Keystone.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keystone.Indexer.Tests;

/// <summary>While a range with many logs is written the next one is read: nothing comes out of order, twice or not at all, whatever becomes of it.</summary>
public sealed class ReadAheadTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    const int RangeBlocks = 4;
    static long _chains = 8_000;

    [Fact]
    public async Task A_range_is_committed_while_the_next_one_is_still_read()
    {
        (ScriptedMirror mirror, GatedNode node, MirrorPass pass) = await BeginAsync();
        Task<bool> first = pass.RunAsync(mirror.Epoch, CancellationToken.None);
        Assert.True(await first.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(4L, await NumberAsync(mirror));
        Assert.Equal((5L, 8L), await node.Waiting);
        Task<bool> second = pass.RunAsync(mirror.Epoch, CancellationToken.None);
        Assert.False(second.IsCompleted);
        node.Open();
        Assert.True(await second);
        Assert.Equal(8L, await NumberAsync(mirror));
        // Each was asked once: the second step took what was read ahead of it.
        Assert.Equal([(1, 4), (5, 8), (9, 12)], node.Ranges);
        await AssertSameAsync(mirror, pass);
    }

    [Fact]
    public async Task An_error_of_the_range_ahead_comes_at_its_turn_and_nothing_is_lost_or_doubled()
    {
        foreach (string text in (string[])["internal error", "query returned more than 10000 results", "rate limit exceeded"])
        {
            (ScriptedMirror mirror, GatedNode node, MirrorPass pass) = await BeginAsync();
            node.Open(new NodeException(text, -32005));
            Assert.True(await pass.RunAsync(mirror.Epoch, CancellationToken.None));
            Assert.Equal(4L, await NumberAsync(mirror));
            Assert.Equal(text, (await Assert.ThrowsAsync<NodeException>(() => pass.RunAsync(mirror.Epoch, CancellationToken.None))).Message);
            Assert.Equal(4L, await NumberAsync(mirror));
            Assert.True(await pass.RunAsync(mirror.Epoch, CancellationToken.None));
            // It is the node's word about this range, so this range becomes smaller, except by a quota.
            Assert.Equal(text.StartsWith("rate", StringComparison.Ordinal) ? 8L : 6L, await NumberAsync(mirror));
            await AssertSameAsync(mirror, pass);
        }
    }

    [Fact]
    public async Task Stopped_in_the_middle_it_asks_no_further_and_another_one_goes_on()
    {
        (ScriptedMirror mirror, GatedNode node, MirrorPass pass) = await BeginAsync();
        Assert.True(await pass.RunAsync(mirror.Epoch, CancellationToken.None));
        using CancellationTokenSource stop = new();
        Task<bool> second = pass.RunAsync(mirror.Epoch, stop.Token);
        Assert.False(second.IsCompleted);
        await stop.CancelAsync();
        await node.Cancelled.WaitAsync(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(4L, await NumberAsync(mirror));
        node.Open();
        await AssertSameAsync(mirror, mirror.Twin());
    }

    /// <summary>The chain leaves the fork from which a range was read ahead: below what is written, at it, and inside the range itself.</summary>
    [Theory]
    [InlineData(2, false)]
    [InlineData(4, false)]
    [InlineData(6, false)]
    [InlineData(2, true)]
    [InlineData(4, true)]
    [InlineData(6, true)]
    public async Task A_reorg_while_a_range_is_read_ahead_leaves_nothing_of_it(int fork, bool answered)
    {
        (ScriptedMirror mirror, GatedNode node, MirrorPass pass) = await BeginAsync();
        if (answered) node.Open();
        Assert.True(await pass.RunAsync(mirror.Epoch, CancellationToken.None));
        node.Open();
        int blocks = mirror.Node.Chain.Count;
        mirror.Node.ForkAt(fork);
        while (mirror.Node.Chain.Count < blocks + 2) mirror.Node.Mine(Many(mirror.Node.Chain.Count, 300));
        mirror.Node.Finalized = blocks;
        await FollowAsync(mirror, pass);
        Assert.Null(await mirror.ScalarAsync<string>("select halted from chain.position where chain_id = $chain"));
        Assert.Equal(blocks, await mirror.ScalarAsync<long>("select finalized from chain.position where chain_id = $chain"));
        await AssertSameAsync(mirror, pass);
    }

    /// <summary>Faults, forks and answers that come late, by chance: in the end it is what the chain gives.</summary>
    [Fact]
    public async Task Whatever_happens_between_ranges_the_mirror_is_what_the_chain_gives()
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            Random random = new(seed);
            (ScriptedMirror mirror, GatedNode node, MirrorPass pass) = await BeginAsync();
            node.Open();
            node.Trouble = () => random.Next(12) switch
            {
                0 => new NodeException("internal error", -32000),
                1 => new ContradictionException("Of chance."),
                _ => null,
            };
            for (int look = 0; look < 14; look++)
            {
                try
                {
                    await pass.RunAsync(mirror.Epoch, CancellationToken.None);
                }
                catch (Exception fault) when (fault is NodeException or ContradictionException)
                {
                    // It looks again.
                }
                if (random.Next(6) > 0) continue;
                int blocks = mirror.Node.Chain.Count;
                mirror.Node.ForkAt(Math.Max(await mirror.ScalarAsync<long>("select greatest(finalized, 0) from chain.position where chain_id = $chain"), blocks - random.Next(2, 22)));
                while (mirror.Node.Chain.Count <= blocks) mirror.Node.Mine(Many(mirror.Node.Chain.Count, 280));
            }
            node.Trouble = null;
            await AssertSameAsync(mirror, pass);
        }
    }

    async Task<(ScriptedMirror Mirror, GatedNode Node, MirrorPass Pass)> BeginAsync()
    {
        ScriptedNode chain = new(Interlocked.Increment(ref _chains), "ahead");
        EscrowTerms terms = Emit.Terms(chain.ChainId, 1);
        for (int i = 1; i <= 22; i++) chain.Mine(i % 5 == 0 ? [Emit.Deposited(terms, i % 2), .. Many(i, 300)] : Many(i, 300));
        chain.Finalized = 20;
        IndexerOptions options = new() { RangeBlocks = RangeBlocks, Proof = "linked" };
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, chain, options);
        GatedNode node = new(chain, first: RangeBlocks + 1);
        return (mirror, node, new MirrorPass(mirror.Store, [node],
            new ChainOptions { ChainId = chain.ChainId, Escrow = ScriptedNode.Escrow.ToString(), EscrowBlock = 1 }, options, TimeProvider.System, NullLogger.Instance));
    }

    static Emitted[][] Many(int block, int count) => [[.. Enumerable.Range(1, count).Select(i => Emit.Transfer(Emit.Bob, (ulong)(block * 1_000 + i)))]];

    static Task<long> NumberAsync(ScriptedMirror mirror) => mirror.ScalarAsync<long>("select number from chain.position where chain_id = $chain");

    /// <summary>Until nothing more is to be done; what does not fit is asked again, a few times.</summary>
    static async Task FollowAsync(ScriptedMirror mirror, MirrorPass pass)
    {
        for (int refused = 0; ;)
        {
            try
            {
                if (!await pass.RunAsync(mirror.Epoch, CancellationToken.None)) return;
            }
            catch (ContradictionException) when (++refused < 5)
            {
                // It looks again.
            }
        }
    }

    static async Task AssertSameAsync(ScriptedMirror mirror, MirrorPass pass)
    {
        await FollowAsync(mirror, pass);
        Assert.Equal(mirror.Node.Head.Hash.ToBytes(), await mirror.ScalarAsync<byte[]>("select hash from chain.position where chain_id = $chain"));
        Assert.Equal(mirror.Node.CanonicalLogs.LongCount(), await mirror.ScalarAsync<long>(
            "select count(*) from chain.log l join chain.block b on b.hash = l.block_hash where l.chain_id = $chain and b.canonical"));
        Assert.Equal(await mirror.RevisionAsync(), await mirror.ScalarAsync<long>("select count(distinct revision) from chain.feed where chain_id = $chain"));
        string live = await mirror.DumpAsync();
        Assert.Equal(live, await mirror.FreshDumpAsync());
    }

    /// <summary>A node whose answer about the logs of ranges from a height on comes when it is told to.</summary>
    sealed class GatedNode(ScriptedNode inner, long first) : PassingNode
    {
        readonly TaskCompletionSource<Exception?> _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource<(long, long)> _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Exception? _fault;

        protected override IEthereumNode Inner => inner;

        /// <summary>Ends when the first such range is asked for.</summary>
        public Task<(long From, long To)> Waiting => _waiting.Task;

        /// <summary>Ends when whoever waits for it gives up.</summary>
        public Task Cancelled => _cancelled.Task;

        /// <summary>Ranges that were asked for.</summary>
        public List<(long From, long To)> Ranges { get; } = [];

        /// <summary>A fault of an answer, or null.</summary>
        public Func<Exception?>? Trouble { get; set; }

        public void Open(Exception? fault = null)
        {
            _fault = fault;
            _gate.TrySetResult(null);
        }

        public override async Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken)
        {
            if (filter.FromBlock is { } from && filter.Addresses.Count > 0)
            {
                Ranges.Add((from, filter.ToBlock!.Value));
                if (from >= first)
                {
                    _waiting.TrySetResult((from, filter.ToBlock.Value));
                    try
                    {
                        await _gate.Task.WaitAsync(cancellationToken);
                    }
                    catch (OperationCanceledException)
                    {
                        _cancelled.TrySetResult();
                        throw;
                    }
                    if (Interlocked.Exchange(ref _fault, null) is { } fault) throw fault;
                }
            }
            else
            {
                await Task.Yield();
            }
            if (Trouble?.Invoke() is { } trouble) throw trouble;
            return await inner.GetLogsAsync(filter, cancellationToken);
        }
    }
}
