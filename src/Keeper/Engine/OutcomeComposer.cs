using System.Text.Json;
using Keystone.Ethereum;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Domain.Templates;
using Keystone.Postgres;
using Keystone.Settlements.Events;
using Keystone.Webhooks.Messages;

namespace Keystone.Keeper.Engine;

/// <summary>Composes the events and messages that report a decision. Pure, except that ids are new.</summary>
internal sealed class OutcomeComposer(DueSettlement settlement, Template template, Decision decision, DateTimeOffset now)
{
    readonly List<SettlementEvent> _events = [];
    readonly List<(Guid, ComposedMessage)> _messages = [];
    int _sequence = settlement.Sequence;

    public Outcome Compose(FrozenTerms? frozen)
    {
        StoredFailure? failure = Failure();
        string[] legs = Legs();
        foreach (Command.Notify notify in decision.Commands.OfType<Command.Notify>())
            if (notify.Event.StartsWith("settlement.rollback.", StringComparison.Ordinal)) Rollback(notify.Event);
        foreach (Transition transition in decision.Transitions) State(transition, failure);
        if (decision.Commands.Any(command => command is Command.Notify { Event: "settlement.confirmation_required" })) Confirmation();
        string compliance = Compliance();
        if (compliance == "review" && settlement.ComplianceStatus != "review") Flagged();

        bool failedOnChain = decision is { Close: true, Failure: not null } && settlement.Terms is not null;
        RollbackInProgress? rollback = decision.Rollback
            ?? (failedOnChain ? new RollbackInProgress(decision.Failure!.Value, settlement.Rollback?.Since ?? now) : null);
        return new Outcome(
            decision.State, _sequence, frozen, compliance, rollback is null ? null : CodeOf(rollback.Reason), rollback?.Since, rollback?.Blocked ?? false,
            failure is null ? null : JsonSerializer.Serialize(failure, EngineJson.Written.StoredFailure),
            [.. decision.Transitions.Select(transition => transition.To)], decision.Close, !decision.Close ? null : decision.Failure is null ? "finalized" : "failed",
            decision.Close ? null : frozen is not null ? now : decision.Wake.At, decision.Close ? default : decision.Wake, legs,
            // The other platform must see neither a flag nor its time.
            _events.Count > 0 || frozen is not null || (compliance != settlement.ComplianceStatus && compliance != "review"), _events, _messages);
    }

    void State(Transition transition, StoredFailure? failure)
    {
        bool retreat = transition.Trigger == Trigger.Reorg;
        bool failed = failure is not null && transition.To == decision.State && decision.Close;
        Append(Payload("state", transition.From, transition.To, TriggerOf(transition.Trigger)) with
        {
            Reason = transition.Reason,
            FailureCode = failed ? failure!.Code : null,
            Transaction = TransactionOf(transition)?.ToString(),
        });
        MessageFailure? reported = failed ? new MessageFailure(failure!.Code, failure.Message) : null;
        Notify(_ => true, (envelope, audience) => MessageComposer.State(envelope, new StateChange(
            settlement.Id, transition.To, transition.From, settlement.Type, settlement.ExternalReference, audience.EnvironmentId == settlement.EnvironmentId,
            reported, retreat)));
    }

    // The last reported status of each leg is stored with the settlement, because the mirror has the current status but not what was reported.
    string[] Legs()
    {
        if (settlement.Mirror is not { Head.IsHalted: false } || settlement.Escrow is not { } escrow) return settlement.ReportedLegs;
        string[] reported = new string[escrow.Legs.Length];
        for (int i = 0; i < reported.Length; i++)
        {
            string before = i < settlement.ReportedLegs.Length ? settlement.ReportedLegs[i] : Word(LegStatus.Pending);
            LegStatus status = escrow.Legs[i].Status;
            reported[i] = Word(status);
            if (reported[i] == before) continue;
            bool wasIn = before is "deposited" or "armed";
            (string Name, string Status, bool Retreat)? news = status switch
            {
                LegStatus.Deposited or LegStatus.Armed => ("settlement.leg.deposited", "locked", before is "released" or "refunded"),
                LegStatus.Withdrawn when wasIn => ("settlement.leg.withdrawn", "pending", false),
                LegStatus.Pending when before is not "withdrawn" => ("settlement.leg.withdrawn", "pending", true),
                LegStatus.Refunded => ("settlement.leg.refunded", "rolled_back", false),
                _ => null,
            };
            if (news is null) continue;
            Hash32? transaction = news.Value.Retreat ? null : escrow.Legs[i].Changed?.Transaction;
            string trigger = news.Value.Retreat ? "reorg" : "chain";
            Append(Payload("leg", settlement.State, settlement.State, trigger) with { LegIndex = i, Status = news.Value.Status, Transaction = transaction?.ToString() });
            DueLeg leg = settlement.Legs[i];
            Notify(_ => true, (envelope, _) => MessageComposer.Leg(envelope, new LegChange(
                news.Value.Name, settlement.Id, leg.Id, leg.Index, leg.Type, news.Value.Status, transaction?.ToString(), news.Value.Retreat)));
        }
        return reported;
    }

