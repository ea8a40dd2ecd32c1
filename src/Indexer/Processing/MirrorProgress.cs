using System.Numerics;
using Nethereum.BlockchainProcessing.ProgressRepositories;

namespace Keystone.Indexer.Processing;

/// <summary>
/// The mirror's position, as Nethereum's processor sees it. It is written by the step, in the transaction of the blocks: the processor's own report of
/// progress, which comes after it, is compared and never written.
/// </summary>
internal sealed class MirrorProgress(MirrorPass pass, LoopRun run) : IBlockProgressRepository
{
    /// <summary>Height of the mirror; null before its first block.</summary>
    public async Task<BigInteger?> GetLastBlockNumberProcessedAsync()
    {
        await pass.ReadAsync(run.Stopped);
        return pass.Number < pass.StartBlock ? null : pass.Number;
    }

    /// <summary>Compares what the processor believes with what was committed.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public Task UpsertProgressAsync(BigInteger blockNumber)
    {
        // The processor reports a rewind as the block below; a rewind to block 0, which has none below it, as 0.
        long expected = run.IsRewound ? Math.Max(run.Found!.ForkPoint, 0) : pass.Number;
        return blockNumber == expected
            ? Task.CompletedTask
            : throw new InvalidOperationException($"The processor is at block {blockNumber}, the mirror at {expected}.");
    }
}
