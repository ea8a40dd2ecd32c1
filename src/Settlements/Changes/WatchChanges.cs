using Keystone.Postgres;

namespace Keystone.Settlements.Changes;

/// <summary>Use case: learn which settlements changed, for as many environments as are watched, in one statement a look.</summary>
public sealed class WatchChanges
{
    const int MostAtOnce = 1_000;

    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    readonly ChangeStore _store;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal WatchChanges(ChangeStore store, WakeSignals signals, TimeProvider time) => (_store, _signals, _time) = (store, signals, time);

    /// <summary>Position of the last event of each environment, 0 for one without.</summary>
    public async Task<IReadOnlyDictionary<Guid, long>> HeadsAsync(IReadOnlyCollection<Guid> environments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environments);
        IReadOnlyDictionary<Guid, long> heads = await _store.HeadsAsync(environments, cancellationToken);
        return environments.ToDictionary(one => one, one => heads.GetValueOrDefault(one));
    }

    /// <summary>What is behind the positions: ids alone, so that each reader reads what is his to read.</summary>
    public Task<IReadOnlyList<SettlementChange>> ReadAsync(IReadOnlyDictionary<Guid, long> since, CancellationToken cancellationToken) =>
        _store.ReadAsync(since, MostAtOnce, cancellationToken);

    /// <summary>The next signal of a change. Take it before a look.</summary>
    public Task NextSignal() => _signals.Next(WakeSignals.Webhooks);

    /// <summary>Waits for a signal that was taken before, or for the poll of one second.</summary>
    public Task WaitAsync(Task signal, CancellationToken cancellationToken) => WakeSignals.WaitAsync(signal, Poll, _time, cancellationToken);
}
