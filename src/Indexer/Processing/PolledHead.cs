using System.Numerics;
using Keystone.Postgres.Faults;
using Nethereum.RPC.Eth.Blocks;

namespace Keystone.Indexer.Processing;

/// <summary>
/// Gives Nethereum's processor the height up to which there is work. It polls the node, and finds the fork where the node's chain has left the mirror's, until
/// there is some. The processor has no pause of its own that could be cancelled or that follows an injected clock, so all waiting is in here.
/// </summary>
internal sealed class PolledHead(MirrorPass pass, LoopPace pace, LoopRun run) : ILastConfirmedBlockNumberService
{
    /// <summary>Height up to which the mirror can be written; its own head when there is no block to write, or when the run ends.</summary>
    /// <exception cref="Exception">Any fault of the poll, as it is: only a fault that is thrown ends the processor's run.</exception>
    public async Task<BigInteger> GetLastConfirmedBlockNumberAsync(BigInteger? waitForConfirmedBlockNumber, CancellationToken cancellationToken)
    {
        if (run.IsRewound)
        {
            CrashPoint.Reach(CrashPoint.IndexerForkFound);
            return run.Found!.To;
        }
        while (await pace(run.IsMore, run.Stopped))
        {
            run.Polled(await pass.PollAsync(run.Stopped));
            if (run.Found is { } found) return found.To;
        }
        run.End();
        return pass.Number;
    }
}
