using Keystone.Domain.Templates;
using Keystone.Identity;
using Keystone.Settlements.Explain;
using Keystone.Settlements.Operations;
using Keystone.Settlements.Read;
using Keystone.Settlements.Templates;

namespace Keystone.Settlements.List;

/// <summary>Use case: list settlements, each with who has to act on it.</summary>
public sealed class ListWaiting
{
    const long CountCap = 10_000;

    readonly ListStore _store;
    readonly SettlementReadStore _reads;
    readonly TemplateStore _templates;
    readonly PauseStore _pauses;

    internal ListWaiting(ListStore store, SettlementReadStore reads, TemplateStore templates, PauseStore pauses) =>
        (_store, _reads, _templates, _pauses) = (store, reads, templates, pauses);

    /// <summary>A page of the settlements that the caller's environment may see.</summary>
    /// <param name="caller">Who reads.</param>
    /// <param name="filter">Which, and in which order.</param>
    /// <param name="limit">Most items.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<Page<WaitingSettlement>> ExecuteAsync(Caller caller, SettlementFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(filter);
        (IReadOnlyList<SettlementRecord> items, ListCursor? next, long total) = await _store.ListAsync(caller.EnvironmentId, filter, limit, 0, cancellationToken);
        return new Page<WaitingSettlement>(await ExplainedAsync(caller, items, cancellationToken), Math.Min(total, CountCap), total > CountCap, next?.ToString());
    }

    /// <summary>The first of them, without counting how many match.</summary>
    public async Task<IReadOnlyList<WaitingSettlement>> FirstAsync(Caller caller, SettlementFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(filter);
        return await ExplainedAsync(caller, (await _store.PageAsync(caller.EnvironmentId, filter, limit, 0, cancellationToken)).Items, cancellationToken);
    }

    /// <summary>How many match, counted to 10,001.</summary>
    public Task<long> CountAsync(Caller caller, SettlementFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(filter);
        return _store.CountAsync(caller.EnvironmentId, filter, cancellationToken);
    }

    /// <summary>These settlements as they are now; those that the caller may not see are left out.</summary>
    public async Task<IReadOnlyList<WaitingSettlement>> ReadAsync(Caller caller, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(ids);
        return ids.Count == 0 ? [] : await ExplainedAsync(caller, await _reads.FindManyAsync(caller.EnvironmentId, [.. ids], cancellationToken), cancellationToken);
    }

    async Task<IReadOnlyList<WaitingSettlement>> ExplainedAsync(Caller caller, IReadOnlyList<SettlementRecord> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0) return [];
        IReadOnlyList<Pause> pauses = await _pauses.ActiveAsync(cancellationToken);
        List<WaitingSettlement> explained = [];
        foreach (SettlementRecord item in items)
        {
            Template template = await _templates.FindAsync(item.TemplateId, item.TemplateVersion, cancellationToken);
            bool paused = pauses.Any(pause => ExplainSettlement.Covers(pause.What, item));
            explained.Add(new WaitingSettlement(SettlementViewer.View(item, caller.EnvironmentId), new Waiting(item, template, caller.EnvironmentId, paused).All()));
        }
        return explained;
    }
}
