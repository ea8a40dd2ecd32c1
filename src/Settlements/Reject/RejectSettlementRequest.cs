using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Reject;

/// <summary>A counterparty refuses to take part.</summary>
public sealed record RejectSettlementRequest
{
    [Description("Why; the initiator reads it."), Required, StringLength(500, MinimumLength = 1)]
    public string? Reason { get; init; }

    [Description("Role to reject. Default: all of the caller's roles."), StringLength(63, MinimumLength = 1)]
    public string? Role { get; init; }
}
