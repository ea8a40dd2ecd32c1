using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Create;

/// <summary>A party of the caller's own platform.</summary>
public sealed record PartyRequest : PartyDetails
{
    [Description("Role that legs name, such as buyer."), Required, StringLength(63, MinimumLength = 1)]
    public string? Role { get; init; }
}
