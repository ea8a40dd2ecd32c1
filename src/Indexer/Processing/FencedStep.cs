using System.Numerics;
using Keystone.Postgres.Leases;
using Nethereum.BlockchainProcessing.BlockProcessing;
using Nethereum.BlockchainProcessing.Orchestrator;
using Nethereum.BlockchainProcessing.ProgressRepositories;

namespace Keystone.Indexer.Processing;

/// <summary>
/// Takes one step of the mirror each time that Nethereum's processor asks for blocks: read, proved, and written in one fenced transaction together with the
/// position. Faults are thrown. Only a reorg is returned, because the processor then goes back and asks again; nothing is written before that second
/// question, whose step removes the old blocks and writes the new ones in one commit.
/// </summary>
internal sealed class FencedStep(MirrorPass pass, long epoch, LoopRun run) : IBlockchainProcessingOrchestrator
{
    /// <summary>Does what the poll found.</summary>
    /// <returns>The mirror's height, which is never left out: the processor would ask again without a pause.</returns>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    /// <exception cref="InvalidOperationException">The processor asked for other blocks than the poll found.</exception>
    public async Task<OrchestrationProgress> ProcessAsync(
        BigInteger fromNumber, BigInteger toNumber, CancellationToken cancellationToken = default, IBlockProgressRepository? blockProgressRepository = null)
    {
        // The run ends.
        if (run.Found is not { } found) return Reached();
        if (!run.IsRewound && found is MirrorWork.Blocks back && back.ForkPoint < pass.Number && fromNumber == pass.Number + 1)
        {
            run.Rewind();
            return new OrchestrationProgress { Exception = ReorgAt(back) };
        }
        if (fromNumber != found.From || toNumber != found.To)
            throw new InvalidOperationException($"The processor asks for the blocks {fromNumber} to {toNumber}; the poll found {found.From} to {found.To}.");
        run.Took(await pass.TakeAsync(epoch, found, run.Stopped));
        return Reached();
    }

    OrchestrationProgress Reached() => new() { BlockNumberProcessTo = pass.Number };

    static ReorgDetectedException ReorgAt(MirrorWork.Blocks back) =>
        new(back.From, back.ForkPoint, back.Parent?.ToString(), back.Head.Number, back.Head.Hash.ToString(), back.Head.ParentHash.ToString());
}
