using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Keystone.Settlements.Create;

namespace Keystone.Settlements.Confirm;

/// <summary>A counterparty says who its party is.</summary>
public sealed record ConfirmSettlementRequest : PartyDetails
{
    [Description("Role to confirm; required when several of the caller's roles are pending."), StringLength(63, MinimumLength = 1)]
    public string? Role { get; init; }

    [Description("The party by its id, instead of role."), StringLength(255, MinimumLength = 1)]
    public string? PartyId { get; init; }
}
