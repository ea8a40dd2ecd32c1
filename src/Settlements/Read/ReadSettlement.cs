using Keystone.Identity;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Read;

/// <summary>Use case: read a settlement.</summary>
public sealed class ReadSettlement
{
    readonly SettlementReadStore _reads;

    internal ReadSettlement(SettlementReadStore reads) => _reads = reads;

    /// <summary>The settlement as the caller's environment may read it. One of others and one that never was give the same error.</summary>
    public async Task<Result<SettlementView>> ExecuteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken) is { } settlement
            ? SettlementViewer.View(settlement, caller.EnvironmentId) : DomainError.NotFound("Settlement");
    }
}
