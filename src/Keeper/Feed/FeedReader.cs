using System.Data.Common;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres;
using Keystone.Settlements.Advance;
using Keystone.Transactions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Feed;

/// <summary>Reads the feed of every configured chain and marks the affected settlements due.</summary>
internal sealed partial class FeedReader(
    MarkDue due, IEthereumNodes nodes, WakeSignals signals, TransactionSignal transactions, IOptions<KeeperOptions> options, TimeProvider time, ILogger<FeedReader> log, LoopPulses? pulses = null) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            pulses?.Turn("feed");
            Task next = signals.Next(WakeSignals.Feed);
            foreach (ChainOptions chain in nodes.Chains)
            {
                try
                {
                    if (await due.ExecuteAsync(chain.ChainId, time.GetUtcNow(), stoppingToken) == 0) continue;
                    signals.Raise(WakeSignals.Engine);
                    // A change of the escrow state can make transactions wanted or unnecessary.
                    transactions.Raise();
                }
                catch (DbException e)
                {
                    Interrupted(chain.ChainId, e.Message);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Failed(e, chain.ChainId);
                }
            }
            await WakeSignals.WaitAsync(next, TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(7040, LogLevel.Error, "The feed of chain {ChainId} could not be read; this is tried again at the next poll")]
    partial void Failed(Exception exception, long chainId);

    [LoggerMessage(7041, LogLevel.Warning, "Reading the feed of chain {ChainId} was interrupted: {Reason}")]
    partial void Interrupted(long chainId, string reason);
}
