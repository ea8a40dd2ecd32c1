using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Actions;

/// <summary>Reports what became of a step that your own systems do.</summary>
public sealed record ActionResultRequest
{
    [Description("completed lets the settlement go on; failed ends it. Neither can be taken back."), Required, AllowedValues("completed", "failed")]
    public string? Result { get; init; }

    [Description("Your own reference, or that of your vendor; for your own audit trail and the operator's. No other platform reads it."), StringLength(255, MinimumLength = 1)]
    public string? Reference { get; init; }
}
