namespace Keystone.Webhooks.History;

/// <summary>One attempt of a delivery.</summary>
/// <param name="Number">From 1.</param>
/// <param name="At">When its result was known, UTC.</param>
/// <param name="Url">Where it went; null for attempts of earlier builds.</param>
/// <param name="StatusCode">Status of the answer; null when there was none.</param>
/// <param name="LatencyMilliseconds">From start to the answer or its absence.</param>
/// <param name="Error">Why there was no answer.</param>
/// <param name="ResponseBody">First bytes of the answer's body, at most 1 KiB.</param>
public sealed record DeliveryAttempt(int Number, DateTimeOffset At, string? Url, int? StatusCode, int LatencyMilliseconds, string? Error, string? ResponseBody);
