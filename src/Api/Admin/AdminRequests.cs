using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Api.Admin;

/// <summary>Tries a settlement again.</summary>
internal sealed record RetrySettlementRequest
{
    [Description("Why; in the activity log."), StringLength(500, MinimumLength = 1)]
    public string? Reason { get; init; }
}

/// <summary>Rolls a settlement back.</summary>
internal sealed record RollbackSettlementRequest
{
    [Description("Why; in the audit trail."), Required, StringLength(500, MinimumLength = 1)]
    public string? Reason { get; init; }
}

/// <summary>Erases personal fields of a party.</summary>
internal sealed record EraseFieldsRequest
{
    [Description("Role of the party."), Required, StringLength(63, MinimumLength = 1)]
    public string? Role { get; init; }

    [Description("Of name, external_reference, asset_provider, lei, wallet_address_hint, counterparty_reference, date_of_birth, country. Default: all."), MaxLength(8)]
    public IReadOnlyList<string?>? Fields { get; init; }
}

/// <summary>Pauses registrations and swaps.</summary>
internal sealed record PauseRequest
{
    [Description("all, environment or token."), Required]
    public string? Scope { get; init; }

    [Description("Environment, for that scope."), StringLength(36, MinimumLength = 36)]
    public string? EnvironmentId { get; init; }

    [Description("Chain of the token, for that scope.")]
    public long? ChainId { get; init; }

    [Description("Token, for that scope."), StringLength(42, MinimumLength = 42)]
    public string? Token { get; init; }

    [Description("Why; shown with each settlement that waits because of the pause."), Required, StringLength(500, MinimumLength = 1)]
    public string? Reason { get; init; }
}

/// <summary>Lifts a pause.</summary>
internal sealed record ResumeRequest
{
    [Description("The pause, as listed."), Required, StringLength(36, MinimumLength = 36)]
    public string? PauseId { get; init; }
}

/// <summary>Notes who takes care of an alarm.</summary>
internal sealed record AcknowledgeAlarmRequest
{
    [Description("For whoever reads it next."), StringLength(500, MinimumLength = 1)]
    public string? Note { get; init; }
}
