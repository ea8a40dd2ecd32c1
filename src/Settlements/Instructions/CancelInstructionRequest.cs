using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Instructions;

/// <summary>Takes an instruction back that has not been matched.</summary>
public sealed record CancelInstructionRequest
{
    [Description("For your own activity log; the other side does not read it."), StringLength(500, MinimumLength = 1)]
    public string? Reason { get; init; }
}
