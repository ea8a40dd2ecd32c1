using System.Text.Json.Nodes;
using Keystone.Api.Conduct;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Settlement.Engine;
using Keystone.Settlement.Escrow;

namespace Keystone.Api.Settlements;

/// <summary>The settlement object as one environment may read it. Members are never left out; what a reader may not know is null.</summary>
internal static class SettlementView
{
    const string DepositMethod =
        "call deposit() from the depositor; a plain token transfer to this address is NOT a deposit and cannot be returned";

    public static JsonObject ToJson(SettlementRecord s, Guid reader)
    {
        bool initiator = s.EnvironmentId == reader;
        // Before its own confirmation a counterparty sees the offer, not the other side.
        bool disclosed = initiator || s.Parties.Where(p => p.EnvironmentId == reader).All(p => p.Status == "confirmed");
        return new JsonObject
        {
            ["id"] = s.Id.ToString(),
            ["idempotency_key"] = initiator ? s.IdempotencyKey : null,
            ["platform_id"] = s.PlatformId.ToString(),
            ["environment_id"] = initiator ? s.EnvironmentId.ToString() : null,
            ["template_id"] = s.TemplateId.ToString(),
            ["template_slug"] = s.TemplateSlug,
            ["template_version"] = s.TemplateVersion,
            ["external_reference"] = initiator ? s.ExternalReference : null,
            ["settlement_type"] = s.Type,
            ["settlement_category"] = null,
            ["parent_settlement_id"] = null,
            ["maturity_at"] = null,
            ["state"] = s.State,
            ["sequence"] = s.Sequence,
            ["is_terminal"] = s.IsTerminal,
            ["parties"] = new JsonArray([.. s.Parties.Select(p => Party(s, p, reader, disclosed))]),
            ["legs"] = new JsonArray([.. s.Legs.Select(l => Leg(s, l, reader, disclosed))]),
            ["confirmation"] = Confirmation(s),
            ["escrow"] = Escrow(s),
            ["rollback"] = Rollback(s),
            ["failure"] = Failure(s),
            ["finality"] = Finality(s),
            ["compliance"] = Compliance(s),
            ["iso"] = Iso(s, reader),
            ["links"] = new JsonObject { ["self"] = $"/v1/settlements/{s.Id}", ["events"] = $"/v1/settlements/{s.Id}/events" },
            ["timeout_at"] = Times.Text(s.TimeoutAt),
            ["created_at"] = Times.Text(s.CreatedAt),
            ["updated_at"] = Times.Text(s.UpdatedAt),
        };
    }

    static bool WalletVisible(PartyRecord? p, Guid reader, bool disclosed) => p is not null && (p.EnvironmentId == reader || (disclosed && p.Status == "confirmed"));

    static JsonObject Party(SettlementRecord s, PartyRecord p, Guid reader, bool disclosed)
    {
        bool own = p.EnvironmentId == reader;
        bool wallet = WalletVisible(p, reader, disclosed);
        bool name = wallet || (s.DiscloseName && p.EnvironmentId == s.EnvironmentId);
        bool hints = own || s.EnvironmentId == reader;
        return new JsonObject
        {
            ["id"] = p.Id.ToString(),
            ["role"] = p.Role,
            ["platform_id"] = p.PlatformId.ToString(),
            ["platform_slug"] = p.PlatformSlug,
            ["environment_id"] = own ? p.EnvironmentId.ToString() : null,
            ["external_reference"] = own ? p.ExternalReference : null,
            ["name"] = name ? p.Name : null,
            ["wallet_address"] = wallet ? p.Wallet?.ToString() : null,
            ["refund_address"] = wallet ? p.Refund?.ToString() : null,
            ["receive_address"] = wallet ? p.Receive?.ToString() : null,
            ["chain_id"] = wallet ? p.ChainId : null,
            ["asset_provider"] = own ? p.AssetProvider : null,
            ["lei"] = own ? p.Lei : null,
            ["status"] = p.Status,
            ["confirmed_at"] = Times.Text(p.ConfirmedAt),
            ["wallet_address_hint"] = hints ? p.WalletHint : null,
            ["counterparty_reference"] = hints ? p.CounterpartyReference : null,
            ["hint_matched"] = hints ? p.HintMatched : null,
            ["created_at"] = Times.Text(p.CreatedAt),
            ["updated_at"] = Times.Text(p.UpdatedAt),
        };
    }

