using System.Runtime.CompilerServices;
using Keystone.Identity;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.List;

/// <summary>Use case: read every settlement that matches a filter, newest first, without holding them all at once.</summary>
public sealed class ExportSettlements
{
    const int AtOnce = 200;

    readonly ListStore _store;

    internal ExportSettlements(ListStore store) => _store = store;

    /// <summary>The settlements with the costs of the operator's transactions. Each page is a snapshot of its own; what is added meanwhile is not in it.</summary>
    /// <param name="caller">Who reads.</param>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async IAsyncEnumerable<ExportedSettlement> ExecuteAsync(Caller caller, SettlementFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(filter);
        for (SettlementFilter? rest = filter; rest is not null;)
        {
            (IReadOnlyList<SettlementRecord> page, ListCursor? next) = await _store.PageAsync(caller.EnvironmentId, rest, AtOnce, 0, cancellationToken);
            ILookup<Guid, CostRow> costs = await _store.CostsAsync(page, cancellationToken);
            foreach (SettlementRecord settlement in page)
                yield return new ExportedSettlement(SettlementViewer.View(settlement, caller.EnvironmentId), [.. costs[settlement.Id]]);
            rest = next is null ? null : rest with { After = next };
        }
    }
}

/// <summary>A settlement of an export.</summary>
/// <param name="Settlement">As its reader may read it.</param>
/// <param name="Costs">What the operator's mined transactions for it cost.</param>
public sealed record ExportedSettlement(SettlementView Settlement, IReadOnlyList<CostRow> Costs);

/// <summary>What a mined transaction of the operator cost one settlement.</summary>
/// <param name="Action">register, execute_swap, cancel or refund.</param>
/// <param name="LegIndex">Leg of a refund, from 0; null for the others.</param>
/// <param name="Transaction">Hash.</param>
/// <param name="BlockNumber">Height.</param>
/// <param name="Succeeded">False when it reverted.</param>
/// <param name="GasUsed">Gas, the settlement's part of a shared transaction.</param>
/// <param name="Wei">Wei in decimal digits, likewise.</param>
/// <param name="SharedBy">Calls that the transaction carried.</param>
public sealed record CostRow(string Action, int? LegIndex, string Transaction, long BlockNumber, bool Succeeded, long GasUsed, string Wei, int SharedBy);
