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
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new PolledLoop("feed", TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time, log, pulses)
        { Signal = () => signals.Next(WakeSignals.Feed) }.RunAsync(PollAsync, stoppingToken);

    async Task PollAsync(CancellationToken stoppingToken)
    {
        foreach (ChainOptions chain in nodes.Chains)
        {
            try
            {
                if (await due.ExecuteAsync(chain.ChainId, time.GetUtcNow(), stoppingToken) == 0) continue;
                signals.Raise(WakeSignals.Engine);
                // A change of the escrow state can make transactions wanted or unnecessary.
                transactions.Raise();
            }
            catch (DbException e) when (!stoppingToken.IsCancellationRequested)
            {
                Interrupted(chain.ChainId, e.Message);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The other chains have a feed of their own.
                Failed(e, chain.ChainId);
            }
        }
    }

    [LoggerMessage(7040, LogLevel.Error, "The feed of chain {ChainId} could not be read; this is tried again at the next poll")]
    partial void Failed(Exception exception, long chainId);

    [LoggerMessage(7041, LogLevel.Warning, "Reading the feed of chain {ChainId} was interrupted: {Reason}")]
    partial void Interrupted(long chainId, string reason);
}
