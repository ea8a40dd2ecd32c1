using Keystone.Identity;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.List;

/// <summary>Use case: list settlements, newest first.</summary>
public sealed class ListSettlements
{
    // The count stops here, so that its cost does not grow with the number of settlements.
    const long CountCap = 10_000;

    readonly ListStore _store;

    internal ListSettlements(ListStore store) => _store = store;

    /// <summary>A page of the settlements that the caller's environment may see.</summary>
    /// <param name="caller">Who reads.</param>
    /// <param name="filter">Which.</param>
    /// <param name="limit">Most items.</param>
    /// <param name="offset">Matches to skip.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<Page<SettlementView>> ExecuteAsync(Caller caller, SettlementFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(filter);
        (IReadOnlyList<SettlementRecord> items, ListCursor? next, long total) =
            await _store.ListAsync(caller.EnvironmentId, filter, limit, offset, cancellationToken);
        return new Page<SettlementView>(
            [.. items.Select(settlement => SettlementViewer.View(settlement, caller.EnvironmentId))], Math.Min(total, CountCap), total > CountCap, next?.ToString());
    }
}
