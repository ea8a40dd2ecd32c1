using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Keystone.Dashboard.Components;
using Keystone.Settlements.Events;
using Keystone.Settlements.Read;

namespace Keystone.Dashboard.Settlement;

/// <summary>A line of the timeline.</summary>
/// <param name="At">UTC.</param>
/// <param name="Kind"><c>decision</c>, <c>engine</c>, <c>chain</c>, <c>compliance</c> or <c>problem</c>.</param>
/// <param name="Icon">Icon.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="Transaction">Transaction that it rests on; null for none.</param>
/// <param name="Sequence">Number of its event; null for a transaction without one.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Kind, string Icon, string Sentence, TransactionView? Transaction, int? Sequence)
{
    /// <summary>Class of the mark.</summary>
    public string Mark => Kind == "problem" ? "wrong" : Icon is "final" or "settled" or "tick" or "shield-check" ? "good" : Kind == "chain" ? "link" : "";

    /// <summary>Events and transactions of a settlement together, newest first.</summary>
    public static IReadOnlyList<TimelineEntry> Of(SettlementView settlement, IReadOnlyList<EventView> events)
    {
        Dictionary<string, TransactionView> known = new(StringComparer.OrdinalIgnoreCase);
        List<(TransactionView Transaction, string Sentence, string Icon)> transactions =
        [
            .. settlement.Escrow is { } escrow
                ? new (TransactionView?, string, string)[] { (escrow.RegisterTx, "The operator's registration of the terms", "lock-open"), (escrow.ExecuteTx, "The swap of all legs", "swap"), (escrow.CancelTx, "The cancellation on the chain", "back") }
                    .Where(one => one.Item1 is not null).Select(one => (one.Item1!, one.Item2, one.Item3)) : [],
            .. settlement.Legs.SelectMany(leg => new (TransactionView?, string, string)[]
            {
                (leg.Deposit, $"Deposit of {LegText(leg)}", "deposit"), (leg.Refund, $"Return of {LegText(leg)}", "back"),
            }.Where(one => one.Item1 is not null).Select(one => (one.Item1!, one.Item2, one.Item3))),
        ];
        foreach ((TransactionView transaction, _, _) in transactions) known[transaction.Hash] = transaction;
        List<TimelineEntry> entries = [.. events.Select(one => Entry(settlement, one, one.Transaction is { } of ? known.GetValueOrDefault(of.Hash) ?? new TransactionView(of.Hash, null, null, null, null, null, null) : null))];
        HashSet<string> named = new(events.Select(one => one.Transaction?.Hash).OfType<string>(), StringComparer.OrdinalIgnoreCase);
        entries.AddRange(transactions.Where(one => !named.Contains(one.Transaction.Hash)).Select(one => new TimelineEntry(one.Transaction.At ?? settlement.UpdatedAt, "chain", one.Icon,
            one.Transaction.BlockNumber is null ? $"{one.Sentence}: sent, not mined yet" : $"{one.Sentence}: in block {Text.Count(one.Transaction.BlockNumber.Value)}", one.Transaction, null)));
        return [.. entries.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Sequence ?? 0)];
    }

    /// <summary>True where the event's hash is SHA-256 over the hash before it and its payload, and the one before it is what the event before has.</summary>
    public static bool Holds(EventView one, string previous) => one.PreviousHash == previous
        && Hex(SHA256.HashData([.. Bytes(one.PreviousHash), .. Encoding.UTF8.GetBytes(one.Payload.GetRawText())])) == Hex(Bytes(one.ContentHash));

    static TimelineEntry Entry(SettlementView settlement, EventView one, TransactionView? transaction)
    {
        (string kind, string icon, string sentence) = one.Type switch
        {
            "state" when one.FromState is null => ("decision", "instructed", "Instructed"),
            "state" when one.TriggeredBy == "reorg" => ("problem", "fork", $"Went back to {StateStyle.Of(one.ToState).Word}: the chain reorganised its blocks"),
            "state" => (Member(one, "failure_code") is not null ? "problem" : one.TriggeredBy is "chain" ? "chain" : "engine", StateStyle.Of(one.ToState).Icon,
                StateStyle.Of(one.ToState).Word + (Member(one, "failure_code") is { } code ? $": {StateStyle.Cause(code)}" : "")),
            "leg" => Leg(settlement, one),
            "rollback" => ("problem", "back-dashed", Member(one, "event") switch
            {
                "settlement.rollback.started" => "Deposits are being returned",
                "settlement.rollback.completed" => "Every deposit was returned",
                "settlement.rollback.blocked" => "A return is refused by the token",
                _ => "Return of deposits",
            } + (Member(one, "cause") is { } cause ? $": {StateStyle.Cause(cause)}" : "")),
            "confirmation_required" => ("engine", "confirmation", "A confirmation was asked for"),
            "confirmation" => ("decision", "tick", $"{Member(one, "platform_slug")} confirmed the {Member(one, "role")}"),
            "rejection" => ("problem", "cross", $"{Member(one, "platform_slug")} rejected the {Member(one, "role")}"),
            "cancel_request" => ("problem", "cross", $"{Member(one, "platform_slug")} asked to cancel"),
            "hold" => ("decision", "pause", $"{Member(one, "platform_slug")} put it on hold"),
            "release" => ("decision", "right", $"{Member(one, "platform_slug")} released it"),
            "action_required" => ("engine", "instructed", $"{StateStyle.Sentence(Member(one, "action") ?? "")} was asked for"),
            "action_result" => (Member(one, "result") == "failed" ? "problem" : "decision", Member(one, "result") == "failed" ? "cross" : "tick", $"{StateStyle.Sentence(Member(one, "action") ?? "")}: {Member(one, "result")}"),
            "agreement" => ("engine", "report", "All sides agreed on the terms"),
            "signature" => ("decision", "tick", "A depositor's signature was taken"),
            "compliance" => ("compliance", "shield-alert", Member(one, "event") == "decision" ? $"Compliance decided: {Member(one, "decision")}" : "Screening stopped a party of ours"),
            _ => ("engine", "instructed", StateStyle.Sentence(one.Type)),
        };
        return new TimelineEntry(one.CreatedAt, kind, icon, sentence, transaction, one.Sequence);
    }

    static (string, string, string) Leg(SettlementView settlement, EventView one)
    {
        LegView? leg = one.Payload.TryGetProperty("leg_index", out JsonElement index) && index.TryGetInt32(out int at) ? settlement.Legs.FirstOrDefault(known => known.Index == at) : null;
        string what = leg is null ? "A leg" : LegText(leg);
        if (one.TriggeredBy == "reorg") return ("problem", "fork", $"{what}: the chain took the last step back");
        return Member(one, "status") switch
        {
            "locked" => ("chain", "deposit", $"{what} deposited"),
            "rolled_back" => ("chain", "back", $"{what} returned"),
            "released" => ("chain", "tick", $"{what} delivered"),
            _ => ("problem", "back", $"{what} withdrawn by its depositor"),
        };
    }

    static string LegText(LegView leg) => $"{Text.Amount(leg.Quantity)} {(leg.Token.Registered ? Text.Stranger(leg.Token.Symbol) : Text.ShortAddress(leg.Token.Address))}";

    static string? Member(EventView one, string name) =>
        one.Payload.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? Text.Stranger(value.GetString()) : null;

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.StartsWith("0x", StringComparison.Ordinal) ? hex[2..] : hex);

    static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
