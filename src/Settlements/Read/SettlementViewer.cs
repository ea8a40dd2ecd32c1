using System.Text.Json;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.FactLog;
using Keystone.Transactions;

namespace Keystone.Settlements.Read;

/// <summary>Composes the settlement object as one environment may read it.</summary>
internal static class SettlementViewer
{
    const string DepositMethod =
        "call deposit() from the depositor; a plain token transfer to this address is NOT a deposit and cannot be returned";

    public static SettlementView View(SettlementRecord s, Guid reader)
    {
        bool initiator = s.EnvironmentId == reader;
        // Before its own confirmation a counterparty sees what it is asked for, not the other side.
        bool disclosed = initiator || s.Parties.Where(p => p.EnvironmentId == reader).All(p => p.Status == "confirmed");
        return new SettlementView(
            Id: s.Id,
            IdempotencyKey: initiator ? s.IdempotencyKey : null,
            PlatformId: s.PlatformId,
            EnvironmentId: initiator ? s.EnvironmentId : null,
            TemplateId: s.TemplateId,
            TemplateSlug: s.TemplateSlug,
            TemplateVersion: s.TemplateVersion,
            ExternalReference: initiator ? s.ExternalReference : null,
            SettlementType: s.Type,
            SettlementCategory: s.Category,
            ParentSettlementId: s.Parent,
            MaturityAt: s.Repo?.ClosesAt,
            TradeReference: s.TradeReference,
            Repo: s.Repo,
            State: s.State,
            Sequence: s.Sequence,
            IsTerminal: s.IsTerminal,
            Parties: [.. s.Parties.Select(p => Party(s, p, reader, disclosed))],
            Legs: [.. s.Legs.Select(l => Leg(s, l, reader, disclosed))],
            Confirmation: Confirmation(s),
            Hold: HoldOf(s, reader),
            Cancellation: Cancellation(s),
            Escrow: Escrow(s),
            Rollback: Rollback(s, reader),
            Failure: Failure(s, reader),
            Finality: Finality(s),
            Compliance: Compliance(s),
            Costs: new CostsView(s.Cost?.Gas ?? 0, (s.Cost?.Wei ?? UInt256.Zero).ToString(), s.Cost?.Transactions ?? 0),
            Iso: IsoStatus.Of(s, reader, HoldOf(s, reader), Failure(s, reader)),
            ReplacesSettlementId: s.Replaces,
            ReplacedBySettlementId: s.ReplacedBy,
            NotBefore: s.NotBefore,
            TimeoutAt: s.TimeoutAt,
            CreatedAt: s.CreatedAt,
            UpdatedAt: s.UpdatedAt);
    }

    static bool WalletVisible(PartyRecord? p, Guid reader, bool disclosed) => p is not null && (p.EnvironmentId == reader || (disclosed && p.Status == "confirmed"));

    static PartyView Party(SettlementRecord s, PartyRecord p, Guid reader, bool disclosed)
    {
        bool own = p.EnvironmentId == reader;
        bool wallet = WalletVisible(p, reader, disclosed);
        bool name = wallet || (s.Owner.DisclosesName && p.EnvironmentId == s.EnvironmentId);
        bool hints = own || s.EnvironmentId == reader;
        return new PartyView(
            Id: p.Id,
            Role: p.Role,
            PlatformId: p.PlatformId,
            PlatformSlug: p.PlatformSlug,
            EnvironmentId: own ? p.EnvironmentId : null,
            ExternalReference: own ? p.ExternalReference : null,
            Name: name ? p.Name : null,
            WalletAddress: wallet ? p.Wallet?.ToString() : null,
            RefundAddress: wallet ? p.Refund?.ToString() : null,
            ReceiveAddress: wallet ? p.Receive?.ToString() : null,
            ChainId: wallet ? p.ChainId : null,
            AssetProvider: own ? p.AssetProvider : null,
            Lei: own ? p.Lei : null,
            DateOfBirth: own ? p.DateOfBirth : null,
            Country: own ? p.Country : null,
            Status: p.Status,
            ConfirmedAt: p.ConfirmedAt,
            WalletAddressHint: hints ? p.WalletHint : null,
            CounterpartyReference: hints ? p.CounterpartyReference : null,
            HintMatched: hints ? p.HintMatched : null,
            CreatedAt: p.CreatedAt,
            UpdatedAt: p.UpdatedAt);
    }

