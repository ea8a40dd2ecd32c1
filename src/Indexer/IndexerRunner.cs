using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Keystone.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Indexer;

/// <summary>Follows each configured chain until stopped.</summary>
internal sealed class IndexerRunner : BackgroundService
{
    readonly ChainFollower[] _followers;

    public IndexerRunner(
        MirrorStore store, MirrorProofs proofs, IEthereumNodes nodes, IOptions<IndexerOptions> options, WakeSignals signals, IndexerPulse pulse, UnknownHeaders headers, ChainsHealth health, TimeProvider time, Jitter jitter,
        ILogger<IndexerRunner> log)
    {
        Guid holder = Guid.CreateVersion7(time.GetUtcNow());
        _followers = [.. nodes.Chains.Select(chain => new ChainFollower(store, nodes, chain, options.Value, holder, pulse, time, jitter, log)
        {
            Committed = () => signals.Raise(WakeSignals.Feed),
            Headers = headers,
            Health = health,
            Renewal = new ProofRenewal(store, proofs, nodes.AllFor(chain.ChainId), chain, options.Value, time, log) { Committed = () => signals.Raise(WakeSignals.Feed) },
        })];
    }

    /// <summary>Fails the start if the node is on another chain than the database. A node that does not respond does not prevent the start.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ChainFollower follower in _followers) await follower.BeginAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAll(_followers.Select(async follower =>
        {
            try
            {
                await follower.ServeAsync(all.Token);
            }
            catch
            {
                // A chain that cannot be served stops the host, not only itself.
                await all.CancelAsync();
                throw;
            }
        }));
    }
}
