using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Instruments;
using Keystone.Settlements.Read;
using Keystone.Webhooks.Messages;

namespace Keystone.Settlements.Advance;

/// <summary>Turns a decision into the events and messages that report it, each reader's as that reader may know it. Pure but for new ids.</summary>
internal sealed class OutcomeComposer(DueSettlement settlement, Template template, Decision decision, DateTimeOffset now)
{
    readonly List<(Guid, ComposedMessage)> _messages = [];

    /// <summary>What the terms commit to; null while a party has not confirmed.</summary>
    public string? Agreement { get; } = AgreementText.Of(settlement);

    /// <summary>Steps of the platform that instructed which are asked for now: the engine repeats a command, a platform is asked once.</summary>
    public IReadOnlyList<Command.Act> Acts { get; } =
    [
        .. decision.Commands.OfType<Command.Act>().Where(act => !settlement.Facts.Exists(fact => ActionFacts.Is(fact.Kind, fact.Body, ActionFacts.Required, act.State))),
    ];

    // A finding of screening ended the settlement, whoever ended it: an operator's order on a flagged settlement reads like every other stop.
    bool IsStop => settlement.ComplianceStop || (ReasonOfEnd is { } reason && (reason == FailureCode.Compliance || (reason == FailureCode.Operator && HasFinding)));

    FailureCode? ReasonOfEnd => decision.Failure ?? decision.Rollback?.Reason;

    bool HasFinding => settlement.ComplianceStatus is not "cleared" && settlement.Screened.Results.Any(one => one.Status is ScreeningStatus.Flagged or ScreeningStatus.Fail);

    public Outcome Compose(FrozenTerms? frozen)
    {
        StoredFailure? failure = Failure();
        if (settlement.Agreement is null && Agreement is not null) Agreed();
        Ordered();
        string[] legs = Legs();
        foreach (Command.Notify notify in decision.Commands.OfType<Command.Notify>())
            if (notify.Event.StartsWith("settlement.rollback.", StringComparison.Ordinal)) Rollback(notify.Event);
        foreach (Transition transition in decision.Transitions) State(transition, failure);
        if (decision.Commands.Any(command => command is Command.Notify { Event: "settlement.confirmation_required" })) Confirmation();
        foreach (Command.Act act in Acts) Act(act);
        string compliance = Compliance();
        if (compliance == "review" && settlement.ComplianceStatus != "review") Flagged();

        bool failedOnChain = decision is { Close: true, Failure: not null } && settlement.Terms is not null;
        RollbackInProgress? rollback = decision.Rollback
            ?? (failedOnChain ? new RollbackInProgress(decision.Failure!.Value, settlement.Rollback?.Since ?? now) : null);
        return new Outcome(
            decision.State, Agreement, IsStop, frozen, compliance, rollback is null ? null : CodeOf(rollback.Reason), rollback?.Since, rollback?.Blocked ?? false,
            failure is null ? null : JsonSerializer.Serialize(failure, AdvanceJson.Written.StoredFailure),
            [.. decision.Transitions.Select(transition => transition.To)], decision.Close, !decision.Close ? null : decision.Failure is null ? "finalized" : "failed",
            decision.Close ? null : frozen is not null ? now : decision.Wake.At, decision.Close ? default : decision.Wake, legs,
            settlement.Trail.Rows.Count > 0 || frozen is not null || compliance != settlement.ComplianceStatus, _messages);
    }

    // A party that screening stopped belongs to its platform alone. Everybody else reads the neutral sentence.
    bool MayKnow(Guid reader) => reader == AuditTrail.Operator || Stopped(reader).Count > 0;

    IReadOnlyList<StoppedParty> Stopped(Guid reader) =>
    [
        .. settlement.Screened.Results.Where(one => one.Status is ScreeningStatus.Flagged or ScreeningStatus.Fail).OrderBy(one => one.Layer)
            .SelectMany(one => settlement.Parties.Where(party => party.Party.Id == one.PartyId && (reader == AuditTrail.Operator || party.Party.EnvironmentId == reader))
                .Select(party => new StoppedParty(party.Party.Role, one.Layer == ScreeningLayer.Entity ? "entity" : "wallet"))),
    ];

