using System.ComponentModel;

namespace Keystone.Settlements.Explain;

/// <summary>What a settlement waits for, as one environment may read it.</summary>
public sealed record ExplainView(
    [property: Description("State as the template names it.")] string State,
    [property: Description("Who has to act; empty at the end.")] IReadOnlyList<WaitView> WaitingFor,
    [property: Description("State that follows when nothing goes wrong; null at the end.")] string? NextState);

/// <summary>One thing that is waited for.</summary>
public sealed record WaitView(
    [property: Description("Slug of a platform, operator or chain.")] string Who,
    [property: Description("Role of the party; null where none is concerned.")] string? Role,
    [property: Description("confirm, decide, screen, act, release, cancel, register, deposit, execute, refund, resume, wait or finalize.")] string Action,
    [property: Description("Last moment, or for wait and finalize the expected one; null where none is known.")] DateTimeOffset? By,
    [property: Description("Reason code of ISO 20022, or COMP and ESCR of our own; null for none.")] string? IsoReason,
    [property: Description("A sentence for people.")] string Detail,
    [property: Description("The leg that is concerned; null for none.")] Guid? LegId,
    [property: Description("What usually keeps a deposit from coming, checked now; for the reader's own legs only.")] IReadOnlyList<CheckView> Checks);

/// <summary>A check of what a deposit needs.</summary>
public sealed record CheckView(
    [property: Description("Name of the check.")] string Check,
    [property: Description("Null when it could not be made.")] bool? Ok,
    [property: Description("What is there, in words or decimal digits.")] string? Have,
    [property: Description("What is needed, in words or decimal digits.")] string? Need,
    [property: Description("A sentence that names the fix.")] string Detail);
