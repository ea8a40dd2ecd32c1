using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Reading;
using Keystone.Indexer.Store;
using Keystone.Indexer.Writing;
using Microsoft.Extensions.Logging;

namespace Keystone.Indexer;

/// <summary>
/// Looks at a node and takes one step of the mirror towards it. What it remembers only saves queries: after any failure it is dropped and read
/// again, so that an unknown commit is found out.
/// </summary>
internal sealed partial class MirrorPass(
    IMirror store, IReadOnlyList<IEthereumNode> nodes, ChainOptions chain, IndexerOptions options, TimeProvider time, ILogger log)
{
    readonly KeyValuePair<string, object?> _label = new("chain", chain.ChainId);

    // A node that lags is met at every look.
    static readonly TimeSpan SayAgain = TimeSpan.FromMinutes(1);
    const int HeadersAtOnce = 64;

    // Of one transaction: bounds its time, and what is held in memory of it, of its answer of some megabytes, and of the range that is read ahead.
    const int MostLogs = 8_000;

    // From so many on writing takes long enough for the next range to be read meanwhile.
    const int LogsWorthReadingAhead = 1_000;
    readonly Dictionary<int, DateTimeOffset> _saidBehind = [];

    MirrorPosition? _position;
    KnownChain? _known;
    int _node;
    int _range = Math.Min(FirstRange, options.RangeBlocks);
    int _mostBlocks = options.RangeBlocks;
    BackfillProgress? _backfill;
    Ahead? _ahead;

    // While a mirror is filled from nothing: most of its settlements begin in the range that is being written.
    SeenSettlements? _seen;

    // The next look at the node, while a range is written behind which another one is known to come.
    Task<(BlockHeader Head, BlockHeader? Finalized)>? _looked;

    // A first range is small: whether its blocks are full shows in the answer.
    const int FirstRange = 100;

    static readonly TimeSpan LongRead = TimeSpan.FromSeconds(4);

    /// <summary>Also moves a mirror that is halted: a rebuild halts it for its readers.</summary>
    public bool WhileHalted { get; init; }

    /// <summary>Called after each commit.</summary>
    public Action? Committed { get; init; }

    /// <summary>Called after each step of a backfill, and after the one that ends it.</summary>
    public Action<BackfillReport>? Progress { get; init; }

    /// <summary>Looks once. True when there may be more to do at once.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    /// <exception cref="NodeException">The node does not answer.</exception>
    /// <exception cref="ContradictionException">The node's answers do not fit together.</exception>
    /// <exception cref="ChainIdentityException">The node is on another chain.</exception>
    public async Task<bool> RunAsync(long epoch, CancellationToken cancellationToken)
    {
        try
        {
            return await StepAsync(epoch, cancellationToken);
        }
        catch (Exception)
        {
            _known = null;
            DropAhead();
            // The next look asks another node, where there is one.
            _node = (_node + 1) % nodes.Count;
            throw;
        }
    }

    async Task<bool> StepAsync(long epoch, CancellationToken cancellationToken)
    {
        if (_known is null || _position is null)
        {
            _position = await store.ReadPositionAsync(chain.ChainId, cancellationToken)
                ?? throw new InvalidOperationException($"The database has no position of chain {chain.ChainId}.");
            // Finality by depth is found among the blocks that are known.
            _known = await store.ReadKnownAsync(_position, KnownChain.Usual + (chain.FinalityDepth ?? 0), cancellationToken);
            _seen = _position.Number < _position.StartBlock ? new SeenSettlements() : null;
        }
        if (!WhileHalted)
        {
            IndexerMetrics.Halted.Record(_position.Halted is null ? 0 : 1, _label);
            if (_position.Halted is not null)
            {
                // Until an operator clears it.
                _known = null;
                return false;
            }
        }
        IEthereumNode node = nodes[_node];
        long started = Stopwatch.GetTimestamp();
        Task<(BlockHeader, BlockHeader?)>? looked = _looked;
        _looked = null;
        (BlockHeader head, BlockHeader? finalized) = await (looked ?? HeadsAsync(node, cancellationToken));
        IndexerMetrics.NodeHead.Record(head.Number, _label);
        Dictionary<long, BlockHeader> seen = [];
        while (true)
        {
            ForkDecision decision = ForkFinder.Decide(_known, head, finalized?.Number, seen);
            if (decision is not (ForkDecision.Behind or ForkDecision.Look)) _saidBehind.Remove(_node);
            switch (decision)
            {
                case ForkDecision.Look look:
                    await LookAsync(node, look.Heights, seen, cancellationToken);
                    continue;
                case ForkDecision.Contradiction:
                    throw new ContradictionException("The node's chain changed between two answers.");
                case ForkDecision.Behind:
                    // A node that lags or stands on a dead fork, or another chain.
                    await RequireIdentityAsync(node, cancellationToken);
                    if (!_saidBehind.TryGetValue(_node, out DateTimeOffset said) || time.GetUtcNow() - said >= SayAgain)
                    {
                        _saidBehind[_node] = time.GetUtcNow();
                        NodeBehind(chain.ChainId, head.Number, _known.Finalized);
                    }
                    _node = (_node + 1) % nodes.Count;
                    return false;
                case ForkDecision.Halt halt:
                    await HaltAsync(epoch, node, halt, finalized!, cancellationToken);
                    return false;
                case ForkDecision.Extend extend:
                    return await TakeAsync(epoch, node, started, _known.Number, extend.From, head, finalized, cancellationToken);
                case ForkDecision.RollBack back:
                    await RequireIdentityAsync(node, cancellationToken);
                    return await TakeAsync(epoch, node, started, back.ForkPoint, back.ForkPoint + 1, head, finalized, cancellationToken);
                default:
                    if (FinalityOf(_known, finalized) is not { } moved) return false;
                    await WriteAsync(epoch, new MirrorStep(_position.Revision, _known.Number, [], moved), cancellationToken);
                    return false;
            }
        }
    }

    async Task<(BlockHeader Head, BlockHeader? Finalized)> HeadsAsync(IEthereumNode node, CancellationToken cancellationToken)
    {
        // Finality first: it is then never newer than the head it is compared with.
        BlockHeader? finalized = chain.FinalityDepth is null ? await FinalizedAsync(node, cancellationToken) : null;
        BlockHeader head = await node.GetBlockAsync(BlockTag.Latest, cancellationToken) ?? throw new ContradictionException("The node has no head.", "missing");
        if (chain.FinalityDepth is { } depth && head.Number - depth >= 0)
            finalized = await node.GetBlockAsync(BlockTag.AtNumber(head.Number - depth), cancellationToken);
        return (head, finalized);
    }

    // Some clients answer an error, not null, until a first block is final. Without finality nothing is lost: it only moves later.
    static async Task<BlockHeader?> FinalizedAsync(IEthereumNode node, CancellationToken cancellationToken)
    {
        try
        {
            return await node.GetBlockAsync(BlockTag.Finalized, cancellationToken);
        }
        catch (NodeException e) when (e.Code is not null)
        {
            return null;
        }
    }

    static async Task LookAsync(IEthereumNode node, ImmutableArray<long> heights, Dictionary<long, BlockHeader> seen, CancellationToken cancellationToken)
    {
        IReadOnlyList<BlockHeader?> headers = await node.GetBlocksAsync([.. heights.Select(BlockTag.AtNumber)], cancellationToken);
        for (int i = 0; i < heights.Length; i++)
            seen[heights[i]] = headers[i] ?? throw new ContradictionException($"The node does not have block {heights[i]}, which is below its head.", "missing");
    }

    async Task<bool> TakeAsync(
        long epoch, IEthereumNode node, long started, long forkPoint, long from, BlockHeader head, BlockHeader? finalized, CancellationToken cancellationToken)
    {
        long to = head.Number;
        BlockReader reader = new(node, chain.EscrowAddress, options);
        Hash32? parent = _known!.HashAt(forkPoint);
        bool behind = finalized is not null && from <= finalized.Number && forkPoint == _known.Number;
        // Steps at the head are small, and never end.
        if (!behind || _seen?.IsFull == true) _seen = null;
        long end = behind ? Math.Min(finalized!.Number, from + _range - 1) : Math.Min(to, from + options.MaxBlocksPerStep - 1);
        ImmutableArray<MirrorBlock> blocks;
        if (behind) (reader, blocks) = await ReadRangeAsync(reader, parent, from, end, finalized!.Number, cancellationToken);
        else blocks = Understand(await reader.ReadAsync(parent, from, end, head, cancellationToken));
        end = blocks[^1].Header.Number;
        IndexerMetrics.Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, _label, new("kind", "read"));
        IndexerMetrics.Duration.Record(reader.Verifying.TotalSeconds, _label, new("kind", "verify"));
        int logs = blocks.Sum(block => block.Logs.Length);
        if (behind && end == finalized!.Number && blocks[^1].Header.Hash != finalized.Hash)
            throw new ContradictionException($"The node's finalized block {end} is not the one of its range.");
        KnownChain then = _known.With(forkPoint, blocks.Select(block => block.Header.Ref), -1);
        // A range is not final by the node's word for a higher block, but when the blocks that follow link it to that one: until then it can be rolled back.
        (long, long)? moved = FinalityOf(then, finalized);
        if (_ahead is not null) _looked = HeadsAsync(node, cancellationToken);
        try
        {
            await WriteAsync(epoch, new MirrorStep(_position!.Revision, forkPoint, blocks, moved, _seen?.Among(blocks)), cancellationToken);
        }
        catch (DbException) when (behind)
        {
            // It may have been too much for one transaction's time.
            _range = (int)Math.Max(1, (end - from + 1) / 2);
            throw;
        }
        IndexerMetrics.RangeBlocks.Record(_range, _label);
        Tell(from, end, to, logs);
        return end < to;
    }

    /// <summary>A finalized range, which may have been read while the one before was written, and who read it.</summary>
    async Task<(BlockReader Reader, ImmutableArray<MirrorBlock> Blocks)> ReadRangeAsync(
        BlockReader reader, Hash32? parent, long from, long to, long finalized, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        try
        {
            bool isAhead = _ahead is { } ahead && ahead.Node == _node && ahead.Parent == parent && ahead.From == from && ahead.To <= finalized;
            if (!isAhead) DropAhead();
            if (isAhead) reader = _ahead!.Reader;
            ImmutableArray<MirrorBlock> blocks = isAhead ? await _ahead!.Blocks.WaitAsync(cancellationToken) : await UnderstandAsync(reader, parent, from, to, cancellationToken);
            to = blocks[^1].Header.Number;
            _ahead?.Dispose();
            _ahead = null;
            int logs = blocks.Sum(block => block.Logs.Length);
            Adapt(to - from + 1, logs, time.GetElapsedTime(started));
            if (to < finalized && logs >= LogsWorthReadingAhead)
            {
                long end = Math.Min(finalized, to + _range);
                CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                BlockReader next = new(nodes[_node], chain.EscrowAddress, options);
                _ahead = new Ahead(_node, blocks[^1].Header.Hash, to + 1, end, next, UnderstandAsync(next, blocks[^1].Header.Hash, to + 1, end, stop.Token), stop);
            }
            return (reader, blocks);
        }
        catch (NodeException e) when (e.Kind is not (NodeFaultKind.Quota or NodeFaultKind.Behind or NodeFaultKind.Unsupported or NodeFaultKind.Refused or NodeFaultKind.Quarantined))
        {
            // Too many blocks, too many logs, or too long: the texts differ, the remedy does not. A quota asks for patience instead.
            _range = (int)Math.Max(1, Math.Min(((_ahead?.To ?? to) - from + 1) / 2, e.MaxBlocks ?? long.MaxValue));
            if (e.MaxBlocks is { } most) _mostBlocks = (int)Math.Min(_mostBlocks, most);
            throw;
        }
    }

    async Task<ImmutableArray<MirrorBlock>> UnderstandAsync(BlockReader reader, Hash32? parent, long from, long to, CancellationToken cancellationToken) =>
        Understand(await reader.ReadRangeAsync(parent, from, to, cancellationToken));

    ImmutableArray<MirrorBlock> Understand(ImmutableArray<ReadBlock> blocks) => [.. blocks.Select(block => MirrorBlock.Of(chain.ChainId, chain.EscrowAddress, block))];

    /// <summary>Tells how far it is, from the first step that leaves something to be done to the last one.</summary>
    void Tell(long from, long reached, long target, int logs)
    {
        if (_backfill is null && reached >= target) return;
        BackfillReport report = (_backfill ??= new BackfillProgress(time, from - 1)).Step(reached, target, logs);
        IndexerMetrics.BackfillLeft.Record(target - reached, _label);
        IndexerMetrics.BackfillRate.Record(reached < target ? report.EventsPerSecond : 0, _label);
        IndexerMetrics.BackfillTime.Record(reached < target && report.Left is { } left ? left.TotalSeconds : 0, _label);
        Progress?.Invoke(report);
        if (reached >= target) _backfill = null;
    }

    // Grows while answers are small and quick, the faster the smaller they are, and shrinks to what fits.
    void Adapt(long blocks, int logs, TimeSpan took)
    {
        long next = _range;
        if (logs > MostLogs) next = Math.Max(1, blocks * MostLogs / logs);
        else if (took < LongRead / 2 && logs < MostLogs / 2) next = logs < MostLogs / 4 ? _range * 2L : _range + Math.Max(1, _range / 10);
        _range = (int)Math.Min(_mostBlocks, next);
    }

    void DropAhead()
    {
        _ahead?.Dispose();
        _ahead = null;
        if (_looked is not null) Forget(_looked);
        _looked = null;
    }

    // A dropped one may still fail, which nobody needs to hear of.
    static void Forget(Task dropped) => dropped.ContinueWith(
        static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>A range that is being read: for the step after the one that is being written.</summary>
    sealed record Ahead(int Node, Hash32 Parent, long From, long To, BlockReader Reader, Task<ImmutableArray<MirrorBlock>> Blocks, CancellationTokenSource Stop) : IDisposable
    {
        public void Dispose()
        {
            Forget(Blocks);
            Stop.Cancel();
            Stop.Dispose();
        }
    }

    /// <summary>How far finality moves: only to a block that the mirror has, and only forward.</summary>
    (long Number, long Time)? FinalityOf(KnownChain known, BlockHeader? finalized)
    {
        // Blocks on top count when they are linked to it: a height that is named by one node behind an address says nothing about a block of another.
        if (chain.FinalityDepth is { } depth && finalized?.Number > known.Number - depth) return null;
        if (finalized is null || finalized.Number <= known.Finalized || finalized.Number > known.Number) return null;
        if (finalized.Number >= known.StartBlock)
        {
            // Inside a range that was read up to a higher final block: a later one, which is known, says more.
            if (known.HashAt(finalized.Number) is not { } own) return null;
            if (own != finalized.Hash) throw new ContradictionException($"The node's finalized block {finalized.Number} is not on the chain of its head.");
        }
        return (finalized.Number, (long)finalized.Timestamp);
    }

    async Task WriteAsync(long epoch, MirrorStep step, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        StepOutcome outcome = await store.WriteAsync(chain.ChainId, epoch, step, cancellationToken);
        IndexerMetrics.Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, _label, new("kind", "write"));
        _known = _known!.With(step.ForkPoint, step.Blocks.Select(block => block.Header.Ref), step.Finalized?.Number ?? -1);
        _position = _position! with { Revision = outcome.Revision, Number = _known.Number, Finalized = _known.Finalized };
        _seen?.Add(step.Blocks);
        Count(step, outcome);
        Committed?.Invoke();
    }

    void Count(MirrorStep step, StepOutcome outcome)
    {
        string kind = outcome.RemovedBlocks > 0 ? "reorg" : step.Blocks.IsEmpty ? "head" : "extend";
        IndexerMetrics.Steps.Add(1, _label, new("kind", kind));
        IndexerMetrics.Position.Record(_known!.Number, _label);
        IndexerMetrics.Finalized.Record(_known.Finalized, _label);
        if (outcome.RemovedBlocks > 0)
        {
            IndexerMetrics.Reorgs.Add(1, _label);
            IndexerMetrics.ReorgDepth.Record(outcome.RemovedBlocks, _label);
            IndexerMetrics.RemovedBlocks.Add(outcome.RemovedBlocks, _label);
            RolledBack(chain.ChainId, step.ForkPoint, outcome.RemovedBlocks, outcome.Retracted);
        }
        if (step.Blocks.IsEmpty) return;
        IndexerMetrics.Lag.Record((time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - step.Blocks[^1].Header.Timestamp, _label);
        IndexerMetrics.Logs.Add(step.Blocks.Sum(block => block.Logs.Length), _label);
        foreach (MirrorLog unknown in step.Blocks.SelectMany(block => block.Logs).Where(entry => !entry.Decoded))
        {
            IndexerMetrics.Undecoded.Add(1, _label);
            Undecoded(chain.ChainId, unknown.Log.BlockNumber, unknown.Log.LogIndex, unknown.Log.TransactionHash);
        }
        foreach (StrayTransfer stray in step.Blocks.SelectMany(block => block.Strays))
        {
            IndexerMetrics.Strays.Add(1, _label);
            Stray(chain.ChainId, stray.Transfer.Amount, stray.Transfer.Token, stray.Log.TransactionHash);
        }
    }

    async Task HaltAsync(long epoch, IEthereumNode node, ForkDecision.Halt halt, BlockHeader finalized, CancellationToken cancellationToken)
    {
        // On another chain every block differs; that is for its operator to correct, and nothing is written about it.
        await RequireIdentityAsync(node, cancellationToken);
        await RequireFinalAsync(node, halt, finalized, cancellationToken);
        string reason = $"The node's block {halt.Finalized} is {halt.Theirs}; the mirror has {halt.Ours}, which was final. Find out which is true, then rebuild the mirror (keystone mirror rebuild).";
        await store.HaltAsync(chain.ChainId, epoch, reason, cancellationToken);
        _known = null;
        Committed?.Invoke();
        IndexerMetrics.Halted.Record(1, _label);
        Halted(chain.ChainId, reason);
    }

    /// <summary>The block that the node calls final descends from the one that contradicts ours: it is not the word of two nodes behind one address.</summary>
    static async Task RequireFinalAsync(IEthereumNode node, ForkDecision.Halt halt, BlockHeader finalized, CancellationToken cancellationToken)
    {
        Hash32 above = halt.Theirs;
        for (long from = halt.Finalized; from <= finalized.Number; from += HeadersAtOnce)
        {
            BlockTag[] asked = [.. Enumerable.Range(0, (int)Math.Min(HeadersAtOnce, finalized.Number - from + 1)).Select(i => BlockTag.AtNumber(from + i))];
            foreach (BlockHeader? header in await node.GetBlocksAsync(asked, cancellationToken))
            {
                if (header is null || (header.Number == halt.Finalized ? header.Hash : header.ParentHash) != above)
                    throw new ContradictionException($"The node's final block {finalized.Number} does not descend from its block {halt.Finalized}.");
                above = header.Hash;
            }
        }
        if (above != finalized.Hash) throw new ContradictionException($"The node's block {finalized.Number} changed between two answers.");
    }

    async Task RequireIdentityAsync(IEthereumNode node, CancellationToken cancellationToken)
    {
        // Block 0 first: a chain that began anew has no escrow yet.
        long chainId = await node.GetChainIdAsync(cancellationToken);
        BlockHeader genesis = await node.GetBlockAsync(BlockTag.AtNumber(0), cancellationToken) ?? throw new ContradictionException("The node has no block 0.", "missing");
        ChainIdentity stored = _position!.Identity;
        (stored with { ChainId = chainId, GenesisHash = genesis.Hash }).RequireSameAs(stored);
    }

    [LoggerMessage(30, LogLevel.Warning, "Reorg on chain {ChainId}: {Blocks} blocks above {ForkPoint} removed, {Settlements} settlements touched")]
    partial void RolledBack(long chainId, long forkPoint, int blocks, int settlements);

    [LoggerMessage(31, LogLevel.Critical, "The mirror of chain {ChainId} is halted: {Reason}")]
    partial void Halted(long chainId, string reason);

    [LoggerMessage(32, LogLevel.Warning, "Chain {ChainId}: log {LogIndex} of block {Number} in {Transaction} is none of the known events; stored raw")]
    partial void Undecoded(long chainId, long number, int logIndex, Hash32 transaction);

    [LoggerMessage(33, LogLevel.Warning, "Chain {ChainId}: {Amount} of {Token} came to the escrow without a deposit in {Transaction}")]
    partial void Stray(long chainId, UInt256 amount, Address token, Hash32 transaction);

    [LoggerMessage(34, LogLevel.Warning, "The node of chain {ChainId} with the head {Head} does not have the mirror's final block {Finalized}; waiting for it")]
    partial void NodeBehind(long chainId, long head, long finalized);
}