    void State(Transition transition, StoredFailure? failure)
    {
        bool retreat = transition.Trigger == Trigger.Reorg;
        bool failed = failure is not null && transition.To == decision.State && decision.Close;
        bool Neutral(Guid reader) => failed && IsStop && !MayKnow(reader);
        IReadOnlyDictionary<Guid, int> numbers = Append("state", transition.From, transition.To, reader =>
        {
            JsonObject details = [];
            if (transition.Reason is not null && !Neutral(reader)) details["reason"] = transition.Reason;
            if (failed) details["failure_code"] = Neutral(reader) ? "compliance" : failure!.Code;
            if (failed && IsStop && MayKnow(reader)) details["stopped"] = Names(Stopped(reader));
            if (TransactionOf(transition) is { } transaction) details["transaction"] = transaction.ToString();
            return new AuditContents(Neutral(reader) ? "compliance" : TriggerOf(transition.Trigger), details);
        });
        Notify(numbers, (envelope, audience) => MessageComposer.State(envelope, new StateChange(
            settlement.Id, transition.To, transition.From, settlement.Type, settlement.ExternalReference, audience.Id == settlement.EnvironmentId,
            !failed ? null : Neutral(audience.Id) ? new MessageFailure("compliance", MessageOf(FailureCode.Compliance))
                : new MessageFailure(failure!.Code, failure.Message), retreat)));
    }

    // All sides have confirmed: each gets the text that the terms will commit to.
    void Agreed() => Append("agreement", settlement.State, settlement.State, _ => new AuditContents("engine", new JsonObject { ["agreement"] = Agreement }));

    // An operator's order is in the operator's chain alone; its consequences are events of their own.
    void Ordered()
    {
        if (ReasonOfEnd != FailureCode.Operator || settlement.Rollback is not null || settlement.Facts.LastOrDefault(fact => fact.Kind == "order") is not { } order) return;
        Append("order", settlement.State, settlement.State, reader => reader != AuditTrail.Operator ? null
            : new AuditContents("admin", new JsonObject { ["order"] = JsonNode.Parse(order.Body) }, order.Actor));
    }

    // What was reported of each leg is stored with the settlement: the mirror has states and does not know which changes were reported.
    string[] Legs()
    {
        if (settlement.Mirror is not { Head.IsHalted: false } || settlement.Terms is null || settlement.LegLogs is not { } logs) return settlement.ReportedLegs;
        string[] reported = new string[settlement.Terms.Legs.Length];
        for (int i = 0; i < reported.Length; i++)
        {
            (IReadOnlyList<LegReport> news, reported[i]) = LegReports.Compare(i < settlement.ReportedLegs.Length ? settlement.ReportedLegs[i] : "", logs[i]);
            foreach (LegReport report in news) Leg(i, report);
        }
        return reported;
    }

    void Leg(int index, LegReport report)
    {
        string status = report.Status switch
        {
            LegStatus.Deposited or LegStatus.Armed => "locked",
            LegStatus.Released => "released",
            LegStatus.Refunded => "rolled_back",
            _ => "pending",
        };
        string? name = report.IsRetreat ? "settlement.leg.retreated" : report.Status switch
        {
            LegStatus.Deposited or LegStatus.Armed => "settlement.leg.deposited",
            LegStatus.Withdrawn or LegStatus.Pending => "settlement.leg.withdrawn",
            LegStatus.Refunded => "settlement.leg.refunded",
            // The swap moves all legs at once; the state reports it.
            _ => null,
        };
        if (name is null) return;
        IReadOnlyDictionary<Guid, int> numbers = Append("leg", settlement.State, settlement.State, _ =>
        {
            JsonObject details = new() { ["leg_index"] = index, ["status"] = status };
            if (report.IsRetreat) (details["retreat"], details["cause"]) = (true, "reorg");
            else details["transaction"] = report.Transaction.ToString();
            return new AuditContents(report.IsRetreat ? "reorg" : "chain", details);
        });
        DueLeg leg = settlement.Legs[index];
        Notify(numbers, (envelope, _) => MessageComposer.Leg(envelope, new LegChange(
            name, settlement.Id, leg.Id, leg.Index, leg.Type, status, report.Transaction?.ToString(), report.IsRetreat)));
    }

