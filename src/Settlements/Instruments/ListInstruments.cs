using Keystone.Identity;

namespace Keystone.Settlements.Instruments;

/// <summary>Use case: the tokens that the caller's environment registered, by symbol.</summary>
public sealed class ListInstruments(InstrumentStore store)
{
    /// <summary>A page.</summary>
    public Task<Page<InstrumentView>> ExecuteAsync(Caller caller, int limit, int offset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return store.ListAsync(caller.EnvironmentId, caller.ChainId, limit, offset, cancellationToken);
    }
}