    static JsonObject Leg(SettlementRecord s, LegRecord l, Guid reader, bool disclosed)
    {
        PartyRecord? giver = s.Parties.FirstOrDefault(p => p.Role == l.GiverRole), taker = s.Parties.FirstOrDefault(p => p.Role == l.TakerRole);
        bool giverVisible = WalletVisible(giver, reader, disclosed), takerVisible = WalletVisible(taker, reader, disclosed);
        bool own = s.EnvironmentId == reader;
        string status = l.MirrorStatus switch
        {
            "deposited" or "armed" => "locked",
            "released" => "released",
            "refunded" => "rolled_back",
            _ => s is { IsTerminal: true, Outcome: "failed" } ? "rolled_back" : "pending",
        };
        return new JsonObject
        {
            ["id"] = l.Id.ToString(),
            ["settlement_id"] = s.Id.ToString(),
            ["index"] = l.Index,
            ["leg_type"] = l.Type,
            ["instrument_id"] = l.AsSent,
            ["chain_id"] = s.ChainId,
            ["token_standard"] = l.Standard,
            ["quantity"] = l.Quantity,
            ["direction"] = l.Direction,
            ["party_role"] = l.PartyRole,
            ["recipient_role"] = l.RecipientRole,
            ["status"] = status,
            ["external_reference"] = own ? l.ExternalReference : null,
            ["token"] = new JsonObject { ["address"] = l.Token.ToString(), ["symbol"] = l.Symbol, ["decimals"] = l.Decimals },
            ["token_id"] = l.Standard == TokenStandards.Erc20 ? null : l.TokenId,
            ["amount"] = l.Amount,
            ["depositor"] = giverVisible ? giver!.Wallet?.ToString() : null,
            ["recipient"] = takerVisible ? taker!.Receive?.ToString() : null,
            ["refund_to"] = giverVisible ? giver!.Refund?.ToString() : null,
            // It stays on record after the money has moved on; a leg that was withdrawn is as if it had never been in.
            ["deposit"] = l.MirrorStatus is "deposited" or "armed" or "released" or "refunded" && s.Deposits.TryGetValue(l.Index, out DepositRecord? deposit)
                ? Move(s, deposit.Transaction, deposit.LogIndex, deposit.From) : null,
            ["release"] = l.MirrorStatus == "released" ? Move(s, Moved(l), l.LogIndex) : null,
            ["refund"] = l.MirrorStatus == "refunded" ? Move(s, Moved(l), l.LogIndex) : null,
            ["created_at"] = Times.Text(l.CreatedAt),
            ["updated_at"] = Times.Text(s.UpdatedAt),
        };
    }

    static ChainTransaction? Moved(LegRecord l) => l is { Transaction: { } hash, Block: { } block } ? new ChainTransaction(hash, block, l.BlockHash, l.BlockTime) : null;

    static JsonObject? Move(SettlementRecord s, ChainTransaction? transaction, int? logIndex, Address? from = null)
    {
        if (Transaction(s, transaction) is not { } move)
            return null;
        move.Insert(1, "log_index", logIndex);
        if (from is not null)
            move["from"] = from.ToString();
        return move;
    }

    static JsonObject? Transaction(SettlementRecord s, ChainTransaction? transaction) => transaction is null ? null : new JsonObject
    {
        ["hash"] = Hex.Encode(transaction.Hash),
        ["block_number"] = transaction.Block,
        ["block_hash"] = transaction.BlockHash is null ? null : Hex.Encode(transaction.BlockHash),
        ["confirmations"] = s.Head is { } head ? Math.Max(0, head.Number - transaction.Block + 1) : null,
        ["at"] = transaction.BlockTime is { } time ? Times.Text(DateTimeOffset.FromUnixTimeSeconds(time)) : null,
    };

