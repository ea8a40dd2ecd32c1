using System.Collections.Concurrent;
using System.Data.Common;
using Keystone.Settlements.Changes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Dashboard.Live;

/// <summary>
/// The one reader of changes in this process: one statement a wake for all environments that somebody looks at, however many pages are open. It passes ids on, never contents;
/// each page reads again what its own reader may read.
/// </summary>
internal sealed partial class DashboardFeed(WatchChanges changes, TimeProvider time, ILogger<DashboardFeed> log) : BackgroundService
{
    static readonly TimeSpan Together = TimeSpan.FromMilliseconds(100);

    readonly ConcurrentDictionary<FeedSubscription, byte> _subscriptions = new();
    readonly Dictionary<Guid, long> _positions = [];

    /// <summary>Begins to listen for an environment.</summary>
    public FeedSubscription Subscribe(Guid environment)
    {
        FeedSubscription subscription = new(environment, one => _subscriptions.TryRemove(one, out _));
        _subscriptions.TryAdd(subscription, 0);
        return subscription;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task signal = changes.NextSignal();
            try
            {
                await PollAsync(stoppingToken);
                await changes.WaitAsync(signal, stoppingToken);
                // Changes come in bursts; a page that is read again for each of them would be read in vain.
                await Task.Delay(Together, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is DbException or TimeoutException or InvalidOperationException or OperationCanceledException)
            {
                NotRead(fault.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task PollAsync(CancellationToken cancellationToken)
    {
        HashSet<Guid> watched = [.. _subscriptions.Keys.Select(one => one.Environment)];
        foreach (Guid gone in _positions.Keys.Where(one => !watched.Contains(one)).ToArray()) _positions.Remove(gone);
        Guid[] added = [.. watched.Where(one => !_positions.ContainsKey(one))];
        if (added.Length > 0)
        {
            foreach ((Guid environment, long position) in await changes.HeadsAsync(added, cancellationToken)) _positions[environment] = position;
            // What changed between the reading of a page and this look is found by reading it once more.
            foreach (FeedSubscription one in _subscriptions.Keys.Where(one => added.Contains(one.Environment))) one.Add([]);
        }
        if (_positions.Count == 0) return;
        foreach (IGrouping<Guid, SettlementChange> of in (await changes.ReadAsync(_positions, cancellationToken)).GroupBy(change => change.EnvironmentId))
        {
            _positions[of.Key] = of.Max(change => change.Position);
            Guid[] settlements = [.. of.Select(change => change.SettlementId).Distinct()];
            foreach (FeedSubscription one in _subscriptions.Keys.Where(one => one.Environment == of.Key)) one.Add(settlements);
        }
    }

    [LoggerMessage(EventId = 11001, Level = LogLevel.Warning, Message = "Changes for open pages could not be read ({Reason}); they are read again in a second")]
    partial void NotRead(string reason);
}
