using System.ComponentModel;
using System.Text.Json.Serialization;
using Keystone.Webhooks.Endpoints;

namespace Keystone.Api.Webhooks;

/// <summary>A receiver of webhooks.</summary>
internal sealed record WebhookBody(
    [property: Description("UUID, as paths name it.")] Guid Id,
    [property: Description("Where events are posted to.")] string Url,
    [property: Description("Your own note; null for none.")] string? Description,
    [property: Description("Event names and patterns.")] IReadOnlyList<string> Events,
    [property: Description("The same as events.")] IReadOnlyList<string> EventTypes,
    [property: Description("Events are sent to it.")] bool IsActive,
    [property: Description("Why deliveries were stopped; null unless they were.")] string? DisabledReason,
    [property: Description("Key of the signatures; only in the answer that creates the endpoint."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret,
    [property: Description("Key of the signatures from now on; only in the answer that rotates it."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NewSecret,
    [property: Description("x-keystone-signature, and standard-webhooks-v1 where the secret allows it.")] IReadOnlyList<string> SignatureSchemes,
    [property: Description("The next event of a settlement waits until the one before was delivered or given up.")] bool StrictOrder,
    [property: Description("The receiver is shown the sender's certificate.")] bool MutualTls,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("When it changed last, UTC.")] DateTimeOffset UpdatedAt,
    [property: Description("Until when the old secret signs too; only in the answer that rotates it."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? PreviousSecretValidUntil)
{
    public static WebhookBody Of(Endpoint endpoint) => new(
        endpoint.Id, endpoint.Url, endpoint.Description, endpoint.Events, endpoint.Events, endpoint.IsActive, endpoint.DisabledReason, null, null,
        endpoint.StandardScheme ? ["x-keystone-signature", "standard-webhooks-v1"] : ["x-keystone-signature"], endpoint.StrictOrder, endpoint.MutualTls, endpoint.CreatedAt, endpoint.UpdatedAt, null);
}

/// <summary>A test event that was queued.</summary>
internal sealed record QueuedEventBody([property: Description("Id of the event, as in the header webhook-id.")] string EventId);
