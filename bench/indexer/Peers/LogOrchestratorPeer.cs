using Keystone.Ethereum;
using Nethereum.BlockchainProcessing;
using Nethereum.BlockchainProcessing.Processor;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;

namespace Keystone.IndexerBench.Peers;

/// <summary>
/// Nethereum's own way to read events: its processor over its log orchestrator and client, in ranges of the size that the bare pipeline asks for. The handler
/// counts the logs: nothing is decoded, proved, or stored.
/// </summary>
internal static class LogOrchestratorPeer
{
    public static async Task MeasureAsync(Uri url, Address escrow, long last, int events)
    {
        int seen = 0;
        Web3 web3 = new(url.ToString());
        BlockchainProcessor processor = web3.Processing.Logs.CreateProcessor(
            [new ProcessorHandler<FilterLog>(Count)], minimumBlockConfirmations: 0, filter: new NewFilterInput { Address = [escrow.ToString()] },
            defaultNumberOfBlocksPerRequest: NodeSpeed.Range);
        await processor.ExecuteAsync(toBlockNumber: last, cancellationToken: CancellationToken.None, startAtBlockNumberIfNotProcessed: 1);
        if (seen != events) throw new InvalidOperationException($"Nethereum's log orchestrator saw {seen} events, not {events}.");

        Task Count(FilterLog log)
        {
            seen++;
            return Task.CompletedTask;
        }
    }
}