    void Rollback(string name)
    {
        string cause = CodeOf((decision.Rollback ?? settlement.Rollback)?.Reason ?? decision.Failure ?? FailureCode.Timeout);
        Append(Payload("rollback", settlement.State, settlement.State, "engine") with { Event = name, Cause = cause });
        Notify(_ => true, (envelope, _) => MessageComposer.Rollback(envelope, name, settlement.Id, cause));
    }

    void Confirmation()
    {
        DueParty[] pending = [.. settlement.Parties.Where(party => party is { IsCounterparty: true, Party.Status: PartyStatus.PendingConfirmation })];
        Audience? initiator = settlement.Audiences.FirstOrDefault(audience => audience.EnvironmentId == settlement.EnvironmentId);
        foreach (DueParty party in pending)
        {
            Append(Payload("confirmation", decision.State, decision.State, "engine") with { PendingRoles = [party.Party.Role] });
            Notify(audience => audience.EnvironmentId == party.Party.EnvironmentId, (envelope, _) => MessageComposer.Confirmation(envelope, new ConfirmationRequest(
                settlement.Id, party.Party.Role, party.WalletHint, party.CounterpartyReference, [.. settlement.Legs.Select(Leg)],
                initiator?.PlatformSlug ?? "", initiator?.PlatformName ?? "", settlement.ConfirmBy, settlement.TimeoutAt)));
        }
    }

    // Not an event: both platforms read the audit trail, and only the party's own platform may see a flag.
    void Flagged()
    {
        Guid[] flagged = [.. settlement.Screened.Results.Where(one => one.Status == ScreeningStatus.Flagged).Select(one => one.PartyId)];
        foreach (IGrouping<Guid, DueParty> owner in settlement.Parties.Where(party => flagged.Contains(party.Party.Id)).GroupBy(party => party.Party.EnvironmentId))
            Notify(audience => audience.EnvironmentId == owner.Key,
                (envelope, _) => MessageComposer.Flagged(envelope, settlement.Id, [.. owner.Select(party => party.Party.Role)]));
    }

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
            string? reason = JsonSerializer.Deserialize(reject.Body, EngineJson.Default.RejectBody)?.Reason;
            return new StoredFailure(CodeOf(code), reason ?? MessageOf(code), by.PlatformSlug, by.Party.Role, Timestamps.Text(reject.At));
        }
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

    EventPayload Payload(string type, string from, string to, string trigger) => new()
    {
        SettlementId = settlement.Id,
        Sequence = _sequence + 1,
        Type = type,
        FromState = from,
        ToState = to,
        TriggeredBy = trigger,
        CreatedAt = Timestamps.Text(now),
    };

    void Append(EventPayload payload) => _events.Add(new SettlementEvent(Guid.CreateVersion7(now), ++_sequence, payload.Type, payload.FromState, payload.ToState,
        payload.TriggeredBy, settlement.Mirror?.Head.Revision ?? 0, payload.ToCanonicalJson(), now));

    void Notify(Func<Audience, bool> whom, Func<MessageEnvelope, Audience, ComposedMessage> compose)
    {
        foreach (Audience audience in settlement.Audiences.Where(whom))
            _messages.Add((audience.EnvironmentId, compose(new MessageEnvelope(Guid.CreateVersion7(now), now, _sequence, audience.ApiVersion), audience)));
    }

    MessageLeg Leg(DueLeg leg) => new(leg.Id, leg.Type, leg.AsSent, leg.Quantity, leg.Direction, leg.PartyRole, leg.RecipientRole, settlement.ChainId,
        leg.Standard, leg.Instructed.Amount.ToString(), leg.Instructed.Kind == TokenKind.Erc20 ? null : leg.Instructed.TokenId.ToString());

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
        _ => "timeout",
    };

    static string MessageOf(FailureCode code) => code switch
    {
        FailureCode.Rejected => "A counterparty rejected the settlement.",
        FailureCode.Compliance => "Not completed.",
        FailureCode.Cancelled => "The escrow was cancelled on the chain.",
        FailureCode.Operator => "An administrator ended the settlement.",
        FailureCode.RegistrationFailed => "The chain refused to register the escrow.",
        _ => "The deadline passed before the settlement was complete.",
    };

    static string Word(LegStatus status) => status switch
    {
        LegStatus.Deposited => "deposited",
        LegStatus.Armed => "armed",
        LegStatus.Withdrawn => "withdrawn",
        LegStatus.Released => "released",
        LegStatus.Refunded => "refunded",
        _ => "pending",
    };
}
