using Keystone.Identity;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Instruments;

/// <summary>Use case: a symbol stands for nothing any more. Settlements that were instructed by it go on with the token that it stood for.</summary>
public sealed class RemoveInstrument(InstrumentStore store)
{
    /// <summary>Null when it was removed; one of others and one that never was give the same error.</summary>
    public async Task<DomainError?> ExecuteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.Refuse(Scopes.InstrumentsManage) is { } forbidden) return forbidden;
        return await store.RemoveAsync(caller.EnvironmentId, id, cancellationToken) ? null : DomainError.NotFound("Instrument");
    }
}
