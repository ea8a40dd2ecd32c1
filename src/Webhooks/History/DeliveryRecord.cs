namespace Keystone.Webhooks.History;

/// <summary>A delivery as it stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="MessageId">The event.</param>
/// <param name="Type">Name of the event.</param>
/// <param name="SettlementId">Settlement that the event is of; null for none.</param>
/// <param name="Status"><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="Attempts">Attempts that were begun.</param>
/// <param name="IsReplay">Somebody asked for it.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="NextAttemptAt">When it is tried next, UTC; null unless it waits.</param>
/// <param name="Last">The latest attempt; null before the first.</param>
public sealed record DeliveryRecord(
    Guid Id, Guid MessageId, string Type, Guid? SettlementId, string Status, int Attempts, bool IsReplay, DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt,
    DeliveryAttempt? Last);
