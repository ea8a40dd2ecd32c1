using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Decide;

/// <summary>Decides on a party that screening flagged.</summary>
public sealed record ComplianceDecisionRequest
{
    [Description("approve lets the party pass; reject ends the settlement. Neither can be taken back."), Required, AllowedValues("approve", "reject")]
    public string? Decision { get; init; }

    [Description("Why; for your own audit trail and the operator's. No other platform reads it."), Required, StringLength(500, MinimumLength = 1)]
    public string? Reason { get; init; }

    [Description("Party to decide on. Default: all of your parties that wait for a decision."), StringLength(64, MinimumLength = 1)]
    public string? PartyId { get; init; }
}
