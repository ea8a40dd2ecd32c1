using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Keystone.Settlements.Create;

namespace Keystone.Settlements.Instructions;

/// <summary>One side of a trade. When the other side says the same under the same trade_reference, the two become a settlement.</summary>
public sealed record SubmitInstructionRequest
{
    [Description("Names the request: the same key with the same contents gives the same instruction. 1 to 255 characters."), Required, StringLength(255, MinimumLength = 1)]
    public string? IdempotencyKey { get; init; }

    [Description("Template by slug; required unless template_id is given."), StringLength(255, MinimumLength = 1)]
    public string? TemplateSlug { get; init; }

    [Description("Template by id or slug."), StringLength(255, MinimumLength = 1)]
    public string? TemplateId { get; init; }

    [Description("Role of your party; the other side takes the other one of the template."), Required, StringLength(63, MinimumLength = 1)]
    public string? Role { get; init; }

    [Description("Your party."), Required]
    public InstructionPartyRequest? Party { get; init; }

    [Description("Movements, as your side sees them."), Required, MinLength(1), MaxLength(CreateSettlementRequest.MaxItems)]
    public IReadOnlyList<InstructionLegRequest?>? Legs { get; init; }

    [Description("What both sides know the trade by, compared exactly. Default: KS- and a UUID, for you to give to the other side. At most 35 characters where it is to stand in a message of ISO 20022."), StringLength(255, MinimumLength = 1)]
    public string? TradeReference { get; init; }

    [Description("Slug of the other side's platform: instructions of others are not compared. Default: any."), StringLength(63, MinimumLength = 1)]
    public string? CounterpartyPlatformSlug { get; init; }

    [Description("By how much the other side's cash may differ, in units of the one payment leg's token. The smaller one of the two counts; what its receiver instructed is paid. Default: 0."), StringLength(156, MinimumLength = 1)]
    public string? CashTolerance { get; init; }

    [Description("End of the settlement, RFC 3339 with an offset, cut down to the second; of two that differ the earlier. Default: the environment's timeout."), StringLength(64, MinimumLength = 1)]
    public string? TimeoutAt { get; init; }

    [Description("Until when it can be matched, RFC 3339 with an offset, before timeout_at. Default: 24 hours, or as long as timeout_at allows."), StringLength(64, MinimumLength = 1)]
    public string? ExpiresAt { get; init; }

    [Description("What the settlement is for, such as repo_open; both sides say the same."), StringLength(63, MinimumLength = 1)]
    public string? SettlementCategory { get; init; }

    [Description("Of a repo_open: when the system makes the closing, RFC 3339 with an offset, after timeout_at; both sides say the same."), StringLength(64, MinimumLength = 1)]
    public string? MaturityAt { get; init; }

    [Description("Of a repo_open: cash that the closing pays back, a decimal quantity of the one payment leg's token; both sides say the same."), StringLength(156, MinimumLength = 1)]
    public string? RepaymentAmount { get; init; }

    [Description("Of a repo_open: the agreed rate, a decimal number; kept and shown, without effect."), StringLength(156, MinimumLength = 1)]
    public string? RepoRate { get; init; }
}
