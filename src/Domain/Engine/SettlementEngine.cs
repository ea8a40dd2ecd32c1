using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Domain.Templates;
using Keystone.Ethereum;

namespace Keystone.Domain.Engine;

/// <summary>Decides what a settlement does next. Pure: the same arguments give the same decision. Runs to a fixed point.</summary>
/// <remarks>
/// It follows the folded events of the chain and never its own plans: a swap by another account counts like the keeper's, and what a reorg removes
/// is undone here, until the block is finalized.
/// </remarks>
public static class SettlementEngine
{
    /// <summary>Shortest time to the deadline with which terms are still published.</summary>
    public static readonly TimeSpan LeastTimeToPublish = TimeSpan.FromSeconds(30);

    /// <summary>Time between two polls of a registration, or of attestations, that are not on the chain: no signal reports a refused one.</summary>
    public static readonly TimeSpan RegistrationRecheck = TimeSpan.FromSeconds(15);

    /// <summary>Number of refusals after which a refund raises an alarm, and a registration counts as impossible.</summary>
    public const int BlockedAfter = 3;

    /// <summary>Round of the first check; the round of a re-check is the number of states visited until then.</summary>
    public const int FirstRound = 1;

    /// <summary>Decides. No input of platforms, people or chains makes it throw.</summary>
    public static Decision Decide(SettlementSnapshot settlement, Template template, Facts facts)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(facts);
        Run run = new(settlement, template, facts);
        // Each step moves along a finite path, so no accepted template reaches this bound.
        for (int i = 0; i < 4 * template.Transitions.Count && run.Step(); i++)
        {
        }
        return run.ToDecision();
    }

    sealed class Run(SettlementSnapshot settlement, Template template, Facts facts)
    {
        readonly List<Transition> _transitions = [];
        readonly List<Command> _commands = [];
        readonly ScreeningCheck _screenings = new(settlement.Parties, facts);
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

        // A list changed while the settlement stands in this state, and the change touches one of its parties.
        bool IsTouched => facts.TouchedRounds?.Contains(settlement.Visited + _transitions.Count) == true;

        bool IsRechecked => IsTouched || template.RecheckAtStates.Contains(_state, StringComparer.Ordinal);

        // No state with such a step is entered twice: a reorg takes nothing back that came before the terms were published.
        bool? ActionResult => facts.ActionResults.TryGetValue(_state, out bool completed) ? completed : null;

        int Round => template.ActionOf(_state) == ActionType.ComplianceCheck ? FirstRound : settlement.Visited + _transitions.Count;

        internal Decision ToDecision() => new(_state, [.. _transitions], [.. _commands.Distinct()], _wake, _rollback, _failure, _closed, _check);

        /// <summary>Makes one transition; false when none is possible now.</summary>
        internal bool Step()
        {
            if (_closed || template.IsEnd(_state))
                return false;
            ActionType action = template.ActionOf(_state);
            bool published = action is ActionType.RegisterEscrow or ActionType.MonitorDeposits or ActionType.ExecuteEscrow or ActionType.Finalize
                && settlement.Terms is not null;
            if (published && Head.IsHalted)
            {
                // While the mirror is halted its contents are not used. Waiting for any height makes the settlement due when the halt ends; nothing else would.
                _wake = new Wake(null, 0, null, null);
                return false;
            }
            if (published && (Retreat(action) || RollBack(action)))
                return !_closed && _rollback is null;
            // A step that failed ends the settlement, whatever a screening would still say.
            if (action == ActionType.External && ActionResult == false)
                return Fail(FailureCode.ActionFailed, Trigger.Answer);
            // A swap by another account is a fact that no check undoes.
            // Before the first check there is nothing to repeat, and the first check itself asks anew.
            if (IsRechecked && !IsExecuted && action is not (ActionType.AwaitConfirmation or ActionType.ComplianceCheck) && Recheck() is { } moved)
                return moved;
            return action switch
            {
                ActionType.AwaitConfirmation => Confirmation(),
                ActionType.ComplianceCheck => Compliance(),
                ActionType.External => External(),
                ActionType.RegisterEscrow => Registration(),
                ActionType.MonitorDeposits => Deposits(),
                ActionType.ExecuteEscrow => Execution(),
                ActionType.Finalize => Finality(),
                _ => Pass(),
            };
        }

        bool Confirmation()
        {
            // An answer is stored only if it came in time, so a stored one counts, however late this run is.
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

        // A state without an action is either where the confirmation waits or a label on the way.
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

        bool External()
        {
            // What was done later could not be followed by a registration any more.
            DateTimeOffset end = settlement.TimeoutAt - LeastTimeToPublish;
            if (EndsBeforePublication(end))
                return true;
            if (ActionResult == true)
                return !IsHeldBack && Move(template.After(_state), Trigger.Answer);
            _commands.Add(new Command.Act(_state, end));
            return false;
        }

        /// <summary>Checks the parties again for this visit of this state: null when nothing objects to going on, else whether there was a transition.</summary>
        bool? Recheck()
        {
            bool published = settlement.Terms is not null;
            if (!published && EndsBeforePublication(settlement.TimeoutAt))
                return true;
            _check = Checked();
            // A failed settlement whose terms are published is a rollback, which was handled before this.
            if (_check == CheckStatus.Cleared)
                return null;
            if (_check == CheckStatus.Failed)
                return Fail(FailureCode.Compliance, Trigger.Compliance);
            return published ? Ask() || WaitForDeadline() : Ask();
        }

        CheckStatus Checked() => _screenings.StatusIn(Round);

        /// <summary>Requests the screenings that have not been requested and reports flags; never a transition.</summary>
        bool Ask()
        {
            if (_check == CheckStatus.Review)
                _commands.Add(new Command.Notify("settlement.compliance.flagged"));
            foreach (Party party in settlement.Parties)
                foreach (ScreeningLayer layer in Enum.GetValues<ScreeningLayer>())
                    if (_screenings.AnswerOn(party, layer, Round) is null)
                        _commands.Add(new Command.Screen(party.Id, layer, Round));
            return false;
        }

        bool Registration()
        {
            if (settlement.Terms is null)
            {
                // Nobody has read the terms before they are frozen, so the settlement can end as before, however long the mirror is away.
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
                if (facts.AwaitsAttestation) _wake = _wake with { At = facts.Now + RegistrationRecheck };
                else _commands.Add(new Command.Want(EscrowAction.ExecuteSwap, -1, Deadline));
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

        /// <summary>Returns to the latest state that the chain still justifies.</summary>
        bool Retreat(ActionType action)
        {
            // Refunds in progress belong to the rollback and not to a retreat.
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

        /// <summary>State of the last re-check that a swap skipped before it was clear, when a reorg has since removed the swap; null for none.</summary>
        string? PassedOver()
        {
            if (IsRechecked || settlement.LastRecheck == 0 || _screenings.StatusIn(settlement.LastRecheck) == CheckStatus.Cleared)
                return null;
            string? last = null;
            for (string at = template.StateOf(ActionType.RegisterEscrow); at != _state; at = template.After(at))
                if (template.RecheckAtStates.Contains(at, StringComparer.Ordinal))
                    last = at;
            return last;
        }

        /// <summary>Starts, continues, abandons or completes a rollback; true when one is in progress or has just ended.</summary>
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
                // Also for an escrow without any event: the parties have read the terms and may deposit without this service.
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

            // Final in both cases: no deposit can be made any more, none is left, and no reorg can bring one back.
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
