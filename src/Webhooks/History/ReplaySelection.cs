namespace Keystone.Webhooks.History;

/// <summary>Which events to send again: those of a settlement, or of a time.</summary>
/// <param name="SettlementId">The settlement; null for any.</param>
/// <param name="From">Events of that time and later, UTC; null for any.</param>
/// <param name="To">Events before that time, UTC; null for any.</param>
public sealed record ReplaySelection(Guid? SettlementId, DateTimeOffset? From, DateTimeOffset? To);
