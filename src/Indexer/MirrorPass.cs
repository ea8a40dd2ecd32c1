using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Processing;
using Keystone.Indexer.Reading;
using Keystone.Mirror;
using Keystone.Postgres.Leases;
using Microsoft.Extensions.Logging;

namespace Keystone.Indexer;

/// <summary>
/// Polls a node for blocks that the mirror lacks, and writes one step. State in memory only saves queries: after any failure it is discarded and read again,
/// so that a commit whose result was lost is noticed.
/// </summary>
internal sealed class MirrorPass(
    IMirror store, IReadOnlyList<IEthereumNode> nodes, ChainOptions chain, IndexerOptions options, TimeProvider time, ILogger log)
{
    readonly KeyValuePair<string, object?> _label = new("chain", chain.ChainId);

    // A lagging node is noticed at every poll, and logged once.
    static readonly TimeSpan SayAgain = TimeSpan.FromMinutes(1);

    // A node without finality is used only while the one with finality is unreachable; at this interval the latter is tried again.
    static readonly TimeSpan SeekFinality = TimeSpan.FromMinutes(1);
    const int HeadersAtOnce = 64;

    readonly Dictionary<int, DateTimeOffset> _saidBehind = [];
    readonly HashSet<int> _withoutFinality = [];
    DateTimeOffset _finalitySought;
    readonly RangeReader _ranges = new(chain, options, time);

    MirrorPosition? _position;
    KnownChain? _known;
    int _node;
    StepReports? _reports;

    // While a mirror is filled from nothing: most of its settlements begin in the range that is being written.
    SeenSettlements? _seen;

    // The next poll of the node, while a range is written behind which another one is known to come.
    Task<(BlockHeader Head, BlockHeader? Finalized)>? _polled;

    /// <summary>Also writes a halted mirror: a rebuild halts it for its readers.</summary>
    public bool WhileHalted { get; init; }

    /// <summary>Is notified of blocks of an unknown fork; null for none.</summary>
    public UnknownHeaders? Headers { get; init; }

    /// <summary>Is notified of polls and their faults; null for none.</summary>
    public ChainsHealth? Health { get; init; }

    /// <summary>Called after each commit.</summary>
    public Action? Committed { get; init; }

    /// <summary>Called after each step of a backfill, and after the one that ends it.</summary>
    public Action<BackfillReport>? Progress { get; init; }

    /// <summary>First height of the mirror. Known once it was read.</summary>
    public long StartBlock => _position!.StartBlock;

    /// <summary>Height of the mirror, as it was last read or committed; <see cref="StartBlock"/> - 1 before its first block.</summary>
    public long Number => _position!.Number;

    StepReports Reports => _reports ??= new StepReports(chain, time, log) { Progress = Progress };

    /// <summary>Reads where the mirror is, unless that is known.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_known is not null && _position is not null) return;
        _position = await store.ReadPositionAsync(chain.ChainId, cancellationToken)
            ?? throw new InvalidOperationException($"The database has no position of chain {chain.ChainId}.");
        // Finality by depth is found among the blocks that are known.
        _known = await store.ReadKnownAsync(_position, KnownChain.Usual + (chain.FinalityDepth ?? 0), cancellationToken);
        _seen = _position.Number < _position.StartBlock ? new SeenSettlements() : null;
    }

    /// <summary>Polls once. Null when there is nothing to do.</summary>
    /// <exception cref="NodeException">The node does not answer.</exception>
    /// <exception cref="ContradictionException">The node's answers do not fit together.</exception>
    public Task<MirrorWork?> PollAsync(CancellationToken cancellationToken) => DroppingAsync(FindAsync(cancellationToken));

    /// <summary>Does what a poll found, which is one commit. True if there may be more work at once.</summary>
    /// <param name="epoch">Epoch of the lease that is held.</param>
    /// <param name="work">Work that the last poll found.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    /// <exception cref="NodeException">The node does not answer.</exception>
    /// <exception cref="ContradictionException">The node's answers do not fit together.</exception>
    public Task<bool> TakeAsync(long epoch, MirrorWork work, CancellationToken cancellationToken) => DroppingAsync(DoAsync(epoch, work, cancellationToken));

    async Task<T> DroppingAsync<T>(Task<T> work)
    {
        try
        {
            return await work;
        }
        catch (Exception fault)
        {
            if (fault is NodeException or ContradictionException) Health?.Failed(chain.ChainId, fault.Message);
            Forget();
            // The next poll asks another node, where there is one.
            _node = (_node + 1) % nodes.Count;
            throw;
        }
    }

    /// <summary>Discards its state in memory, because another process wrote to the mirror.</summary>
    public void Forget()
    {
        _known = null;
        DropAhead();
    }

    async Task<MirrorWork?> FindAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        if (!WhileHalted)
        {
            IndexerMetrics.Halted.Record(_position!.Halted is null ? 0 : 1, _label);
            Health?.Halt(chain.ChainId, _position.Halted);
            if (_position.Halted is not null)
            {
                // Halted until an operator clears it.
                _known = null;
                return null;
            }
        }
        PreferFinality();
        IEthereumNode node = nodes[_node];
        long started = Stopwatch.GetTimestamp();
        Task<(BlockHeader, BlockHeader?)>? polled = _polled;
        _polled = null;
        (BlockHeader head, BlockHeader? finalized) = await (polled ?? HeadsAsync(_node, cancellationToken));
        IndexerMetrics.NodeHead.Record(head.Number, _label);
        Health?.Stands(chain.ChainId, head, _known!.Number, _known.Finalized);
        Dictionary<long, BlockHeader> seen = [];
        while (true)
        {
            ForkDecision decision = ForkFinder.Decide(_known!, head, finalized?.Number, seen);
            if (decision is not (ForkDecision.Behind or ForkDecision.Poll)) _saidBehind.Remove(_node);
            switch (decision)
            {
                case ForkDecision.Poll poll:
                    await PollAsync(node, poll.Heights, seen, cancellationToken);
                    continue;
                case ForkDecision.Contradiction:
                    throw new ContradictionException("The node's chain changed between two answers.");
                case ForkDecision.Behind:
                    // The node lags, is on an abandoned fork, or is on another chain.
                    await RequireIdentityAsync(node, cancellationToken);
                    if (!_saidBehind.TryGetValue(_node, out DateTimeOffset said) || time.GetUtcNow() - said >= SayAgain)
                    {
                        _saidBehind[_node] = time.GetUtcNow();
                        Reports.NodeBehind(chain.ChainId, head.Number, _known!.Finalized);
                    }
                    _node = (_node + 1) % nodes.Count;
                    return null;
                case ForkDecision.Halt halt:
                    return new MirrorWork.Halt(node, _known!.Number, halt, finalized!);
                case ForkDecision.Extend:
                    return new MirrorWork.Blocks(node, _known!.Number, _known.Head, head, finalized, started);
                case ForkDecision.RollBack back:
                    await RequireIdentityAsync(node, cancellationToken);
                    return new MirrorWork.Blocks(node, back.ForkPoint, _known!.HashAt(back.ForkPoint), head, finalized, started);
                default:
                    return FinalityOf(_known!, finalized) is { } moved ? new MirrorWork.Finality(node, _known!.Number, moved) : null;
            }
        }
    }

    async Task<bool> DoAsync(long epoch, MirrorWork work, CancellationToken cancellationToken)
    {
        switch (work)
        {
            case MirrorWork.Blocks blocks:
                return await WriteBlocksAsync(epoch, blocks, cancellationToken);
            case MirrorWork.Finality moved:
                await WriteAsync(epoch, new MirrorStep(_position!.Revision, moved.ForkPoint, [], moved.Final), cancellationToken);
                return false;
            case MirrorWork.Halt halt:
                await HaltAsync(epoch, halt, cancellationToken);
                return false;
            default:
                throw new InvalidOperationException($"Unknown work {work}.");
        }
    }

    async Task<(BlockHeader Head, BlockHeader? Finalized)> HeadsAsync(int place, CancellationToken cancellationToken)
    {
        IEthereumNode node = nodes[place];
        // Finality first: it is then never newer than the head it is compared with.
        Finality? finality = chain.FinalityDepth is null ? await Finality.ReadAsync(node, cancellationToken) : null;
        BlockHeader? finalized = finality?.Block;
        BlockHeader head = await node.GetBlockAsync(BlockTag.Latest, cancellationToken) ?? throw new ContradictionException("The node has no head.", "missing");
        if (chain.FinalityDepth is { } depth && head.Number - depth >= 0)
            finalized = await node.GetBlockAsync(BlockTag.AtNumber(head.Number - depth), cancellationToken);
        if (finality is not null)
        {
            if (finality.Refusal is null) _withoutFinality.Remove(place);
            else _withoutFinality.Add(place);
            Health?.Finality(chain, finality, head.Number);
        }
        Health?.Answered(chain.ChainId);
        return (head, finalized);
    }

    /// <summary>Chooses a node that reports finality, because without finality no settlement ends.</summary>
    void PreferFinality()
    {
        DateTimeOffset now = time.GetUtcNow();
        if (!_withoutFinality.Contains(_node) || now - _finalitySought < SeekFinality) return;
        int? other = Enumerable.Range(0, nodes.Count).Where(place => !_withoutFinality.Contains(place)).Select(place => (int?)place).FirstOrDefault();
        if (other is null) return;
        (_node, _finalitySought, _polled) = (other.Value, now, null);
    }

    static async Task PollAsync(IEthereumNode node, ImmutableArray<long> heights, Dictionary<long, BlockHeader> seen, CancellationToken cancellationToken)
    {
        IReadOnlyList<BlockHeader?> headers = await node.GetBlocksAsync([.. heights.Select(BlockTag.AtNumber)], cancellationToken);
        for (int i = 0; i < heights.Length; i++)
            seen[heights[i]] = headers[i] ?? throw new ContradictionException($"The node does not have block {heights[i]}, which is below its head.", "missing");
    }

    async Task<bool> WriteBlocksAsync(long epoch, MirrorWork.Blocks work, CancellationToken cancellationToken)
    {
        (IEthereumNode node, long forkPoint, Hash32? parent, BlockHeader head, BlockHeader? finalized, long started) = work;
        (long from, long to) = (work.From, work.To);
        bool behind = finalized is not null && from <= finalized.Number && forkPoint == _known!.Number;
        // Only a backfill is reported: steps at the head are small and never end.
        if (!behind || _seen?.IsFull == true) _seen = null;
        (BlockReader reader, ImmutableArray<MirrorBlock> blocks) = await ReadBlocksAsync(work, behind, cancellationToken);
        long end = blocks[^1].Header.Number;
        IndexerMetrics.Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, _label, new("kind", "read"));
        IndexerMetrics.Duration.Record(reader.Verifying.TotalSeconds, _label, new("kind", "verify"));
        int logs = blocks.Sum(block => block.Logs.Length);
        if (behind && end == finalized!.Number && blocks[^1].Header.Hash != finalized.Hash)
            throw new ContradictionException($"The node's finalized block {end} is not the one of its range.");
        KnownChain then = _known!.With(forkPoint, blocks.Select(block => block.Header.Ref), -1);
        // A range is not final because the node reports a higher finalized block, but only when the following blocks link it to that block. Until then it can be rolled back.
        (long, long)? moved = FinalityOf(then, finalized);
        if (_ranges.IsAhead) _polled = HeadsAsync(_node, cancellationToken);
        try
        {
            await WriteAsync(epoch, new MirrorStep(_position!.Revision, forkPoint, blocks, moved, _seen?.Among(blocks)), cancellationToken);
        }
        catch (DbException) when (behind)
        {
            // It may have been too much for one transaction's time.
            _ranges.Halve(end - from + 1);
            throw;
        }
        if (blocks[^1].Proof == "receipts") Headers?.Passed(chain.ChainId);
        IndexerMetrics.RangeBlocks.Record(_ranges.Blocks, _label);
        Reports.Backfill(from, end, to, logs);
        return end < to;
    }

    /// <summary>The next blocks with their proof; those of a fork that is not known at the weaker one, where the settings allow it.</summary>
    /// <exception cref="UnknownHeaderException">The first block belongs to such a fork, and the mirror stops before it.</exception>
    async Task<(BlockReader Reader, ImmutableArray<MirrorBlock> Blocks)> ReadBlocksAsync(MirrorWork.Blocks work, bool behind, CancellationToken cancellationToken)
    {
        long to = Math.Min(work.To, work.From + options.MaxBlocksPerStep - 1);
        try
        {
            return behind
                ? await _ranges.ReadAsync(work.Node, work.Parent, work.From, work.Finalized!.Number, cancellationToken)
                : await _ranges.ReadEachAsync(work.Node, work.Parent, work.From, to, work.Head, cancellationToken);
        }
        catch (UnknownHeaderException unknown)
        {
            await UnknownHeaders.RequireAgreementAsync(unknown, work.Node, nodes, options.HashOf, cancellationToken);
            Headers?.Met(chain.ChainId, unknown);
            if (!options.GoesOnAtUnknownHeaders) throw;
            return behind
                ? await _ranges.ReadWeakerAsync(work.Node, work.Parent, work.From, work.Finalized!.Number, cancellationToken)
                : await _ranges.ReadEachAsync(work.Node, work.Parent, work.From, to, work.Head, cancellationToken, ProofLevel.Bloom);
        }
    }

    void DropAhead()
    {
        _ranges.DropAhead();
        _polled?.Forget();
        _polled = null;
    }

    /// <summary>How far finality moves: only to a block that the mirror has, and only forward.</summary>
    (long Number, long Time)? FinalityOf(KnownChain known, BlockHeader? finalized)
    {
        // Only blocks linked to it count: behind one address there may be several nodes, and one node's height proves nothing about another node's block.
        if (chain.FinalityDepth is { } depth && finalized?.Number > known.Number - depth) return null;
        if (finalized is null || finalized.Number <= known.Finalized || finalized.Number > known.Number) return null;
        if (finalized.Number >= known.StartBlock)
        {
            // Inside a range that was read up to a higher finalized block, the later known block is used.
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
        Reports.Committed(step, outcome, _known);
        Committed?.Invoke();
    }

    async Task HaltAsync(long epoch, MirrorWork.Halt work, CancellationToken cancellationToken)
    {
        (IEthereumNode node, ForkDecision.Halt halt, BlockHeader finalized) = (work.Node, work.Evidence, work.Finalized);
        // On another chain every block differs; that is for its operator to correct, and nothing is written about it.
        await RequireIdentityAsync(node, cancellationToken);
        await RequireFinalAsync(node, halt, finalized, cancellationToken);
        string reason = $"The node's block {halt.Finalized} is {halt.Theirs}; the mirror has {halt.Ours}, which was final. Find out which is true, then rebuild the mirror (keystone mirror rebuild).";
        await store.HaltAsync(chain.ChainId, epoch, reason, cancellationToken);
        _known = null;
        Committed?.Invoke();
        Reports.Halted(chain.ChainId, reason);
        Health?.Halt(chain.ChainId, reason);
    }

    /// <summary>Checks that the node's finalized block descends from the contradicting one, so that the two are not responses of different nodes behind one address.</summary>
    internal static async Task RequireFinalAsync(IEthereumNode node, ForkDecision.Halt halt, BlockHeader finalized, CancellationToken cancellationToken)
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

    // That the node is on another chain is its fault, not the mirror's: the others are asked.
    Task RequireIdentityAsync(IEthereumNode node, CancellationToken cancellationToken) => ChainIdentityReader.RequireAsync(node, _position!.Identity, cancellationToken);
}
