using System.Text.Json;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Events;

/// <summary>Use case: read the audit trail of a settlement.</summary>
public sealed class ListEvents
{
    readonly SettlementReadStore _reads;
    readonly EventStore _events;

    internal ListEvents(SettlementReadStore reads, EventStore events) => (_reads, _events) = (reads, events);

    /// <summary>True when the caller's environment may see the settlement. A host asks first when its own faults would reveal that a foreign one exists.</summary>
    public async Task<bool> IsVisibleAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await _reads.IsVisibleAsync(caller.EnvironmentId, id, cancellationToken);
    }

    /// <summary>A page of the events, oldest first.</summary>
    public async Task<Result<Page<EventView>>> ExecuteAsync(Caller caller, Guid id, int limit, int offset, CancellationToken cancellationToken)
    {
        if (!await IsVisibleAsync(caller, id, cancellationToken))
            return DomainError.NotFound("Settlement");
        (IReadOnlyList<EventRecord> events, long total) = await _events.EventsAsync(id, caller.EnvironmentId, limit, offset, cancellationToken);
        return new Page<EventView>([.. events.Select(one => View(id, one))], total);
    }

    /// <summary>A page of the operator's chain, which has every event, oldest first.</summary>
    public async Task<Result<Page<EventView>>> OfOperatorAsync(Guid id, int limit, int offset, CancellationToken cancellationToken)
    {
        (IReadOnlyList<EventRecord> events, long total) = await _events.EventsAsync(id, AuditTrail.Operator, limit, offset, cancellationToken);
        // A settlement has a first event from its beginning on; a page behind the last one says nothing of how many there are.
        if (events.Count == 0) (_, total) = await _events.EventsAsync(id, AuditTrail.Operator, 1, 0, cancellationToken);
        return total == 0 ? DomainError.NotFound("Settlement") : new Page<EventView>([.. events.Select(one => View(id, one))], total);
    }

    static EventView View(Guid settlement, EventRecord e)
    {
        JsonElement payload = JsonElement.Parse(e.Payload);
        string? transaction = payload.TryGetProperty("transaction", out JsonElement hash) && hash.ValueKind == JsonValueKind.String ? hash.GetString() : null;
        return new EventView(e.Id, settlement, e.Sequence, e.Type, e.FromState, e.ToState, e.TriggeredBy, payload,
            transaction is null ? null : new EventTransactionView(transaction), Hex.Encode(e.ContentHash), Hex.Encode(e.PreviousHash), e.CreatedAt);
    }
}
