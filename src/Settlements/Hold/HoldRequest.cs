using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Hold;

/// <summary>Holds a settlement, or lets it go on.</summary>
public sealed record HoldRequest
{
    [Description("Why; for the audit trail of your own side."), Required, StringLength(500, MinimumLength = 1)]
    public string? Reason { get; init; }
}
