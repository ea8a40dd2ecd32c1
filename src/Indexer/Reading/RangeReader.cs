using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;

namespace Keystone.Indexer.Reading;

/// <summary>Reads finalized ranges, as large as they fit the node and one transaction, and the next one while a large one is written.</summary>
internal sealed class RangeReader(ChainOptions chain, IndexerOptions options, TimeProvider time)
{
    // Of one transaction: bounds its time, and what is held in memory of it, of its answer of some megabytes, and of the range that is read ahead.
    const int MostLogs = 8_000;

    // From this many logs on, writing takes long enough for the next range to be read meanwhile.
    const int LogsWorthReadingAhead = 1_000;

    // A first range is small: whether its blocks are full shows in the answer.
    const int FirstRange = 100;

    static readonly TimeSpan LongRead = TimeSpan.FromSeconds(4);

    int _mostBlocks = options.RangeBlocks;
    Ahead? _ahead;

    /// <summary>Blocks that are asked for at once.</summary>
    public int Blocks { get; private set; } = Math.Min(FirstRange, options.RangeBlocks);

    /// <summary>Whether a range is being read ahead.</summary>
    public bool IsAhead => _ahead is not null;

    /// <summary>A finalized range, which may have been read while the one before was written, and who read it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="parent">Hash of the block below; null for none.</param>
    /// <param name="from">Lowest height.</param>
    /// <param name="finalized">The node's finalized height.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ContradictionException">The answers do not fit together.</exception>
    /// <exception cref="NodeException">The node does not answer; the next range is smaller where that may help.</exception>
    public async Task<(BlockReader Reader, ImmutableArray<MirrorBlock> Blocks)> ReadAsync(
        IEthereumNode node, Hash32? parent, long from, long finalized, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        long to = Math.Min(finalized, from + Blocks - 1);
        try
        {
            bool isAhead = _ahead is { } ahead && ahead.Node == node && ahead.Parent == parent && ahead.From == from && ahead.To <= finalized;
            if (!isAhead) DropAhead();
            BlockReader reader = isAhead ? _ahead!.Reader : new BlockReader(node, chain.EscrowAddress, options);
            ImmutableArray<MirrorBlock> blocks = isAhead ? await _ahead!.Blocks.WaitAsync(cancellationToken) : await UnderstandAsync(reader, parent, from, to, cancellationToken);
            to = blocks[^1].Header.Number;
            _ahead?.Dispose();
            _ahead = null;
            int logs = blocks.Sum(block => block.Logs.Length);
            Adapt(to - from + 1, logs, time.GetElapsedTime(started));
            if (to < finalized && logs >= LogsWorthReadingAhead)
            {
                long end = Math.Min(finalized, to + Blocks);
                CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                BlockReader next = new(node, chain.EscrowAddress, options);
                _ahead = new Ahead(node, blocks[^1].Header.Hash, to + 1, end, next, UnderstandAsync(next, blocks[^1].Header.Hash, to + 1, end, stop.Token), stop);
            }
            return (reader, blocks);
        }
        catch (NodeException e) when (e.Kind is not (NodeFaultKind.Quota or NodeFaultKind.Behind or NodeFaultKind.Unsupported or NodeFaultKind.Refused or NodeFaultKind.Quarantined))
        {
            // Too many blocks, too many logs, or too long: the texts differ, the remedy does not. A quota asks for patience instead.
            Blocks = (int)Math.Max(1, Math.Min(((_ahead?.To ?? to) - from + 1) / 2, e.MaxBlocks ?? long.MaxValue));
            if (e.MaxBlocks is { } most) _mostBlocks = (int)Math.Min(_mostBlocks, most);
            throw;
        }
    }

    /// <summary>A finalized range at the level of bloom filters, whatever the settings say, and who read it.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<(BlockReader Reader, ImmutableArray<MirrorBlock> Blocks)> ReadWeakerAsync(
        IEthereumNode node, Hash32? parent, long from, long finalized, CancellationToken cancellationToken)
    {
        BlockReader reader = new(node, chain.EscrowAddress, options, ProofLevel.Bloom);
        return (reader, await UnderstandAsync(reader, parent, from, Math.Min(finalized, from + Blocks - 1), cancellationToken));
    }

    /// <summary>The blocks of these heights one by one, and who read them.</summary>
    /// <inheritdoc cref="BlockReader.ReadAsync"/>
    /// <param name="node">The node.</param>
    /// <param name="parent">Hash of the block below <paramref name="from"/>; null when none is known.</param>
    /// <param name="from">First height.</param>
    /// <param name="to">Last height, included.</param>
    /// <param name="head">Head of the node.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <param name="level">What is asked of the blocks; null for the level of the settings.</param>
    public async Task<(BlockReader Reader, ImmutableArray<MirrorBlock> Blocks)> ReadEachAsync(
        IEthereumNode node, Hash32? parent, long from, long to, BlockHeader head, CancellationToken cancellationToken, ProofLevel? level = null)
    {
        BlockReader reader = new(node, chain.EscrowAddress, options, level ?? options.Level);
        return (reader, Understand(await reader.ReadAsync(parent, from, to, head, cancellationToken)));
    }

    /// <summary>A range of so many blocks was too much for one transaction's time.</summary>
    public void Halve(long blocks) => Blocks = (int)Math.Max(1, blocks / 2);

    /// <summary>Forgets what is read ahead.</summary>
    public void DropAhead()
    {
        _ahead?.Dispose();
        _ahead = null;
    }

    async Task<ImmutableArray<MirrorBlock>> UnderstandAsync(BlockReader reader, Hash32? parent, long from, long to, CancellationToken cancellationToken) =>
        Understand(await reader.ReadRangeAsync(parent, from, to, cancellationToken));

    ImmutableArray<MirrorBlock> Understand(ImmutableArray<ReadBlock> blocks) => [.. blocks.Select(block => MirrorBlock.Of(chain.ChainId, chain.EscrowAddress, block))];

    // Grows while answers are small and quick, the faster the smaller they are, and shrinks to what fits.
    void Adapt(long blocks, int logs, TimeSpan took)
    {
        long next = Blocks;
        if (logs > MostLogs) next = Math.Max(1, blocks * MostLogs / logs);
        else if (took < LongRead / 2 && logs < MostLogs / 2) next = logs < MostLogs / 4 ? Blocks * 2L : Blocks + Math.Max(1, Blocks / 10);
        Blocks = (int)Math.Min(_mostBlocks, next);
    }

    /// <summary>A range that is being read: for the step after the one that is being written.</summary>
    sealed record Ahead(IEthereumNode Node, Hash32 Parent, long From, long To, BlockReader Reader, Task<ImmutableArray<MirrorBlock>> Blocks, CancellationTokenSource Stop) : IDisposable
    {
        public void Dispose()
        {
            Blocks.Forget();
            Stop.Cancel();
            Stop.Dispose();
        }
    }
}
