namespace Keystone.Webhooks.History;

/// <summary>Which deliveries of an endpoint to list. Null members do not restrict.</summary>
/// <param name="Status"><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="Type">Name of the event.</param>
/// <param name="SettlementId">Settlement that the event is of.</param>
/// <param name="MessageId">The event itself.</param>
/// <param name="From">Deliveries made at that time or later, UTC.</param>
/// <param name="To">Deliveries made before that time, UTC.</param>
public sealed record DeliveryFilter(string? Status, string? Type, Guid? SettlementId, Guid? MessageId, DateTimeOffset? From, DateTimeOffset? To);
