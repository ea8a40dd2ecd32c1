using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Api.Webhooks;

/// <summary>Sends events again: those of a settlement, or of a time.</summary>
internal sealed record ReplayRequest
{
    [Description("Settlement whose events are sent again; UUID. Give it, or from."), StringLength(64, MinimumLength = 1)]
    public string? SettlementId { get; init; }

    [Description("Events of that time and later, RFC 3339 with an offset."), StringLength(64, MinimumLength = 1)]
    public string? From { get; init; }

    [Description("Events before that time, RFC 3339 with an offset. Default: now."), StringLength(64, MinimumLength = 1)]
    public string? To { get; init; }
}

/// <summary>Events that were queued to be sent again.</summary>
internal sealed record QueuedReplayBody([property: Description("How many; those that wait to be sent again already are not counted twice.")] int Queued);