    static LegView Leg(SettlementRecord s, LegRecord l, Guid reader, bool disclosed)
    {
        PartyRecord? giver = s.Parties.FirstOrDefault(p => p.Role == l.GiverRole), taker = s.Parties.FirstOrDefault(p => p.Role == l.TakerRole);
        bool giverVisible = WalletVisible(giver, reader, disclosed), takerVisible = WalletVisible(taker, reader, disclosed);
        bool own = s.EnvironmentId == reader;
        LegSnapshot? mirrored = s.InEscrow(l);
        string status = mirrored?.Status switch
        {
            LegStatus.Deposited or LegStatus.Armed => "locked",
            LegStatus.Released => "released",
            LegStatus.Refunded => "rolled_back",
            _ => s is { IsTerminal: true, Outcome: "failed" } ? "rolled_back" : "pending",
        };
        return new LegView(
            Id: l.Id,
            SettlementId: s.Id,
            Index: l.Index,
            LegType: l.Type,
            InstrumentId: s.Registry.InstrumentId(l.AsSent, l.Token, UInt256.Parse(l.TokenId), own),
            ChainId: s.ChainId,
            TokenStandard: l.Standard,
            Quantity: l.Quantity,
            Direction: l.Direction,
            PartyRole: l.PartyRole,
            RecipientRole: l.RecipientRole,
            Status: status,
            ExternalReference: own ? l.ExternalReference : null,
            Token: s.Registry.View(l.Token, UInt256.Parse(l.TokenId), l.Decimals, l.ClaimedSymbol),
            TokenId: l.Standard == TokenStandards.Erc20 ? null : l.TokenId,
            Amount: l.Amount,
            CustodyMode: s.Terms is { } terms && l.Index < terms.Legs.Length ? CustodyOf(terms.Legs[l.Index].Mode) : null,
            Depositor: giverVisible ? giver!.Wallet?.ToString() : null,
            Recipient: takerVisible ? taker!.Receive?.ToString() : null,
            RefundTo: giverVisible ? giver!.Refund?.ToString() : null,
            // The deposit is shown after the swap or a refund, too; a withdrawn leg is shown as if it had never been deposited.
            Deposit: mirrored is { IsIn: true } or { Status: LegStatus.Released or LegStatus.Refunded } ? Move(s, mirrored.Deposited, mirrored.Terms?.From) : null,
            Release: mirrored?.Status == LegStatus.Released ? Move(s, mirrored.Changed) : null,
            Refund: mirrored?.Status == LegStatus.Refunded ? Move(s, mirrored.Changed) : null,
            CreatedAt: l.CreatedAt,
            UpdatedAt: s.UpdatedAt);
    }

    static string CustodyOf(CustodyMode mode) => mode switch { CustodyMode.Checked => "checked", CustodyMode.Direct => "direct", _ => "custody" };

    static TransactionView? Move(SettlementRecord s, LogPosition? log, Address? from = null) =>
        log is { } at ? Transaction(s, at.InTransaction)! with { LogIndex = at.LogIndex, From = from?.ToString() } : null;

    static TransactionView? Transaction(SettlementRecord s, TransactionPosition? transaction) => transaction is not { } at ? null : new TransactionView(
        Hash: at.Transaction.ToString(),
        LogIndex: null,
        BlockNumber: at.Block,
        BlockHash: s.Blocks.TryGetValue(at.Block, out MirroredBlock block) ? block.Hash.ToString() : null,
        Confirmations: s.Head is { } head ? Math.Max(0, head.Number - at.Block + 1) : null,
        At: s.Blocks.ContainsKey(at.Block) ? block.Time.ToDateTime() : null,
        From: null);

