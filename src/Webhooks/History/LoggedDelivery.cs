namespace Keystone.Webhooks.History;

/// <summary>A delivery of a webhook.</summary>
/// <param name="Id">Id.</param>
/// <param name="MessageId">Message that is delivered; the same for all endpoints.</param>
/// <param name="Type">Type of its event.</param>
/// <param name="SettlementId">Settlement that it is about; null for a test.</param>
/// <param name="EndpointId">Receiver.</param>
/// <param name="Url">Its URL.</param>
/// <param name="Status"><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="Attempts">Attempts that were made.</param>
/// <param name="DueAt">When the next one is made, UTC; means nothing once it is delivered or failed.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="LastStatusCode">Status of the last answer; null without one.</param>
/// <param name="LastLatencyMs">How long it took, milliseconds.</param>
/// <param name="LastError">Why there was no answer, or why it was not taken for one.</param>
public sealed record LoggedDelivery(
    Guid Id, Guid MessageId, string Type, Guid? SettlementId, Guid EndpointId, string Url, string Status, int Attempts, DateTimeOffset DueAt, DateTimeOffset CreatedAt,
    int? LastStatusCode, int? LastLatencyMs, string? LastError);
