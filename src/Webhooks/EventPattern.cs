namespace Keystone.Webhooks;

/// <summary>What an endpoint subscribes to: an event's name, <c>*</c>, or a prefix that ends in <c>.*</c>.</summary>
public static class EventPattern
{
    static readonly string[] Names =
    [
        "settlement.state.instructed", "settlement.state.awaiting_confirmation", "settlement.state.compliance_checking",
        "settlement.state.compliance_cleared", "settlement.state.registering_escrow", "settlement.state.awaiting_deposits",
        "settlement.state.executing_swap", "settlement.state.settled", "settlement.state.finalized", "settlement.state.rolled_back",
        "settlement.state.timed_out",
        "settlement.confirmation_required", "settlement.party.confirmed", "settlement.party.rejected",
        "settlement.leg.deposited", "settlement.leg.withdrawn", "settlement.leg.refunded", "settlement.leg.retreated", "settlement.cancel_requested",
        "settlement.action_required",
        "settlement.hold.placed", "settlement.hold.released",
        "settlement.rollback.started", "settlement.rollback.abandoned", "settlement.rollback.blocked", "settlement.compliance.flagged",
        "instruction.matched", "instruction.mismatched", "instruction.cancelled", "instruction.expired", "instruction.counterparty_cancelled", "instruction.counterparty_expired",
        "webhook.endpoint.disabled", "webhook.test",
    ];

    static readonly string[] Accepted = ["*", "settlement.*", "settlement.state.*", "settlement.compliance.*", "settlement.rollback.*",
        "settlement.leg.*", "settlement.party.*", "settlement.hold.*", "instruction.*", "compliance.*", "webhook.*", .. Names];

    /// <summary>Every event by its name, but for those of states that templates of platforms have.</summary>
    public static IReadOnlyList<string> Events => Names;

    /// <summary>True for an event of <see cref="Events"/>, and for what may be a state of somebody's template.</summary>
    public static bool IsEvent(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Array.IndexOf(Names, name) >= 0 || name.StartsWith("settlement.state.", StringComparison.Ordinal);
    }

    /// <summary>Every pattern that an endpoint may name.</summary>
    public static IReadOnlyList<string> Known => Accepted;

    /// <summary>True for a pattern of <see cref="Known"/>.</summary>
    public static bool IsKnown(string pattern) => Array.IndexOf(Accepted, pattern) >= 0;

    /// <summary>The events that at least one of the patterns covers; null for all of them, also those that only a later build knows.</summary>
    internal static string[]? NamesOf(IReadOnlyList<string> patterns) =>
        patterns.Count == 0 || patterns.Contains("*") ? null : [.. Names.Where(name => patterns.Any(pattern => Matches(pattern, name)))];

    /// <summary>True when the pattern covers the event.</summary>
    public static bool Matches(string pattern, string eventName)
    {
        if (pattern == "*" || pattern == eventName)
            return true;
        if (!pattern.EndsWith(".*", StringComparison.Ordinal))
            return false;
        string prefix = pattern == "compliance.*" ? "settlement.compliance." : pattern[..^1];
        return eventName.StartsWith(prefix, StringComparison.Ordinal);
    }
}