    // Until it is on the chain, the transaction that was broadcast is shown.
    static TransactionView? Transaction(SettlementRecord s, TransactionPosition? canonical, params string[] purposes) =>
        Transaction(s, canonical)
        ?? (s.Intents.FirstOrDefault(i => purposes.Contains(i.Name.Purpose) && i.State is IntentState.Wanted or IntentState.Resting or IntentState.Done) is { Transaction: { } hash }
            ? new TransactionView(hash.ToString(), null, null, null, 0, null, null) : null);

    static ConfirmationView? Confirmation(SettlementRecord s)
    {
        string[] pending = [.. s.Parties.Where(p => p.Status == "pending_confirmation").Select(p => p.Role)];
        return pending.Length == 0 || s.IsTerminal || s.Parties.Any(p => p.Status == "rejected") ? null : new ConfirmationView(pending, s.ConfirmBy);
    }

    static HoldView HoldOf(SettlementRecord s, Guid reader) => new(s.Holds.Contains(reader), s.Holds.Any(side => side != reader));

    internal static CancellationView? Cancellation(SettlementRecord s)
    {
        ReadFact[] requests = [.. s.Facts.Where(fact => fact.Kind == "cancel_request")];
        if (requests.Length == 0)
            return null;
        bool effective = s.Facts.Any(fact => fact.Kind == "cancel");
        string status = s.State is "SETTLED" or "FINALIZED" || s.Escrow?.IsExecuted == true ? "too_late"
            : !effective ? s.IsTerminal ? "too_late" : "requested" : s.IsTerminal ? "complete" : "effective";
        return new CancellationView(status,
            [.. requests.Select(fact => new CancelRequestView(s.SlugOf(fact.Environment!.Value), JsonSerializer.Deserialize(fact.Body, FactJson.Default.FactBody)!.Reason, fact.At))],
            status != "requested" ? [] : [.. s.Parties.Select(p => p.EnvironmentId).Append(s.EnvironmentId).Distinct()
                .Where(side => requests.All(fact => fact.Environment != side)).Select(s.SlugOf)]);
    }

    // There are no terms, and so no id, before the settlement has passed compliance.
    static EscrowView? Escrow(SettlementRecord s)
    {
        if (s.EscrowId is null || s.Terms is not { } terms)
            return null;
        int funded = s.Legs.Count(l => s.InEscrow(l) is { IsIn: true } or { Status: LegStatus.Released });
        bool failed = s is { IsTerminal: true, Outcome: "failed" };
        string? status = s.Escrow?.State switch
        {
            EscrowState.Executed => "executed",
            EscrowState.Cancelled => "cancelled",
            EscrowState.Open when failed => "expired",
            EscrowState.Open => s.Escrow.IsFull ? "funded" : "open",
            _ => failed ? null : "registering",
        };
        EscrowHeader header = terms.Header;
        return new EscrowView(
            ChainId: s.ChainId,
            ContractAddress: terms.Contract.ToString(),
            Id: Hex.Encode(s.EscrowId),
            Status: status,
            DepositMethod: DepositMethod,
            Deadline: header.Deadline.ToDateTime(),
            NotBefore: header.NotBefore == default ? null : header.NotBefore.ToDateTime(),
            Operator: header.Operator.IsZero ? null : header.Operator.ToString(),
            Gate: header.Gate.IsZero ? null : header.Gate.ToString(),
            Salt: s.Salt is null ? null : Hex.Encode(s.Salt),
            Ref: header.Ref.ToString(),
            Commitment: header.Commitment.ToString(),
            RegisterTx: Transaction(s, s.Escrow?.Registered, "register"),
            ExecuteTx: Transaction(s, s.Escrow?.Executed, "execute_swap", "settle_signed"),
            CancelTx: Transaction(s, s.Escrow?.Cancelled, "cancel"),
            FundedLegs: funded,
            TotalLegs: s.Legs.Count);
    }

