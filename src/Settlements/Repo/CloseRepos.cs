using Keystone.Postgres;

namespace Keystone.Settlements.Repo;

/// <summary>Use case of the keeper: makes the closing of every opening that is final and whose maturity is reached, or that the operator wants closed. However often it runs, an opening has one closing.</summary>
public sealed class CloseRepos
{
    readonly RepoStore _store;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal CloseRepos(RepoStore store, WakeSignals signals, TimeProvider time) => (_store, _signals, _time) = (store, signals, time);

    /// <summary>Makes them; what came of each opening that was due. An opening that is not final is named once a day.</summary>
    public async Task<IReadOnlyList<ClosedRepo>> ExecuteAsync(CancellationToken cancellationToken)
    {
        List<ClosedRepo> closed = [];
        foreach (Guid opening in await _store.DueAsync(_time.GetUtcNow(), cancellationToken))
            try
            {
                if (await _store.CloseAsync(opening, _time.UtcNowMicroseconds(), cancellationToken) is { } one) closed.Add(one);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // One that cannot be closed keeps no other one open.
                closed.Add(new ClosedRepo(opening, null, RepoOutcome.Faulted) { Fault = fault });
            }
        if (closed.Exists(one => one.Closing is not null))
        {
            _signals.Raise(WakeSignals.Engine);
            _signals.Raise(WakeSignals.Webhooks);
        }
        closed.AddRange(await _store.TakeFailedAsync(_time.UtcNowMicroseconds(), cancellationToken));
        return closed;
    }
}