    // Until the chain has it, the transaction that we offered is shown.
    static JsonObject? Transaction(SettlementRecord s, ChainTransaction? canonical, string purpose) =>
        Transaction(s, canonical) ?? (s.Intents.FirstOrDefault(i => i.Purpose == purpose && i.Status is "wanted" or "resting" or "done") is { Offered: { } hash }
            ? new JsonObject { ["hash"] = Hex.Encode(hash), ["block_number"] = null, ["block_hash"] = null, ["confirmations"] = 0, ["at"] = null }
            : null);

    static JsonObject? Confirmation(SettlementRecord s)
    {
        string[] pending = [.. s.Parties.Where(p => p.Status == "pending_confirmation").Select(p => p.Role)];
        return pending.Length == 0 || s.IsTerminal || s.Parties.Any(p => p.Status == "rejected") ? null
            : new JsonObject { ["pending_roles"] = new JsonArray([.. pending.Select(r => JsonValue.Create(r))]), ["deadline"] = Times.Text(s.ConfirmBy) };
    }

    // There are no terms, and so no id, before the settlement has passed compliance.
    static JsonObject? Escrow(SettlementRecord s)
    {
        if (s.EscrowId is null || s.Terms is not { } terms)
            return null;
        int funded = s.Legs.Count(l => l.MirrorStatus is "deposited" or "armed" or "released");
        bool failed = s is { IsTerminal: true, Outcome: "failed" };
        string? status = s.Escrow?.State switch
        {
            EscrowState.Executed => "executed",
            EscrowState.Cancelled => "cancelled",
            EscrowState.Open when failed => "expired",
            EscrowState.Open => funded == s.Legs.Count ? "funded" : "open",
            _ => failed ? null : "registering",
        };
        EscrowHeader header = terms.Header;
        return new JsonObject
        {
            ["chain_id"] = s.ChainId,
            ["contract_address"] = terms.Contract.ToString(),
            ["id"] = Hex.Encode(s.EscrowId),
            ["status"] = status,
            ["deposit_method"] = DepositMethod,
            ["deadline"] = Times.Text(DateTimeOffset.FromUnixTimeSeconds((long)header.Deadline)),
            ["not_before"] = header.NotBefore == 0 ? null : Times.Text(DateTimeOffset.FromUnixTimeSeconds((long)header.NotBefore)),
            ["operator"] = header.Operator.IsZero ? null : header.Operator.ToString(),
            ["gate"] = header.Gate.IsZero ? null : header.Gate.ToString(),
            ["salt"] = s.Salt is null ? null : Hex.Encode(s.Salt),
            ["register_tx"] = Transaction(s, s.Escrow?.Registered, "register"),
            ["execute_tx"] = Transaction(s, s.Escrow?.Executed, "execute_swap"),
            ["cancel_tx"] = Transaction(s, s.Escrow?.Cancelled, "cancel"),
            ["funded_legs"] = funded,
            ["total_legs"] = s.Legs.Count,
        };
    }

    static JsonObject? Rollback(SettlementRecord s)
    {
        if (s.RollbackReason is null)
            return null;
        LegRecord[] outstanding = [.. s.Legs.Where(l => l.MirrorStatus is "deposited")];
        IntentRecord?[] refunds = [.. outstanding.Select(l => s.Intents.FirstOrDefault(i => i.Purpose == "refund" && i.Part == l.Index))];
        return new JsonObject
        {
            ["status"] = s.IsTerminal ? "complete" : refunds.Any(r => r is { Status: "failed" } or { Status: "wanted", Attempts: >= SettlementEngine.BlockedAfter }) ? "blocked" : "in_progress",
            ["cause"] = s.RollbackReason,
            ["started_at"] = Times.Text(s.RollbackSince),
            ["legs_outstanding"] = new JsonArray([.. outstanding.Zip(refunds, (l, refund) => new JsonObject
            {
                ["leg_id"] = l.Id.ToString(),
                ["attempts"] = refund?.Attempts ?? 0,
                ["last_error"] = refund?.Reason,
                ["next_attempt_at"] = refund is { Status: "wanted" or "resting" } ? Times.Text(refund.DueAt) : null,
            })]),
        };
    }

