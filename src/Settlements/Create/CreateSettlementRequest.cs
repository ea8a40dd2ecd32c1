using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Create;

/// <summary>Instructs a settlement. Members that are null count as absent; which are required is checked by the use case.</summary>
public sealed record CreateSettlementRequest
{
    /// <summary>Most parties, counterparties and legs of a settlement.</summary>
    public const int MaxItems = 64;

    [Description("Names the request: the same key with the same contents gives the same settlement. 1 to 255 characters."), Required, StringLength(255, MinimumLength = 1)]
    public string? IdempotencyKey { get; init; }

    [Description("Template by id or slug; required unless template_slug is given."), StringLength(255, MinimumLength = 1)]
    public string? TemplateId { get; init; }

    [Description("Template by slug."), StringLength(255, MinimumLength = 1)]
    public string? TemplateSlug { get; init; }

    [Description("The caller's own reference; other platforms never read it."), StringLength(255, MinimumLength = 1)]
    public string? ExternalReference { get; init; }

    [Description("End of the settlement, RFC 3339 with an offset, cut down to the second; at most 366 days ahead. Default: the environment's timeout."), StringLength(64, MinimumLength = 1)]
    public string? TimeoutAt { get; init; }

    [Description("Last moment for counterparties to confirm, RFC 3339 with an offset, not after timeout_at. Default: timeout_at."), StringLength(64, MinimumLength = 1)]
    public string? ConfirmBy { get; init; }

    [Description("Earliest block time of the swap, RFC 3339 with an offset, cut down to the second; not after timeout_at. Default: none."), StringLength(64, MinimumLength = 1)]
    public string? NotBefore { get; init; }

    [Description("Holds the settlement from the start, as POST /v1/settlements/{id}/hold does. Default: false.")]
    public bool? Hold { get; init; }

    [Description("Settlement of yours that has ended and that this one replaces; UUID."), StringLength(64, MinimumLength = 1)]
    public string? ReplacesSettlementId { get; init; }

    [Description("What the settlement is for, such as repo_open: small letters, digits, hyphens and underscores. Every platform of the settlement reads it."), StringLength(63, MinimumLength = 1)]
    public string? SettlementCategory { get; init; }

    [Description("Of a repo_open: when the system makes the closing, RFC 3339 with an offset, after timeout_at."), StringLength(64, MinimumLength = 1)]
    public string? MaturityAt { get; init; }

    [Description("Of a repo_open: cash that the closing pays back, a decimal quantity of the one payment leg's token."), StringLength(156, MinimumLength = 1)]
    public string? RepaymentAmount { get; init; }

    [Description("Of a repo_open: the agreed rate, a decimal number; kept and shown, without effect."), StringLength(156, MinimumLength = 1)]
    public string? RepoRate { get; init; }

    [Description("Parties of the caller's own platform."), Required, MinLength(1), MaxLength(MaxItems)]
    public IReadOnlyList<PartyRequest?>? Parties { get; init; }

    [Description("Parties of other platforms, which confirm who they are. With at least one the settlement is cross_platform."), MaxLength(MaxItems)]
    public IReadOnlyList<CounterpartyRequest?>? CounterpartyParties { get; init; }

    [Description("Movements, in the order of the contract's terms."), Required, MinLength(1), MaxLength(MaxItems)]
    public IReadOnlyList<LegRequest?>? Legs { get; init; }
}
