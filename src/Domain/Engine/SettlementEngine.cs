using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Domain.Templates;

namespace Keystone.Domain.Engine;

/// <summary>Decides what a settlement does next. Pure: the same arguments give the same decision. Runs to a fixed point.</summary>
/// <remarks>
/// It follows the fold of the chain and never its own plans: a swap that somebody else executed counts like ours, and what the chain takes
/// back is taken back here, until the block is finalized.
/// </remarks>
public static class SettlementEngine
{
    /// <summary>Shortest time to the deadline with which terms are still published.</summary>
    public static readonly TimeSpan LeastTimeToPublish = TimeSpan.FromSeconds(30);

    /// <summary>Time between two looks at a registration that has not been mined: nothing tells of one that is refused.</summary>
    public static readonly TimeSpan RegistrationRecheck = TimeSpan.FromSeconds(15);

    /// <summary>Times that a refund may be refused before people are told, and a registration before it counts as impossible.</summary>
    public const int BlockedAfter = 3;

    /// <summary>Round of the first check; a re-check's number is that of the states come through until then.</summary>
    public const int FirstRound = 1;

    /// <summary>The decision. Never throws for what platforms, people or chains may say.</summary>
    public static Decision Decide(SettlementSnapshot settlement, Template template, Facts facts)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(facts);
        Run run = new(settlement, template, facts);
        // Each step moves along a finite path, so this bound is never met by a template that was accepted.
        for (int i = 0; i < 4 * template.Transitions.Count && run.Step(); i++)
        {
        }
        return run.ToDecision();
    }

    sealed class Run(SettlementSnapshot settlement, Template template, Facts facts)
    {
        readonly List<Transition> _transitions = [];
        readonly List<Command> _commands = [];
        // Null before the terms are frozen. Once they are, the escrow has their deadline and legs, whatever the chain has shown of them.
        readonly EscrowSnapshot? _escrow = settlement.Terms is { } terms ? facts.Chain.Escrow?.With(terms) ?? EscrowSnapshot.Unseen(terms) : null;
        string _state = settlement.State;
        RollbackInProgress? _rollback = settlement.Rollback;
        FailureCode? _failure;
        bool _closed = settlement.Closed;
        Wake _wake;
        CheckStatus? _check;

        ChainHead Head => facts.Chain.Head;

        ChainTime Deadline => settlement.Terms?.Header.Deadline ?? ChainTime.FromDateTime(settlement.TimeoutAt);

        bool IsPast => _escrow?.IsPast(Head) == true;

        bool IsExecuted => _escrow?.IsExecuted == true;

        bool IsCancelled => _escrow?.IsCancelled == true;

        bool IsFull => _escrow?.IsFull == true;

        bool IsSeen => _escrow is { State: not EscrowState.None };

        // Once the terms are published nobody's hold binds: the parties can settle without this service.
        bool IsHeldBack => facts.IsHeld && template.ActionOf(template.After(_state)) == ActionType.RegisterEscrow;

        bool IsRechecked => template.RecheckAtStates.Contains(_state, StringComparer.Ordinal);

        int Round => template.ActionOf(_state) == ActionType.ComplianceCheck ? FirstRound : settlement.Visited + _transitions.Count;

        internal Decision ToDecision() => new(_state, [.. _transitions], [.. _commands.Distinct()], _wake, _rollback, _failure, _closed, _check);

        /// <summary>One move; false when there is none to make now.</summary>
        internal bool Step()
        {
            if (_closed || template.IsEnd(_state))
                return false;
            ActionType action = template.ActionOf(_state);
            bool published = action is ActionType.RegisterEscrow or ActionType.MonitorDeposits or ActionType.ExecuteEscrow or ActionType.Finalize
                && settlement.Terms is not null;
            if (published && Head.IsHalted)
            {
                // What the mirror shows is not believed, and nothing else would bring the settlement back when the halt ends: any height does.
                _wake = new Wake(null, 0, null, null);
                return false;
            }
            if (published && (Retreat(action) || RollBack(action)))
                return !_closed && _rollback is null;
            // A swap that somebody executed past us is a fact that no check undoes.
            if (IsRechecked && !IsExecuted && Recheck() is { } moved)
                return moved;
            return action switch
            {
                ActionType.AwaitConfirmation => Confirmation(),
                ActionType.ComplianceCheck => Compliance(),
                ActionType.RegisterEscrow => Registration(),
                ActionType.MonitorDeposits => Deposits(),
                ActionType.ExecuteEscrow => Execution(),
                ActionType.Finalize => Finality(),
                _ => Pass(),
            };
        }

        bool Confirmation()
        {
            // Answers are taken in time or refused, so one that is here counts, however late this look is.
            if (settlement.Parties.Any(party => party.Status == PartyStatus.Rejected))
                return Fail(FailureCode.Rejected, Trigger.Answer);
            bool confirmed = settlement.Parties.All(party => party.Status == PartyStatus.Confirmed);
            if (EndsBeforePublication(!confirmed && settlement.ConfirmBy < settlement.TimeoutAt ? settlement.ConfirmBy : settlement.TimeoutAt))
                return true;
            if (confirmed)
                return Move(template.StateOf(ActionType.ComplianceCheck), Trigger.Answer);
            string waiting = template.After(_state);
            if (template.ActionOf(waiting) != ActionType.None || _state != template.StateOf(ActionType.AwaitConfirmation))
                return false;
            _commands.Add(new Command.Notify("settlement.confirmation_required"));
            return Move(waiting, Trigger.Engine);
        }

        // A state without an action either is where the confirmation waits, or is only a name on the way.
        bool Pass()
        {
            bool waits = template.Actions.Any(entry => entry.Value == ActionType.AwaitConfirmation && template.After(entry.Key) == _state);
            if (waits)
                return Confirmation();
            if (EndsBeforePublication(settlement.TimeoutAt))
                return true;
            if (template.ActionOf(template.After(_state)) == ActionType.RegisterEscrow && facts.Now + LeastTimeToPublish > settlement.TimeoutAt)
                return Fail(FailureCode.Timeout, Trigger.Timer);
            return !IsHeldBack && Move(template.After(_state), Trigger.Engine);
        }

        bool Compliance()
        {
            if (EndsBeforePublication(settlement.TimeoutAt))
                return true;
            _check = Checked();
            return _check switch
            {
                CheckStatus.Failed => Fail(FailureCode.Compliance, Trigger.Compliance),
                CheckStatus.Cleared => !IsHeldBack && Move(template.After(_state), Trigger.Compliance),
                _ => Ask(),
            };
        }

        /// <summary>The parties again, in this stay in this state: null when nothing is against going on, else whether there was a move.</summary>
        bool? Recheck()
        {
            bool published = settlement.Terms is not null;
            if (!published && EndsBeforePublication(settlement.TimeoutAt))
                return true;
            _check = Checked();
            // A failed one of published terms is a rollback, which has been looked at before this.
            if (_check == CheckStatus.Cleared)
                return null;
            if (_check == CheckStatus.Failed)
                return Fail(FailureCode.Compliance, Trigger.Compliance);
            return published ? Ask() || WaitForDeadline() : Ask();
        }

        CheckStatus Checked() => Checked(Round);

        CheckStatus Checked(int round)
        {
            bool undecided = false, rejected = false, waits = false;
            foreach (Party party in settlement.Parties)
                foreach (ScreeningLayer layer in Enum.GetValues<ScreeningLayer>())
                    switch (AnswerOn(party, layer, round))
                    {
                        case ScreeningStatus.Fail:
                            return CheckStatus.Failed;
                        case ScreeningStatus.Flagged:
                            bool? decided = DecisionOn(party);
                            rejected |= decided == false;
                            undecided |= decided is null;
                            break;
                        case ScreeningStatus.Pass:
                            break;
                        default:
                            waits = true;
                            break;
                    }
            return rejected ? CheckStatus.Failed : waits ? CheckStatus.Running : undecided ? CheckStatus.Review : CheckStatus.Cleared;
        }

        // Each flagged party needs a decision of its own, unless one was made on all of them.
        bool? DecisionOn(Party party) => facts.Decisions.TryGetValue(party.Id, out bool approved) ? approved : facts.Decision;

        // The answers of another round, and the decision on it, are about another moment.
        ScreeningStatus? AnswerOn(Party party, ScreeningLayer layer, int round) =>
            facts.Round == round ? facts.Screenings.LastOrDefault(one => one.PartyId == party.Id && one.Layer == layer)?.Status : null;

        /// <summary>Asks for the answers that nobody was asked for, and tells of flags; never a move.</summary>
        bool Ask()
        {
            if (_check == CheckStatus.Review)
                _commands.Add(new Command.Notify("settlement.compliance.flagged"));
            foreach (Party party in settlement.Parties)
                foreach (ScreeningLayer layer in Enum.GetValues<ScreeningLayer>())
                    if (AnswerOn(party, layer, Round) is null)
                        _commands.Add(new Command.Screen(party.Id, layer, Round));
            return false;
        }

        bool Registration()
        {
            if (settlement.Terms is null)
            {
                // Nobody has read them: until they are frozen it ends as before, however long the mirror is away.
                if (EndsBeforePublication(settlement.TimeoutAt - LeastTimeToPublish))
                    return true;
                _commands.Add(new Command.FreezeTerms());
                return false;
            }
            if (IsSeen)
                return Move(template.After(_state), Trigger.Chain);
            _commands.Add(new Command.Want(EscrowAction.Register, -1, Deadline));
            _wake = _wake with { At = facts.Now + RegistrationRecheck };
            return WaitForDeadline();
        }

        bool Deposits() => IsFull || IsExecuted ? Move(template.After(_state), Trigger.Chain) : WaitForDeadline();

        bool Execution()
        {
            if (!IsExecuted)
            {
                // The contract refuses a swap in an earlier block.
                if (settlement.Terms is { Header.NotBefore: var earliest } && Head.Time.SecondsUntil(earliest) > 0)
                {
                    _wake = _wake with { ChainTime = earliest };
                    return false;
                }
                _commands.Add(new Command.Want(EscrowAction.ExecuteSwap, -1, Deadline));
                return WaitForDeadline();
            }
            long enough = _escrow!.Executed!.Value.Block + facts.Chain.SettleDepth;
            if (Head.Number >= enough)
                return Move(template.After(_state), Trigger.Chain);
            _wake = _wake with { Block = enough };
            return false;
        }

        bool Finality()
        {
            long block = _escrow!.Executed!.Value.Block;
            if (block > Head.Finalized)
            {
                _wake = _wake with { Finalized = block };
                return false;
            }
            Move(template.After(_state), Trigger.Chain);
            _closed = true;
            return true;
        }

        /// <summary>Back to the latest state that the chain still justifies.</summary>
        bool Retreat(ActionType action)
        {
            // Money on its way back is the rollback's business, not a retreat's.
            if (_rollback is not null || (action != ActionType.Finalize && (IsCancelled || IsPast)))
                return false;
            if (action == ActionType.RegisterEscrow || IsExecuted)
                return false;
            if (!IsSeen)
                return Move(template.StateOf(ActionType.RegisterEscrow), Trigger.Reorg);
            if (action == ActionType.Finalize)
                return Move(template.StateOf(IsFull ? ActionType.ExecuteEscrow : ActionType.MonitorDeposits), Trigger.Reorg);
            if (action != ActionType.ExecuteEscrow)
                return false;
            return IsFull ? PassedOver() is { } state && Move(state, Trigger.Reorg) : Move(template.StateOf(ActionType.MonitorDeposits), Trigger.Reorg);
        }

        /// <summary>Where the last re-check was to be made that a swap, which is gone again, went past before it was clear; null for none.</summary>
        string? PassedOver()
        {
            if (IsRechecked || settlement.LastRecheck == 0 || Checked(settlement.LastRecheck) == CheckStatus.Cleared)
                return null;
            string? last = null;
            for (string at = template.StateOf(ActionType.RegisterEscrow); at != _state; at = template.After(at))
                if (template.RecheckAtStates.Contains(at, StringComparer.Ordinal))
                    last = at;
            return last;
        }

        /// <summary>Starts, goes on with, abandons or completes a rollback; true when there is one, or was one until now.</summary>
        bool RollBack(ActionType action)
        {
            if (action == ActionType.Finalize)
                return false;
            if (IsExecuted)
            {
                if (_rollback is null)
                    return false;
                _rollback = null;
                _commands.Add(new Command.Notify("settlement.rollback.abandoned"));
                return true;
            }
            if (_rollback is null)
            {
                FailureCode? reason = IsCancelled ? FailureCode.Cancelled : IsPast ? FailureCode.Timeout : facts.ForceRollback ? FailureCode.Operator
                    : facts.IsCancelOrdered ? FailureCode.Cancelled
                    : IsRechecked && Checked() == CheckStatus.Failed ? FailureCode.Compliance
                    : facts.RefusedRegistration && action == ActionType.RegisterEscrow && !IsSeen ? FailureCode.RegistrationFailed
                    : null;
                if (reason is null)
                    return false;
                _rollback = new RollbackInProgress(reason.Value, facts.Now);
                if (reason == FailureCode.Compliance)
                    _check = CheckStatus.Failed;
                _commands.Add(new Command.Notify("settlement.rollback.started"));
            }
            if (!IsCancelled && !IsPast)
            {
                // Also for an escrow that the chain has never seen: the parties have read the terms and may deposit without us.
                _commands.Add(new Command.Want(EscrowAction.Cancel, -1, Deadline));
                return WaitForDeadline() || true;
            }
            ImmutableArray<LegSnapshot> legs = _escrow!.Legs;
            bool blocked = false;
            for (int i = 0; i < legs.Length; i++)
            {
                if (!legs[i].IsHeld)
                    continue;
                _commands.Add(new Command.Want(EscrowAction.Refund, i, null));
                blocked |= facts.RefusedRefunds?.Contains(i) == true;
            }
            if (blocked && !_rollback.Blocked)
            {
                _commands.Add(new Command.Notify("settlement.rollback.blocked"));
                _commands.Add(new Command.Alarm("rollback_blocked"));
            }
            _rollback = _rollback with { Blocked = blocked };

            // Both ends are final: no deposit can come any more, none is left, and no reorg can bring one back.
            long lastRefund = legs.Where(leg => leg.Status == LegStatus.Refunded).Max(leg => leg.Changed?.Block) ?? -1;
            if (!_escrow.IsClosedForGood(Head) || _escrow.Holds || lastRefund > Head.Finalized)
            {
                _wake = _wake with { Finalized = Head.Finalized + 1 };
                return true;
            }
            FailureCode cause = _rollback.Reason;
            _rollback = null;
            Fail(cause, cause switch
            {
                FailureCode.Timeout => Trigger.Timer,
                FailureCode.Operator => Trigger.Admin,
                FailureCode.Compliance => Trigger.Compliance,
                _ => Trigger.Chain,
            });
            return true;
        }

        bool EndsBeforePublication(DateTimeOffset end)
        {
            if (facts.ForceRollback)
                return Fail(FailureCode.Operator, Trigger.Admin);
            if (facts.IsCancelOrdered)
                return Fail(FailureCode.Cancelled, Trigger.Answer);
            if (facts.Now >= end)
                return Fail(FailureCode.Timeout, Trigger.Timer);
            _wake = _wake with { At = end };
            return false;
        }

        bool WaitForDeadline()
        {
            _wake = _wake with { ChainTime = Deadline.Next };
            return false;
        }

        bool Fail(FailureCode code, Trigger trigger)
        {
            _failure = code;
            _closed = true;
            return Move(code == FailureCode.Timeout ? template.TimeoutState ?? template.FailureState : template.FailureState, trigger);
        }

        bool Move(string to, Trigger trigger)
        {
            _transitions.Add(new Transition(_state, to, trigger));
            _state = to;
            _wake = default;
            return true;
        }
    }
}