    static JsonObject? Failure(SettlementRecord s)
    {
        if (s.Failure is null)
            return Rejection(s);
        JsonObject failure = (JsonObject)JsonNode.Parse(s.Failure)!;
        // Nobody learns from us who was stopped, or why.
        return s.IsCrossPlatform && (string?)failure["code"] == "compliance"
            ? new JsonObject { ["code"] = "compliance", ["message"] = "Not completed." }
            : failure;
    }

    // A rejection is known as soon as it was said; the engine moves the state a moment later.
    static JsonObject? Rejection(SettlementRecord s)
    {
        if (s.Parties.Where(p => p.Rejection is not null).MinBy(p => p.RejectedAt) is not { } party)
            return null;
        return new JsonObject
        {
            ["code"] = "rejected",
            ["message"] = (string?)JsonNode.Parse(party.Rejection!)!["reason"],
            ["by_platform"] = party.PlatformSlug,
            ["role"] = party.Role,
            ["at"] = Times.Text(party.RejectedAt),
        };
    }

    static JsonObject? Finality(SettlementRecord s)
    {
        if (s.State is not ("SETTLED" or "FINALIZED") || s.Escrow?.Executed is not { } executed)
            return null;
        bool finalized = s.State == "FINALIZED" || executed.Block <= s.Head?.Finalized;
        return new JsonObject { ["block_number"] = executed.Block, ["finalized"] = finalized, ["expected_at"] = finalized ? null : ExpectedFinality(s.Head, executed.Block) };
    }

    // By the pace between the finalized block and the head: the finalized one has to come as far as the executing one.
    static string? ExpectedFinality(ChainHead? head, long executed)
    {
        if (head is not { Finalized: >= 0 } || head.Number <= head.Finalized || head.FinalizedTime == 0)
            return null;
        double pace = (double)(head.Time - head.FinalizedTime) / (head.Number - head.Finalized);
        return Times.Text(DateTimeOffset.FromUnixTimeSeconds(head.Time + (long)Math.Ceiling(pace * (executed - head.Finalized))));
    }

    // That somebody was flagged is told to the platform of that party alone.
    static JsonObject? Compliance(SettlementRecord s) => s.ComplianceStatus switch
    {
        "review" when s.OwnPartyFlagged && s.RollbackReason is null => new JsonObject { ["status"] = "review", ["decidable"] = true },
        "checking" or "review" => new JsonObject { ["status"] = "checking" },
        "cleared" => new JsonObject { ["status"] = "cleared", ["cleared_at"] = Times.Text(s.ComplianceAt) },
        _ => null,
    };

    static JsonObject Iso(SettlementRecord s, Guid reader)
    {
        (string status, string? reason) = s.State switch
        {
            "INSTRUCTED" => ("PACK", (string?)null),
            "AWAITING_CONFIRMATION" => ("NMAT", "CMIS"),
            "COMPLIANCE_CHECKING" or "COMPLIANCE_CLEARED" => ("PEND", "COMP"),
            "REGISTERING_ESCROW" => ("PEND", "ESCR"),
            "AWAITING_DEPOSITS" => ("PEND", Awaited(s, reader)),
            "EXECUTING_SWAP" => ("PEND", "CYCL"),
            "SETTLED" or "FINALIZED" => ("sese.025", null),
            _ => ((string?)Failure(s)?["code"] == "rejected" ? "REJT" : "CAND", null),
        };
        return new JsonObject { ["status"] = status, ["reason"] = reason };
    }

    // What the reader itself has yet to bring: securities, else money; else it waits for the counterparty.
    static string Awaited(SettlementRecord s, Guid reader)
    {
        LegRecord[] own = [.. s.Legs.Where(l => l.MirrorStatus is not ("deposited" or "armed")
            && s.Parties.Any(p => p.Role == l.GiverRole && p.EnvironmentId == reader))];
        return own.Length == 0 ? "CMON" : own.Any(l => l.Type != "payment") ? "LACK" : "MONY";
    }
}
