using Keystone.Postgres;

namespace Keystone.Settlements.Instructions;

/// <summary>Use case of the keeper: ends instructions whose time is over, and tells both sides.</summary>
public sealed class ExpireInstructions
{
    readonly EndInstructionStore _store;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal ExpireInstructions(EndInstructionStore store, WakeSignals signals, TimeProvider time) => (_store, _signals, _time) = (store, signals, time);

    /// <summary>Ends them; returns how many.</summary>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        int ended = await _store.ExpireAsync(_time.UtcNowMicroseconds(), cancellationToken);
        if (ended > 0) _signals.Raise(WakeSignals.Webhooks);
        return ended;
    }
}
