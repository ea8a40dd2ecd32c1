using Keystone.Ethereum.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Feed;

/// <summary>Looks at the mirror of every configured chain and marks the settlements due that it concerns.</summary>
internal sealed partial class FeedReader(
    FeedStore store, IEthereumNodes nodes, IOptions<KeeperOptions> options, TimeProvider time, ILogger<FeedReader> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time);
        do
        {
            foreach (ChainOptions chain in nodes.Chains)
            {
                try
                {
                    await store.AdvanceAsync(chain.ChainId, time.GetUtcNow(), stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Failed(e, chain.ChainId);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(40, LogLevel.Error, "The feed of chain {ChainId} could not be read; the next look begins again")]
    partial void Failed(Exception exception, long chainId);
}
