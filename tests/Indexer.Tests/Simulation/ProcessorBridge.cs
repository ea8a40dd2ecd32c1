using System.Numerics;
using Keystone.Indexer.Processing;
using Nethereum.BlockchainProcessing.BlockProcessing;
using Nethereum.BlockchainProcessing.Orchestrator;
using Nethereum.BlockchainProcessing.ProgressRepositories;
using Nethereum.RPC.Eth.Blocks;

namespace Keystone.Indexer.Tests.Simulation;

/// <summary>
/// Between Nethereum's processor and its parts in a simulated process. The processor awaits without the context that it was started in, and what completes
/// inside that context would send it to the thread pool: each part therefore begins inside the process and completes outside, on the one thread of the
/// simulation. A pause of the processor's own would leave that thread too, and is found out by <see cref="Wire"/>. After each part the bridge compares what
/// was reported to the processor with what was committed.
/// </summary>
/// <param name="process">The process.</param>
/// <param name="inner">The parts.</param>
/// <param name="commits">Counts the commits of this process, and knows the height of the mirror after the last one.</param>
/// <param name="broken">Hears what is not as it has to be.</param>
/// <param name="rewound">Hears of each rewind.</param>
sealed class ProcessorBridge(SimulatedProcess process, ProcessorParts inner, Func<(int Count, long Number)> commits, Action<string> broken, Action rewound)
    : ILastConfirmedBlockNumberService, IBlockchainProcessingOrchestrator, IBlockProgressRepository
{
    BigInteger? _expected;

    public ProcessorParts Parts => new(this, this, this);

    public Task<BigInteger> GetLastConfirmedBlockNumberAsync(BigInteger? waitForConfirmedBlockNumber, CancellationToken cancellationToken) =>
        WithinAsync(() => inner.Head.GetLastConfirmedBlockNumberAsync(waitForConfirmedBlockNumber, cancellationToken));

    public Task<OrchestrationProgress> ProcessAsync(
        BigInteger fromNumber, BigInteger toNumber, CancellationToken cancellationToken = default, IBlockProgressRepository? blockProgressRepository = null) => WithinAsync(async () =>
    {
        (int before, _) = commits();
        OrchestrationProgress progress = await inner.Step.ProcessAsync(fromNumber, toNumber, cancellationToken, blockProgressRepository);
        (int after, long number) = commits();
        if (progress.Exception is ReorgDetectedException reorg)
        {
            rewound();
            if (after != before) broken("A rewind was written apart from the blocks that follow it.");
            _expected = BigInteger.Max(reorg.RewindToBlockNumber - 1, 0);
        }
        else
        {
            if (progress.Exception is { } fault) broken($"A fault was returned, not thrown: {fault.Message}");
            if (progress.BlockNumberProcessTo is null) broken("A step says nothing of where the mirror is.");
            if (after > before + 1) broken("A step was more than one commit.");
            _expected = after > before ? number : progress.BlockNumberProcessTo;
        }
        return progress;
    });

    public Task UpsertProgressAsync(BigInteger blockNumber)
    {
        if (blockNumber != _expected) broken($"The processor is at {blockNumber}, what was committed at {_expected}.");
        return inner.Progress.UpsertProgressAsync(blockNumber);
    }

    public Task<BigInteger?> GetLastBlockNumberProcessedAsync() => WithinAsync(inner.Progress.GetLastBlockNumberProcessedAsync);

    Task<T> WithinAsync<T>(Func<Task<T>> part)
    {
        TaskCompletionSource<T> outside = new();
        process.In(TimeSpan.Zero, () => process.Run(Begin));
        return outside.Task;

        async void Begin()
        {
            try
            {
                T result = await part();
                process.In(TimeSpan.Zero, () => outside.SetResult(result));
            }
            catch (Exception fault)
            {
                process.In(TimeSpan.Zero, () => outside.SetException(fault));
            }
        }
    }
}
