using System.Data.Common;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Keeper.Reconciliation;

/// <summary>Runs the reconciler whenever the mirror advances. Several keepers may compare at once; a repeated pause changes nothing.</summary>
internal sealed partial class ReconcilerLoop(
    Reconciler reconciler, ReconcilerStore store, IEthereumNodes nodes, WakeSignals signals, TimeProvider time, ILogger<ReconcilerLoop> log, LoopPulses? pulses = null) : BackgroundService
{
    // Number of the head that was compared last, by chain.
    readonly Dictionary<long, long> _done = [];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        // It reads up to 5,000 words of the contract, each from nodes that may be slow.
        new PolledLoop("reconciler", TimeSpan.FromSeconds(1), time, log, pulses)
        { Limit = TimeSpan.FromMinutes(15), Signal = () => signals.Next(WakeSignals.Feed) }.RunAsync(PollAsync, stoppingToken);

    async Task PollAsync(CancellationToken stoppingToken)
    {
        foreach (ChainOptions chain in nodes.Chains)
        {
            try
            {
                if (await store.NumberAsync(chain.ChainId, stoppingToken) is { } number && _done.GetValueOrDefault(chain.ChainId, -1) != number
                    && await reconciler.RunAsync(chain.ChainId, stoppingToken) is { } compared)
                    _done[chain.ChainId] = compared;
            }
            catch (Exception e) when (e is DbException or NodeException && !stoppingToken.IsCancellationRequested)
            {
                // The node no longer has the block because of a reorg; the mirror will follow.
                Interrupted(chain.ChainId, e.Message);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(e, chain.ChainId);
            }
        }
    }

    [LoggerMessage(7082, LogLevel.Warning, "The comparison with chain {ChainId} was interrupted: {Reason}")]
    partial void Interrupted(long chainId, string reason);

    [LoggerMessage(7083, LogLevel.Error, "The comparison with chain {ChainId} failed; it is tried again at the next head")]
    partial void Failed(Exception exception, long chainId);
}
