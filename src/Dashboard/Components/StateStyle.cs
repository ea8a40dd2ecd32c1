using Keystone.Settlements.Read;

namespace Keystone.Dashboard.Components;

/// <summary>How a state looks: its word, its icon and its family of colours. A state of an uploaded template has its own name as its word, and looks like the usual state of a settlement that stands where it does.</summary>
/// <param name="Word">What stands in the chip.</param>
/// <param name="Icon">Name of the icon.</param>
/// <param name="Family">Suffix of the chip's class.</param>
internal sealed record StateStyle(string Word, string Icon, string Family)
{
    /// <summary>The look of a state by its name on the wire.</summary>
    public static StateStyle Of(string state) => Usual(state) ?? new(Sentence(state), "instructed", "instructed");

    static StateStyle? Usual(string state) => state switch
    {
        "INSTRUCTED" => new("Instructed", "instructed", "instructed"),
        "AWAITING_CONFIRMATION" => new("Awaiting confirmation", "confirmation", "confirmation"),
        "COMPLIANCE_CHECKING" => new("Compliance check", "shield", "compliance"),
        "COMPLIANCE_CLEARED" => new("Compliance cleared", "shield-check", "cleared"),
        "REGISTERING_ESCROW" => new("Registering escrow", "lock-open", "registering"),
        "AWAITING_DEPOSITS" => new("Awaiting deposits", "deposit", "deposits"),
        "EXECUTING_SWAP" => new("Executing swap", "swap", "swap"),
        "SETTLED" => new("Settled, not final", "settled", "settled"),
        "FINALIZED" => new("Final", "final", "final"),
        "ROLLED_BACK" => new("Rolled back", "back", "ended"),
        "TIMED_OUT" => new("Timed out", "clock", "ended"),
        _ => null,
    };

    // The usual state of a settlement that stands where this one does.
    static string UsualStateOf(SettlementView settlement) => settlement switch
    {
        { IsTerminal: true, Failure: not null } => "ROLLED_BACK",
        { Finality.Finalized: true } => "FINALIZED",
        { Finality: not null } => "SETTLED",
        { Escrow.Status: "funded" } => "EXECUTING_SWAP",
        { Escrow.Status: "open" } => "AWAITING_DEPOSITS",
        { Escrow.Status: "registering" } => "REGISTERING_ESCROW",
        { Confirmation: not null } => "AWAITING_CONFIRMATION",
        { Compliance.Status: "cleared" } => "COMPLIANCE_CLEARED",
        { Compliance: not null } => "COMPLIANCE_CHECKING",
        _ => "INSTRUCTED",
    };

    /// <summary>The look of a settlement: the same with the count of deposits, the cause of its end, or the review that its owner alone reads of.</summary>
    public static StateStyle Of(SettlementView settlement)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        StateStyle look = Usual(settlement.State) ?? Usual(UsualStateOf(settlement))! with { Word = Sentence(settlement.State) };
        if (settlement is { State: "AWAITING_DEPOSITS", Escrow: { } escrow }) return look with { Word = $"Awaiting deposits {escrow.FundedLegs}/{escrow.TotalLegs}" };
        // In whatever state: a template may screen in another one, and again later.
        if (settlement is { IsTerminal: false, Compliance.Status: "review" }) return new("Compliance review", "shield-alert", "review");
        return settlement is { IsTerminal: true, Failure: { } failure } && look.Family == "ended" ? look with { Word = $"{look.Word}: {Cause(failure.Code)}", Icon = failure.Code == "timeout" ? "clock" : look.Icon } : look;
    }

    /// <summary>The second chip of a settlement that unwinds; null where none does.</summary>
    public static StateStyle? Unwinding(SettlementView settlement)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        if (settlement.Rollback is not { } rollback || rollback.Status == "complete") return null;
        return rollback.Status == "blocked" ? new("Refund blocked", "alert", "blocked") : new("Rolling back", "back-dashed", "unwinding");
    }

    /// <summary>The cause of a failure in words.</summary>
    public static string Cause(string code) => code switch
    {
        "rejected" => "rejected",
        "timeout" => "deadline passed",
        "compliance" => "compliance",
        "cancelled" => "cancelled",
        "registration_failed" => "registration failed",
        "execution_failed" => "swap failed",
        "action_failed" => "a step outside failed",
        "operator" => "ended by the operator",
        _ => Sentence(code).ToLowerInvariant(),
    };

    /// <summary>A name such as <c>MY_STATE</c> as a word.</summary>
    public static string Sentence(string name)
    {
        string words = name.Replace('_', ' ').ToLowerInvariant().Trim();
        return words.Length == 0 ? name : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