    void Rollback(string name)
    {
        string cause = CodeOf((decision.Rollback ?? settlement.Rollback)?.Reason ?? decision.Failure ?? FailureCode.Timeout);
        string CauseFor(Guid reader) => IsStop && !MayKnow(reader) ? "compliance" : cause;
        IReadOnlyDictionary<Guid, int> numbers = Append("rollback", settlement.State, settlement.State,
            reader => new AuditContents("engine", new JsonObject { ["event"] = name, ["cause"] = CauseFor(reader) }));
        Notify(numbers, (envelope, audience) => MessageComposer.Rollback(envelope, name, settlement.Id, CauseFor(audience.Id)));
    }

    void Confirmation()
    {
        DueParty[] pending = [.. settlement.Parties.Where(party => party is { IsCounterparty: true, Party.Status: PartyStatus.PendingConfirmation })];
        EnvironmentView? initiator = settlement.Audiences.FirstOrDefault(audience => audience.Id == settlement.EnvironmentId);
        foreach (DueParty party in pending)
        {
            IReadOnlyDictionary<Guid, int> numbers = Append("confirmation_required", decision.State, decision.State,
                reader => reader != party.Party.EnvironmentId && reader != AuditTrail.Operator ? null
                    : new AuditContents("engine", new JsonObject { ["pending_roles"] = new JsonArray(JsonValue.Create(party.Party.Role)) }));
            TokenRegistry registry = settlement.Registries.GetValueOrDefault(party.Party.EnvironmentId) ?? new([]);
            Notify(numbers, (envelope, _) => MessageComposer.Confirmation(envelope, new ConfirmationRequest(
                settlement.Id, party.Party.Role, party.WalletHint, party.CounterpartyReference,
                [.. settlement.Legs.Select(leg => Leg(leg, registry, party.Party.EnvironmentId == settlement.EnvironmentId))],
                initiator?.PlatformSlug ?? "", initiator?.PlatformName ?? "", settlement.ConfirmBy, settlement.TimeoutAt)
            { Repo = settlement.Repo }));
        }
    }

    // Of the platform that instructed alone: the others read the state, and have nothing to do in it.
    void Act(Command.Act act)
    {
        IReadOnlyDictionary<Guid, int> numbers = Append(ActionFacts.Required, decision.State, decision.State,
            reader => reader != settlement.EnvironmentId && reader != AuditTrail.Operator ? null
                : new AuditContents("engine", new JsonObject { ["action"] = act.State, ["act_by"] = Timestamps.Seconds(act.EndsAt) }));
        Notify(numbers, (envelope, _) => MessageComposer.Action(envelope, new ActionRequest(settlement.Id, act.State, settlement.ExternalReference, act.EndsAt)));
    }

    // In the chain of the flagged party's platform and in the operator's; the others' numbers go on without it.
    void Flagged()
    {
        IReadOnlyDictionary<Guid, int> numbers = Append("compliance", decision.State, decision.State, reader => !MayKnow(reader) ? null
            : new AuditContents("compliance", new JsonObject { ["event"] = "flagged", ["stopped"] = Names(Stopped(reader)) }));
        Notify(numbers, (envelope, audience) => MessageComposer.Flagged(envelope, settlement.Id, Stopped(audience.Id)));
    }

    static JsonArray Names(IReadOnlyList<StoppedParty> stopped) =>
        new([.. stopped.Select(party => new JsonObject { ["role"] = party.Role, ["layer"] = party.Layer })]);

    string Compliance() => decision.Check switch
    {
        CheckStatus.Running => "checking",
        CheckStatus.Review => "review",
        CheckStatus.Cleared => "cleared",
        CheckStatus.Failed => "failed",
        _ => IsCheckOver ? "none" : settlement.ComplianceStatus,
    };

    // A check belongs to one visit of a state. When a reorg, a swap by another account or a deadline ends the visit, the check no longer counts.
    bool IsCheckOver => settlement.ComplianceStatus is "checking" or "review" or "failed" && decision is { Rollback: null, Failure: not FailureCode.Compliance }
        && template.ActionOf(decision.State) != ActionType.ComplianceCheck && !template.RecheckAtStates.Contains(decision.State, StringComparer.Ordinal);

