using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Cancel;

/// <summary>Asks for the end of a settlement.</summary>
public sealed record CancelSettlementRequest
{
    [Description("Why; every platform of the settlement reads it."), Required, StringLength(500, MinimumLength = 1)]
    public string? Reason { get; init; }
}
