using System.Threading.Channels;

namespace Keystone.Dashboard.Live;

/// <summary>
/// Settlements of one environment that changed since somebody looked: a set and no queue, so that a slow browser gets what is new and never a backlog.
/// </summary>
internal sealed class FeedSubscription(Guid environment, Action<FeedSubscription> end) : IDisposable
{
    readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Lock _lock = new();
    HashSet<Guid> _changed = [];

    /// <summary>The environment; nothing of another one is ever added.</summary>
    public Guid Environment { get; } = environment;

    /// <summary>Adds changed settlements.</summary>
    public void Add(IEnumerable<Guid> settlements)
    {
        lock (_lock) _changed.UnionWith(settlements);
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Waits for changes; those since the last call.</summary>
    public async Task<IReadOnlySet<Guid>> NextAsync(CancellationToken cancellationToken)
    {
        await _signal.Reader.ReadAsync(cancellationToken);
        lock (_lock)
        {
            HashSet<Guid> taken = _changed;
            _changed = [];
            return taken;
        }
    }

    public void Dispose() => end(this);
}
