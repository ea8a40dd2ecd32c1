using Keystone.Settlements.Read;

namespace Keystone.Dashboard.Components;

/// <summary>How a state looks: its word, its icon and its family of colours. A state of an uploaded template has the family of its action, and its own name as its word.</summary>
/// <param name="Word">What stands in the chip.</param>
/// <param name="Icon">Name of the icon.</param>
/// <param name="Family">Suffix of the chip's class.</param>
internal sealed record StateStyle(string Word, string Icon, string Family)
{
    /// <summary>The look of a state by its name on the wire.</summary>
    public static StateStyle Of(string state) => state switch
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
        _ => new(Sentence(state), "instructed", "instructed"),
    };

    /// <summary>The look of a settlement: the same with the count of deposits, the cause of its end, or the review that its owner alone reads of.</summary>
    public static StateStyle Of(SettlementView settlement)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        StateStyle look = Of(settlement.State);
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
