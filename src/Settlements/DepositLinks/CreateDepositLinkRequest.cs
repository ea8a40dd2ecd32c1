using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.DepositLinks;

/// <summary>Asks for a link by which a party without an account deposits.</summary>
public sealed record CreateDepositLinkRequest
{
    [Description("Role of your party that deposits."), Required, StringLength(63, MinimumLength = 1)]
    public string? Role { get; init; }
}