    static RollbackView? Rollback(SettlementRecord s, Guid reader)
    {
        if (s.RollbackReason is null)
            return null;
        LegRecord[] outstanding = [.. s.Legs.Where(l => s.InEscrow(l) is { IsHeld: true })];
        IntentProgress?[] refunds = [.. outstanding.Select(l => s.Intents.FirstOrDefault(i => i.Name.Purpose == "refund" && i.Name.Part == l.Index))];
        return new RollbackView(
            Status: s.IsTerminal ? "complete"
                : refunds.Any(r => r is { State: IntentState.Failed } or { State: IntentState.Wanted, Attempts: >= SettlementEngine.BlockedAfter }) ? "blocked" : "in_progress",
            Cause: IsNeutral(s, reader) ? "compliance" : s.RollbackReason,
            StartedAt: s.RollbackSince,
            LegsOutstanding: [.. outstanding.Zip(refunds, (leg, refund) => new OutstandingLegView(
                leg.Id, refund?.Attempts ?? 0, RevertReason.OfStored(refund?.LastReason), refund is { State: IntentState.Wanted or IntentState.Resting } ? refund.DueAt : null))]);
    }

    // The other side must not learn that, whose or how a party was stopped: a list, a hard fail, a person's decision and an operator's order read the same.
    static bool IsNeutral(SettlementRecord s, Guid reader) => s.ComplianceStop && s.Stopped.Count == 0 && s.Parties.Any(p => p.EnvironmentId != reader);

    static FailureView? Failure(SettlementRecord s, Guid reader)
    {
        if (s.Failure is null)
            return Rejection(s);
        FailureView failure = JsonSerializer.Deserialize(s.Failure, ReadJson.Default.FailureView)!;
        return IsNeutral(s, reader) || failure.Code == "compliance" ? new FailureView("compliance", "Not completed.") : failure;
    }

    // A rejection is shown as soon as it is stored; the engine moves the state a moment later.
    static FailureView? Rejection(SettlementRecord s)
    {
        if (s.Parties.Where(p => p.Rejection is not null).MinBy(p => p.RejectedAt) is not { } party)
            return null;
        string reason = JsonSerializer.Deserialize(party.Rejection!, ConfirmJson.Default.RejectedReason)!.Reason;
        return new FailureView("rejected", reason, party.PlatformSlug, party.Role, party.RejectedAt);
    }

    static FinalityView? Finality(SettlementRecord s)
    {
        if (s.State is not ("SETTLED" or "FINALIZED") || s.Escrow?.Executed is not { } executed)
            return null;
        bool finalized = s.State == "FINALIZED" || executed.Block <= s.Head?.Finalized;
        return new FinalityView(executed.Block, finalized, finalized ? null : ExpectedFinality(s.Head, executed.Block));
    }

    // Extrapolates the time per block between the finalized block and the head.
    internal static DateTimeOffset? ExpectedFinality(ChainHead? head, long executed)
    {
        if (head is not { Finalized: >= 0 } || head.Number <= head.Finalized || head.FinalizedTime == default)
            return null;
        double pace = (head.Time.ToDateTime() - head.FinalizedTime.ToDateTime()).TotalSeconds / (head.Number - head.Finalized);
        return head.Time.ToDateTime().AddSeconds(Math.Ceiling(pace * (executed - head.Finalized)));
    }

    // Only the platform of a flagged party reads that it was flagged.
    static ComplianceView? Compliance(SettlementRecord s) => s.ComplianceStatus switch
    {
        _ when s is { ComplianceStop: true, Stopped.Count: > 0 } => new ComplianceView("failed", Stopped: [.. s.Stopped]),
        _ when s.ComplianceStop => null,
        "review" when s.Stopped.Count > 0 && s.RollbackReason is null =>
            new ComplianceView("review", Decidable: s is { IsTerminal: false, IsUndecided: true } ? true : null, Stopped: [.. s.Stopped]),
        "checking" or "review" => new ComplianceView("checking"),
        "cleared" => new ComplianceView("cleared", ClearedAt: s.ComplianceAt),
        _ => null,
    };
}
