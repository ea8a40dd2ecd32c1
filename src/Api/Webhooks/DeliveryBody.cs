using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.History;

namespace Keystone.Api.Webhooks;

/// <summary>A delivery of an event to an endpoint.</summary>
internal sealed record DeliveryBody(
    [property: Description("UUID, as paths name it.")] Guid Id,
    [property: Description("Id of the event, as in the header webhook-id.")] string EventId,
    [property: Description("Name of the event.")] string Event,
    [property: Description("Settlement that the event is about; null for none.")] Guid? SettlementId,
    [property: Description("waiting, delivered or failed.")] string Status,
    [property: Description("Attempts that were begun.")] int Attempts,
    [property: Description("Somebody asked for it; it does not count for or against the endpoint.")] bool IsReplay,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("When it is tried next; null unless it waits.")] DateTimeOffset? NextAttemptAt,
    [property: Description("The latest attempt; null before the first.")] DeliveryAttemptBody? LastAttempt,
    [property: Description("What is sent, the same bytes each time; only in the answer for one delivery."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DeliveryRequestBody? Request,
    [property: Description("Every attempt in order; only in the answer for one delivery."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DeliveryAttemptBody>? AttemptLog)
{
    public static DeliveryBody Of(DeliveryRecord delivery) => new(
        delivery.Id, DeliveryHeaders.EventId(delivery.MessageId), delivery.Type, delivery.SettlementId, delivery.Status, delivery.Attempts, delivery.IsReplay, delivery.CreatedAt,
        delivery.NextAttemptAt, delivery.Last is { } last ? DeliveryAttemptBody.Of(last) : null, null, null);

    public static DeliveryBody Of(DeliveryDetails details, string url) => Of(details.Delivery) with
    {
        Request = new DeliveryRequestBody("POST", details.Attempts.LastOrDefault()?.Url ?? url, JsonElement.Parse(details.Payload)),
        AttemptLog = [.. details.Attempts.Select(DeliveryAttemptBody.Of)],
    };
}

/// <summary>What a delivery sends.</summary>
internal sealed record DeliveryRequestBody(
    [property: Description("POST.")] string Method,
    [property: Description("Where it goes.")] string Url,
    [property: Description("The event.")] JsonElement Body);

/// <summary>An attempt of a delivery and what the receiver answered.</summary>
internal sealed record DeliveryAttemptBody(
    [property: Description("From 1.")] int Number,
    [property: Description("When it began, UTC.")] DateTimeOffset At,
    [property: Description("Where it went; null for attempts of earlier versions of this system.")] string? Url,
    [property: Description("Status of the answer; null when there was none.")] int? StatusCode,
    [property: Description("Milliseconds from start to the answer or its absence.")] int LatencyMs,
    [property: Description("Why there was no answer.")] string? Error,
    [property: Description("First bytes of the answer's body, at most 1024.")] string? ResponseBody)
{
    public static DeliveryAttemptBody Of(DeliveryAttempt attempt) =>
        new(attempt.Number, attempt.At, attempt.Url, attempt.StatusCode, attempt.LatencyMilliseconds, attempt.Error, attempt.ResponseBody);
}
