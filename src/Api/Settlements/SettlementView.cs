using System.Text.Json.Nodes;
using Keystone.Api.Conduct;
using Keystone.Ethereum;

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
            ["iso"] = Iso(s),
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
            ["token_id"] = null,
            ["amount"] = l.Amount,
            ["depositor"] = giverVisible ? giver!.Wallet?.ToString() : null,
            ["recipient"] = takerVisible ? taker!.Receive?.ToString() : null,
            ["refund_to"] = giverVisible ? giver!.Refund?.ToString() : null,
            ["deposit"] = status == "locked" ? Move(s, l, giverVisible ? giver!.Wallet : null) : null,
            ["release"] = status == "released" ? Move(s, l, null) : null,
            ["refund"] = l.MirrorStatus == "refunded" ? Move(s, l, null) : null,
            ["created_at"] = Times.Text(l.CreatedAt),
            ["updated_at"] = Times.Text(s.UpdatedAt),
        };
    }

    static JsonObject? Move(SettlementRecord s, LegRecord l, Address? from)
    {
        if (l.Transaction is null)
            return null;
        JsonObject move = new()
        {
            ["hash"] = Hex.Encode(l.Transaction),
            ["log_index"] = l.LogIndex,
            ["block_number"] = l.Block,
            ["block_hash"] = l.BlockHash is null ? null : Hex.Encode(l.BlockHash),
            ["confirmations"] = Confirmations(s, l.Block),
            ["at"] = l.BlockTime is { } time ? Times.Text(DateTimeOffset.FromUnixTimeSeconds(time)) : null,
        };
        if (from is not null)
            move["from"] = from.ToString();
        return move;
    }

    static long? Confirmations(SettlementRecord s, long? block) => block is { } number && s.Escrow is { } escrow ? Math.Max(0, escrow.Head - number + 1) : null;

    static JsonObject? Confirmation(SettlementRecord s)
    {
        string[] pending = [.. s.Parties.Where(p => p.Status == "pending_confirmation").Select(p => p.Role)];
        return pending.Length == 0 || s.IsTerminal ? null
            : new JsonObject { ["pending_roles"] = new JsonArray([.. pending.Select(r => JsonValue.Create(r))]), ["deadline"] = Times.Text(s.ConfirmBy) };
    }

    static JsonObject? Escrow(SettlementRecord s)
    {
        if (s.EscrowId is null || s.EscrowContract is null)
            return null;
        int funded = s.Legs.Count(l => l.MirrorStatus is "deposited" or "armed" or "released");
        string status = s.Escrow?.State switch
        {
            2 => "executed",
            3 => "cancelled",
            1 when s is { IsTerminal: true, Outcome: "failed" } => "expired",
            1 => funded == s.Legs.Count ? "funded" : "open",
            _ => "registering",
        };
        return new JsonObject
        {
            ["chain_id"] = s.ChainId,
            ["contract_address"] = new Address(s.EscrowContract).ToString(),
            ["id"] = Hex.Encode(s.EscrowId),
            ["status"] = status,
            ["deposit_method"] = DepositMethod,
            ["deadline"] = Times.Text(s.TimeoutAt),
            ["not_before"] = null,
            ["salt"] = s.Salt is null ? null : Hex.Encode(s.Salt),
            ["register_tx"] = Transaction(s, s.Escrow?.RegisteredTx, s.Escrow?.RegisteredBlock),
            ["execute_tx"] = Transaction(s, s.Escrow?.ExecutedTx, s.Escrow?.ExecutedBlock),
            ["cancel_tx"] = Transaction(s, s.Escrow?.CancelledTx, s.Escrow?.CancelledBlock),
            ["funded_legs"] = funded,
            ["total_legs"] = s.Legs.Count,
        };
    }

    static JsonObject? Transaction(SettlementRecord s, byte[]? hash, long? block) => hash is null ? null
        : new JsonObject { ["hash"] = Hex.Encode(hash), ["block_number"] = block, ["confirmations"] = Confirmations(s, block) };

    static JsonObject? Rollback(SettlementRecord s) => s.RollbackReason is null ? null : new JsonObject
    {
        ["status"] = s.IsTerminal ? "complete" : "in_progress",
        ["cause"] = s.RollbackReason,
        ["started_at"] = Times.Text(s.RollbackSince),
        ["legs_outstanding"] = new JsonArray([.. s.Legs.Where(l => l.MirrorStatus is "deposited" or "armed")
            .Select(l => new JsonObject { ["leg_id"] = l.Id.ToString() })]),
    };

    static JsonNode? Failure(SettlementRecord s)
    {
        if (s.Failure is null || JsonNode.Parse(s.Failure) is not JsonObject failure)
            return null;
        // Nobody learns from us who was stopped, or why.
        if (s.IsCrossPlatform && (string?)failure["code"] == "compliance")
            return new JsonObject { ["code"] = "compliance", ["message"] = "Not completed." };
        return failure;
    }

    static JsonObject? Finality(SettlementRecord s) => s.Escrow is { ExecutedBlock: { } block, Finalized: var finalized } && s.State is "SETTLED" or "FINALIZED"
        ? new JsonObject { ["block_number"] = s.Escrow!.ExecutedBlock, ["finalized"] = s.State == "FINALIZED" || s.Escrow.ExecutedBlock <= s.Escrow.Finalized, ["expected_at"] = null }
        : null;

    static JsonObject? Compliance(SettlementRecord s) => s.ComplianceStatus switch
    {
        "checking" or "review" => new JsonObject { ["status"] = "checking" },
        "cleared" => new JsonObject { ["status"] = "cleared", ["cleared_at"] = Times.Text(s.ComplianceAt) },
        _ => null,
    };

    static JsonObject Iso(SettlementRecord s)
    {
        (string status, string? reason) = s.State switch
        {
            "INSTRUCTED" => ("PACK", (string?)null),
            "AWAITING_CONFIRMATION" => ("NMAT", "CMIS"),
            "COMPLIANCE_CHECKING" or "COMPLIANCE_CLEARED" => ("PEND", "COMP"),
            "REGISTERING_ESCROW" => ("PEND", "ESCR"),
            "AWAITING_DEPOSITS" => ("PEND", s.Legs.Any(l => l.Type == "asset" && l.MirrorStatus is not ("deposited" or "armed")) ? "LACK" : "MONY"),
            "EXECUTING_SWAP" => ("PEND", "CYCL"),
            "SETTLED" or "FINALIZED" => ("sese.025", null),
            _ => (s.RollbackReason == "rejected" ? "REJT" : "CAND", null),
        };
        return new JsonObject { ["status"] = status, ["reason"] = reason };
    }
}
