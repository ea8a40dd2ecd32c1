using System.ComponentModel;

namespace Keystone.Settlements.Reporting;

/// <summary>Settlements that were to settle within a time and did not, by reason and side.</summary>
public sealed record FailsReport(
    [property: Description("Begin of the time, UTC; it is part of it.")] DateTimeOffset From,
    [property: Description("End of the time, UTC; it is not part of it.")] DateTimeOffset To,
    [property: Description("Settlements whose timeout_at lies within the time.")] long Due,
    [property: Description("Of these, settled.")] long Settled,
    [property: Description("Of these, ended otherwise than by their deadline: rejected, cancelled, stopped.")] long Withdrawn,
    [property: Description("Of these, failed: their deadline passed without a swap.")] long Failed,
    [property: Description("Settled of settled and failed, per cent with two decimals; null when there are none.")] string? EfficiencyRate,
    [property: Description("Legs that were missing at the deadline.")] IReadOnlyList<FailReason> Reasons,
    [property: Description("Failed settlements that are still open, by whole days since their deadline.")] IReadOnlyList<FailAge> Ageing);

/// <summary>Legs that were missing for one reason.</summary>
public sealed record FailReason(
    [property: Description("ISO 20022 reason: LACK, MONY, CLAC, CMON; OTHR when nothing was missing.")] string IsoReason,
    [property: Description("own, counterparty or system.")] string Side,
    [property: Description("Token of the leg; null for system.")] string? TokenAddress,
    [property: Description("Symbol under which you registered it.")] string? Symbol,
    [property: Description("Legs; for system, settlements.")] long Count,
    [property: Description("Sum in whole units; null for system.")] string? Value);

/// <summary>Failed settlements of one age.</summary>
public sealed record FailAge(
    [property: Description("0, 1, 2-3, 4-7, 8-30 or >30 days.")] string Days,
    [property: Description("Settlements.")] long Count,
    [property: Description("Legs that are missing from them.")] IReadOnlyList<FailReason> Reasons);
