using Microsoft.Extensions.Hosting;

namespace Keystone.Ethereum.Nodes;

/// <summary>Compares the nodes of each chain and listens to their heads, for as long as the host runs.</summary>
internal sealed class NodeWatch(IEthereumNodes nodes, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(15);

    /// <summary>Compares once before the services behind begin to read: what a node contradicts is not taken from it first.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (nodes is EthereumNodes ours)
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(FirstPoll);
            try
            {
                await Task.WhenAll(ours.Sets.Where(set => set.Members.Length > 1).Select(set => set.CompareAsync(limit.Token))).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Nodes that hang do not hold up the start.
            }
        }
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => nodes is EthereumNodes ours
        ? Task.WhenAll([.. ours.Sets.Select(set => CompareAsync(set, ours.Limits, stoppingToken)),
            .. ours.Feeds.Select(feed => feed.RunAsync(stoppingToken))])
        : Task.CompletedTask;

    async Task CompareAsync(NodeSet set, NodeSetLimits limits, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await set.CompareAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(limits.Jitter.About(limits.Interval), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