    StoredFailure? Failure()
    {
        if (decision.Failure is not { } code) return null;
        if (code == FailureCode.Rejected
            && settlement.Facts.FirstOrDefault(fact => fact.Kind == "reject") is { } reject
            && settlement.Parties.FirstOrDefault(party => party.Party.Id == reject.PartyId) is { } by)
        {
            string? reason = JsonSerializer.Deserialize(reject.Body, AdvanceJson.Default.RejectBody)?.Reason;
            return new StoredFailure(CodeOf(code), reason ?? MessageOf(code), by.PlatformSlug, by.Party.Role, Timestamps.Text(reject.At));
        }
        if (code == FailureCode.Cancelled && settlement.Facts.Find(fact => fact.Kind == "cancel") is { } cancel
            && JsonSerializer.Deserialize(cancel.Body, FactJson.Default.FactBody) is { } asked)
            return new StoredFailure(CodeOf(code), asked.Reason ?? MessageOf(code), asked.PlatformSlug, Role: null, Timestamps.Text(cancel.At));
        return new StoredFailure(CodeOf(code), MessageOf(code), ByPlatform: null, Role: null, Timestamps.Text(now));
    }

    Hash32? TransactionOf(Transition transition) => transition.Trigger == Trigger.Chain && !template.IsEnd(transition.To)
        ? template.ActionOf(transition.From) switch
        {
            ActionType.RegisterEscrow => settlement.Escrow?.Registered?.Transaction,
            ActionType.ExecuteEscrow => settlement.Escrow?.Executed?.Transaction,
            _ => null,
        }
        : null;

    IReadOnlyDictionary<Guid, int> Append(string type, string? from, string to, Func<Guid, AuditContents?> contents) =>
        settlement.Trail.Append(new AuditEvent(type, from, to, settlement.Mirror?.Head.Revision ?? 0, now), contents);

    // To every environment whose chain has the event, with its number there.
    void Notify(IReadOnlyDictionary<Guid, int> numbers, Func<MessageEnvelope, EnvironmentView, ComposedMessage> compose)
    {
        foreach (EnvironmentView audience in settlement.Audiences)
            if (numbers.TryGetValue(audience.Id, out int number))
                _messages.Add((audience.Id, compose(new MessageEnvelope(Guid.CreateVersion7(now), now, number, audience.ApiVersion), audience)));
    }

    MessageLeg Leg(DueLeg leg, TokenRegistry registry, bool sentByReader) => new(leg.Id, leg.Type,
        registry.InstrumentId(leg.AsSent, leg.Instructed.Token, leg.Instructed.TokenId, sentByReader), leg.Quantity, leg.Direction, leg.PartyRole, leg.RecipientRole, settlement.ChainId,
        leg.Standard, leg.Instructed.Amount.ToString(), TokenOf(registry.View(leg.Instructed.Token, leg.Instructed.TokenId, leg.Decimals, leg.ClaimedSymbol)), leg.Instructed.Kind == TokenKind.Erc20 ? null : leg.Instructed.TokenId.ToString());

    static MessageToken TokenOf(TokenView token) =>
        new(token.Address, token.Symbol, token.Decimals, token.Registered, token.ClaimedSymbol, token.Resembles);

    static string TriggerOf(Trigger trigger) => trigger switch
    {
        Trigger.Answer => "api",
        Trigger.Compliance => "compliance",
        Trigger.Chain => "chain",
        Trigger.Timer => "timer",
        Trigger.Admin => "admin",
        Trigger.Reorg => "reorg",
        _ => "engine",
    };

    static string CodeOf(FailureCode code) => code switch
    {
        FailureCode.Rejected => "rejected",
        FailureCode.Compliance => "compliance",
        FailureCode.Cancelled => "cancelled",
        FailureCode.Operator => "operator",
        FailureCode.RegistrationFailed => "registration_failed",
        FailureCode.ActionFailed => "action_failed",
        _ => "timeout",
    };

    static string MessageOf(FailureCode code) => code switch
    {
        FailureCode.Rejected => "A counterparty rejected the settlement.",
        FailureCode.Compliance => "Not completed.",
        FailureCode.Cancelled => "The escrow was cancelled on the chain.",
        FailureCode.Operator => "An administrator ended the settlement.",
        FailureCode.RegistrationFailed => "The chain refused to register the escrow.",
        FailureCode.ActionFailed => "The platform that instructed the settlement reported that a step in its own systems failed.",
        _ => "The deadline passed before the settlement was complete.",
    };
}
