using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Reading;
using Keystone.Mirror;
using Keystone.Postgres.Leases;
using Microsoft.Extensions.Logging;

namespace Keystone.Indexer;

/// <summary>
/// Proves blocks again that were taken at a weaker level than <c>Indexer:Proof = receipts</c>: those of a fork that an earlier build did not know, and those of before
/// the setting was raised. One step reads the lowest such heights and marks them as proved in one transaction, so that a step that is cut off is done again.
/// </summary>
/// <remarks>
/// Where the proved logs are not those of the mirror, the chain is right. Above finality that is handled as a reorg: the blocks are taken back and written as they are proved,
/// and the feed names the settlements. At or below finality readers have acted on what was final, so the mirror halts for an operator, as on a reorg below finality.
/// </remarks>
internal sealed partial class ProofRenewal(
    IMirror store, MirrorProofs proofs, IReadOnlyList<IEthereumNode> nodes, ChainOptions chain, IndexerOptions options, TimeProvider time, ILogger log)
{
    // Without anything to do it is a query at this distance.
    static readonly TimeSpan PollAgain = TimeSpan.FromSeconds(30);

    // A fork that is not known stays unknown to this process; a node that cannot prove its headers may be replaced.
    static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(10);

    readonly KeyValuePair<string, object?> _label = new("chain", chain.ChainId);
    DateTimeOffset _next;
    int _node;

    /// <summary>Called after a step that changed what readers see.</summary>
    public Action? Committed { get; init; }

    /// <summary>A lease was taken: results from an earlier lease are discarded.</summary>
    public void Begin() => _next = default;

    /// <summary>Takes one step.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    /// <exception cref="NodeException">The node does not answer; the next step asks another one.</exception>
    /// <exception cref="ContradictionException">The node's answers do not fit together; the next step asks another one.</exception>
    public async Task<RenewalOutcome> RunAsync(long epoch, CancellationToken cancellationToken)
    {
        if (options.Level != ProofLevel.Receipts || time.GetUtcNow() < _next) return RenewalOutcome.Nothing;
        IndexerMetrics.WeakerBlocks.Record(await proofs.CountWeakerAsync(chain.ChainId, cancellationToken), _label);
        if (await store.ReadPositionAsync(chain.ChainId, cancellationToken) is not { Halted: null } position
            || await proofs.LowestWeakerAsync(position, options.RangeBlocks, cancellationToken) is not { } weaker)
        {
            _next = time.GetUtcNow() + PollAgain;
            return RenewalOutcome.Nothing;
        }
        IEthereumNode node = nodes[_node];
        try
        {
            return await ProveAsync(epoch, node, position, weaker, cancellationToken);
        }
        catch (UnknownHeaderException)
        {
            // Reported when the block was taken.
            _next = time.GetUtcNow() + TryAgain;
            return RenewalOutcome.Nothing;
        }
        catch (Exception fault) when (fault is ContradictionException or NodeException)
        {
            _node = (_node + 1) % nodes.Count;
            // The mirror continues meanwhile; unverified blocks remain marked.
            _next = time.GetUtcNow() + options.Poll * 4;
            NotProved(chain.ChainId, weaker.From, weaker.To, fault.Message);
            return RenewalOutcome.Nothing;
        }
    }

    async Task<RenewalOutcome> ProveAsync(long epoch, IEthereumNode node, MirrorPosition position, WeakerBlocks weaker, CancellationToken cancellationToken)
    {
        // What is taken back must not reach below finality.
        bool isFinal = weaker.From <= position.Finalized;
        BlockReader reader = new(node, chain.EscrowAddress, options);
        ImmutableArray<ReadBlock> proved = isFinal
            ? await reader.ReadRangeAsync(weaker.Parent, weaker.From, weaker.To, cancellationToken)
            : await reader.ReadAsync(weaker.Parent, weaker.From, Math.Min(weaker.To, weaker.From + options.MaxBlocksPerStep - 1), null, cancellationToken);
        BlockHeader last = proved[^1].Header;
        if (OtherBlock(weaker, proved) is { } other)
        {
            // Above finality the chain may have moved: following it finds that out.
            if (!isFinal) throw new ContradictionException($"The node's block {other.Number} is not the mirror's.");
            return await HaltOnOtherBlockAsync(epoch, node, other, weaker.Blocks.First(block => block.Number == other.Number).Hash, cancellationToken);
        }
        IReadOnlyList<LogEntry> mirrored = await proofs.LogsBetweenAsync(chain.ChainId, weaker.From, last.Number, cancellationToken);
        if (FirstDifference(mirrored, [.. proved.SelectMany(block => block.Logs)]) is { } height)
        {
            return isFinal
                ? await HaltAsync(epoch, $"Block {height} was taken at a weaker proof and was final; its proved receipts hold other logs than the mirror has. Rebuild the mirror (keystone mirror rebuild), and look at what was decided meanwhile.", cancellationToken)
                : await ReplaceAsync(epoch, position, weaker, proved, height, cancellationToken);
        }
        await proofs.RaiseProofAsync(chain.ChainId, epoch, weaker.From, last, cancellationToken);
        IndexerMetrics.Raised.Add(last.Number - weaker.From + 1, _label);
        Raised(chain.ChainId, weaker.From, last.Number);
        return RenewalOutcome.Raised;
    }

    /// <summary>The first of the proved blocks that is not the mirror's block of its height; null when none is.</summary>
    static BlockHeader? OtherBlock(WeakerBlocks weaker, ImmutableArray<ReadBlock> proved)
    {
        Dictionary<long, Hash32> ours = weaker.Blocks.ToDictionary(block => block.Number, block => block.Hash);
        return proved.Select(block => block.Header).FirstOrDefault(header => ours.TryGetValue(header.Number, out Hash32 own) && own != header.Hash);
    }

    /// <summary>Height of the first log that is not in both; null when they are the same.</summary>
    static long? FirstDifference(IReadOnlyList<LogEntry> mirrored, IReadOnlyList<LogEntry> proved)
    {
        for (int i = 0; i < Math.Min(mirrored.Count, proved.Count); i++)
            if (!IsSame(mirrored[i], proved[i])) return Math.Min(mirrored[i].BlockNumber, proved[i].BlockNumber);
        if (mirrored.Count == proved.Count) return null;
        return mirrored.Count > proved.Count ? mirrored[proved.Count].BlockNumber : proved[mirrored.Count].BlockNumber;
    }

    static bool IsSame(LogEntry one, LogEntry other) =>
        one.BlockHash == other.BlockHash && one.LogIndex == other.LogIndex && one.TransactionHash == other.TransactionHash && one.TransactionIndex == other.TransactionIndex
        && one.Address == other.Address && one.Topics.AsSpan().SequenceEqual(other.Topics.AsSpan()) && one.Data.Span.SequenceEqual(other.Data.Span);

    async Task<RenewalOutcome> ReplaceAsync(
        long epoch, MirrorPosition position, WeakerBlocks weaker, ImmutableArray<ReadBlock> proved, long height, CancellationToken cancellationToken)
    {
        ImmutableArray<MirrorBlock> blocks = [.. proved.Select(block => MirrorBlock.Of(chain.ChainId, chain.EscrowAddress, block))];
        StepOutcome outcome = await store.WriteAsync(chain.ChainId, epoch, new MirrorStep(position.Revision, weaker.From - 1, blocks, null), cancellationToken);
        IndexerMetrics.Alarms.Add(1, _label, new KeyValuePair<string, object?>("reason", "weaker_proof_refuted"));
        Replaced(chain.ChainId, height, outcome.RemovedBlocks, outcome.Retracted);
        Committed?.Invoke();
        return RenewalOutcome.Changed;
    }

    async Task<RenewalOutcome> HaltOnOtherBlockAsync(long epoch, IEthereumNode node, BlockHeader theirs, Hash32 ours, CancellationToken cancellationToken)
    {
        BlockHeader? finalized = chain.FinalityDepth is { } depth
            ? await node.GetBlockAsync(BlockTag.Latest, cancellationToken) is { } head ? await node.GetBlockAsync(BlockTag.AtNumber(Math.Max(0, head.Number - depth)), cancellationToken) : null
            : (await Finality.ReadAsync(node, cancellationToken)).Block;
        if (finalized is null || finalized.Number < theirs.Number)
            throw new ContradictionException($"The node's block {theirs.Number} is not the mirror's, which is final; the node does not call its own final.");
        await MirrorPass.RequireFinalAsync(node, new ForkDecision.Halt(theirs.Number, ours, theirs.Hash), finalized, cancellationToken);
        return await HaltAsync(
            epoch, $"The node's block {theirs.Number} is {theirs.Hash}, which is proved; the mirror has {ours}, taken at a weaker proof, which was final. Rebuild the mirror (keystone mirror rebuild).", cancellationToken);
    }

    async Task<RenewalOutcome> HaltAsync(long epoch, string reason, CancellationToken cancellationToken)
    {
        await store.HaltAsync(chain.ChainId, epoch, reason, cancellationToken);
        IndexerMetrics.Halted.Record(1, _label);
        IndexerMetrics.Alarms.Add(1, _label, new KeyValuePair<string, object?>("reason", "weaker_proof_refuted"));
        Halted(chain.ChainId, reason);
        Committed?.Invoke();
        return RenewalOutcome.Changed;
    }

    [LoggerMessage(4041, LogLevel.Information, "Chain {ChainId}: blocks {From} to {To} were verified again from their headers and receipts")]
    partial void Raised(long chainId, long from, long to);

    [LoggerMessage(4042, LogLevel.Warning, "Chain {ChainId}: blocks {From} to {To}, which were mirrored with a weaker proof, could not be verified ({Reason}); this is tried again")]
    partial void NotProved(long chainId, long from, long to, string reason);

    [LoggerMessage(4043, LogLevel.Error, "ALARM weaker_proof_refuted: chain {ChainId}: block {Number} was mirrored with a weaker proof and with logs that its receipts do not contain; {Blocks} blocks were reverted, {Settlements} settlements are affected")]
    partial void Replaced(long chainId, long number, int blocks, int settlements);

    [LoggerMessage(4044, LogLevel.Critical, "ALARM weaker_proof_refuted: the mirror of chain {ChainId} is halted: {Reason}")]
    partial void Halted(long chainId, string reason);
}
