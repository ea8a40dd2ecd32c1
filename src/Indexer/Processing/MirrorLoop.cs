using Keystone.Postgres.Leases;
using Nethereum.BlockchainProcessing;

namespace Keystone.Indexer.Processing;

/// <summary>
/// Drives a mirror by Nethereum's <see cref="BlockchainProcessor"/>, as shipped: it asks how far there is work, has that work done, and goes on. What it
/// asks is answered by <see cref="PolledHead"/>, <see cref="FencedStep"/> and <see cref="MirrorProgress"/>. Its validator hook stays unset, since what
/// that one throws is swallowed.
/// </summary>
/// <param name="pass">The mirror and its nodes.</param>
/// <param name="epoch">Epoch of the lease that is held.</param>
/// <param name="pace">Says when to poll, and when to end.</param>
internal sealed class MirrorLoop(MirrorPass pass, long epoch, LoopPace pace)
{
    /// <summary>Milliseconds that the processor waits before each round. It waits without a token, so a stop would have to wait too.</summary>
    public const int WaitInterval = 0;

    /// <summary>Puts something between the processor and its parts; nothing as a rule.</summary>
    public Func<ProcessorParts, ProcessorParts> Through { get; init; } = parts => parts;

    /// <summary>Runs until the pace ends it, a fault does, or it is stopped. Nothing of the run is remembered by the next one.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    /// <exception cref="Ethereum.Nodes.NodeException">The node does not answer.</exception>
    /// <exception cref="Reading.ContradictionException">The node's answers do not fit together.</exception>
    /// <exception cref="Ethereum.ChainIdentityException">The node is on another chain.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        LoopRun run = new(end, cancellationToken);
        ProcessorParts parts = Through(new ProcessorParts(new PolledHead(pass, pace, run), new FencedStep(pass, epoch, run), new MirrorProgress(pass, run)));
        await pass.ReadAsync(cancellationToken);
        await new BlockchainProcessor(parts.Step, parts.Progress, parts.Head).ExecuteAsync(end.Token, pass.StartBlock, WaitInterval);
        // The processor returns normally if it is cancelled between two rounds.
        cancellationToken.ThrowIfCancellationRequested();
    }
}
