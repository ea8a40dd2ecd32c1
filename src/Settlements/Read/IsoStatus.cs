namespace Keystone.Settlements.Read;

/// <summary>The state of a settlement in the status words of ISO 15022 and the reason codes of ISO 20022 (sese.024), as one reader has it.</summary>
internal static class IsoStatus
{
    // Our own reasons stand beside the standard's codes: COMP while the parties are screened, ESCR while the terms are published.
    public static IsoView Of(SettlementRecord s, Guid reader, HoldView hold, FailureView? failure) =>
        s.IsTerminal && s.Outcome == "failed" ? Ended(s, reader, failure)
        : s.RollbackReason is not (null or "cancelled") ? new("PENF", Missing(s, reader) ?? "OTHR")
        : Cancelling(s, reader) ?? (s.RollbackReason is not null ? new("PENF", "OTHR") : s.State switch
        {
            "INSTRUCTED" => new("PACK", null),
            "AWAITING_CONFIRMATION" => new("NMAT", "CMIS"),
            "COMPLIANCE_CHECKING" or "COMPLIANCE_CLEARED" => new("PEND", Held(hold) ?? "COMP"),
            "REGISTERING_ESCROW" => new("PEND", "ESCR"),
            "AWAITING_DEPOSITS" => new("PEND", Missing(s, reader) ?? "CMON"),
            "EXECUTING_SWAP" => new("PEND", "NEXT"),
            "SETTLED" => new("PEND", "NCON"),
            "FINALIZED" => new("sese.025", null),
            // States that a template names otherwise.
            _ when s.Outcome == "finalized" => new("sese.025", null),
            _ when !s.IsTerminal => new("PEND", Held(hold) ?? "OTHR"),
            _ => new(failure?.Code is "rejected" or "compliance" ? "REJT" : "CAND", null),
        });

    /// <summary>Reason of a leg that is missing: LACK and MONY for the reader's own securities and cash, CLAC and CMON for another platform's.</summary>
    public static string MissingReason(bool isOwn, string legType) =>
        legType == "payment" ? isOwn ? "MONY" : "CMON" : isOwn ? "LACK" : "CLAC";

    /// <summary>PREA for a hold of the reader, PRCY for one of another side, BOTH for both; null for none.</summary>
    public static string? Held(HoldView hold) => hold switch
    {
        { Own: true, Other: true } => "BOTH",
        { Own: true } => "PREA",
        { Other: true } => "PRCY",
        _ => null,
    };

    // Pending cancellation for those who asked; for the others, a request that is theirs to follow.
    static IsoView? Cancelling(SettlementRecord s, Guid reader)
    {
        if (s.State is "SETTLED" or "FINALIZED" || s.Escrow?.IsExecuted == true) return null;
        Guid?[] asked = [.. s.Facts.Where(fact => fact.Kind == "cancel_request").Select(fact => fact.Environment)];
        return asked.Length == 0 ? null : new(asked.Contains(reader) ? "CANP" : "CPRC", null);
    }

    // What the reader has to deposit itself comes first, and of that its securities.
    static string? Missing(SettlementRecord s, Guid reader)
    {
        string[] reasons = [.. s.Legs.Where(leg => s.InEscrow(leg) is not { IsIn: true })
            .Select(leg => MissingReason(s.Parties.Any(party => party.Role == leg.GiverRole && party.EnvironmentId == reader), leg.Type))];
        return ((string[])["LACK", "MONY", "CLAC", "CMON"]).FirstOrDefault(reasons.Contains);
    }

    // By whom it was cancelled: the reader, the system, or somebody else. A refusal reads the same for every cause and side.
    static IsoView Ended(SettlementRecord s, Guid reader, FailureView? failure) => failure?.Code switch
    {
        "rejected" => new("REJT", null),
        "compliance" or "registration_failed" => new("REJT", "OTHR"),
        "timeout" => new("CAND", "CANS"),
        "action_failed" when s.EnvironmentId == reader => new("CAND", "CANI"),
        "cancelled" when s.Facts.Any(fact => fact.Kind == "cancel_request" && fact.Environment == reader) => new("CAND", "CANI"),
        _ => new("CAND", "CTHP"),
    };
}
