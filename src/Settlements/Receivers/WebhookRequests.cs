using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Receivers;

/// <summary>Registers a receiver of webhooks.</summary>
public sealed record CreateWebhookRequest
{
    internal const int MaxEvents = 64, MaxUrl = 2048, MinSecret = 16, MaxSecret = 128;

    [Description("https URL without user name and fragment."), Required, StringLength(MaxUrl, MinimumLength = 1)]
    public string? Url { get; init; }

    [Description("For people."), StringLength(255, MinimumLength = 1)]
    public string? Description { get; init; }

    [Description("Event names and patterns, such as settlement.state.*; required unless event_types is given."), MinLength(1), MaxLength(MaxEvents)]
    public IReadOnlyList<string?>? Events { get; init; }

    [Description("The same as events."), MinLength(1), MaxLength(MaxEvents)]
    public IReadOnlyList<string?>? EventTypes { get; init; }

    [Description("Key of the signatures, 16 to 128 printable ASCII characters. Default: a new one."), StringLength(MaxSecret, MinimumLength = MinSecret)]
    public string? Secret { get; init; }

    [Description("True: the next event of a settlement is sent only after the one before was delivered or given up. Events of other settlements do not wait. Default: false.")]
    public bool? StrictOrder { get; init; }

    [Description("True: the receiver is shown the sender's certificate (mutual TLS); needs https, and a certificate that the operator has set. Default: false.")]
    public bool? MutualTls { get; init; }
}

/// <summary>Changes a receiver of webhooks. Members that are absent keep their values.</summary>
public sealed record UpdateWebhookRequest
{
    [Description("https URL without user name and fragment."), StringLength(CreateWebhookRequest.MaxUrl, MinimumLength = 1)]
    public string? Url { get; init; }

    [Description("For people; null removes it."), StringLength(255, MinimumLength = 1)]
    public string? Description { get; init; }

    [Description("Event names and patterns."), MinLength(1), MaxLength(CreateWebhookRequest.MaxEvents)]
    public IReadOnlyList<string?>? Events { get; init; }

    [Description("The same as events."), MinLength(1), MaxLength(CreateWebhookRequest.MaxEvents)]
    public IReadOnlyList<string?>? EventTypes { get; init; }

    [Description("False stops deliveries; true starts them again and forgets why they were stopped.")]
    public bool? IsActive { get; init; }

    [Description("True: the next event of a settlement is sent only after the one before was delivered or given up. Events of other settlements do not wait.")]
    public bool? StrictOrder { get; init; }

    [Description("True: the receiver is shown the sender's certificate (mutual TLS); needs https, and a certificate that the operator has set.")]
    public bool? MutualTls { get; init; }
}

/// <summary>Gives a receiver a new secret.</summary>
public sealed record RotateSecretRequest
{
    [Description("Key of the signatures, 16 to 128 printable ASCII characters. Default: a new one."),
        StringLength(CreateWebhookRequest.MaxSecret, MinimumLength = CreateWebhookRequest.MinSecret)]
    public string? Secret { get; init; }
}
