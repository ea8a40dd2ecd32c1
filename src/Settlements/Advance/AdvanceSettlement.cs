using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Settlements.FactLog;
using Keystone.Transactions;

namespace Keystone.Settlements.Advance;

/// <summary>
/// The only writer of a settlement's state. Each run is one database transaction: lock some that are due, read everything, ask the pure engine about each, write states, events,
/// messages, intents and screenings together, commit. Several runs go on at once, in this process and in others.
/// </summary>
public sealed class AdvanceSettlement
{
    /// <summary>Settlements that are decided in one transaction at most: their rows are locked until it ends.</summary>
    public const int MostAtOnce = 32;

    static readonly TimeSpan MirrorIsBehind = TimeSpan.FromSeconds(1);

    readonly AdvanceStore _store;
    readonly IEthereumNodes _nodes;
    readonly ITransactionSigner _signer;
    readonly TimeProvider _time;
    readonly AttestedRegistries _registries;

    internal AdvanceSettlement(AdvanceStore store, IEthereumNodes nodes, ITransactionSigner signer, TimeProvider time, AttestedRegistries? registries = null) =>
        (_store, _nodes, _signer, _time, _registries) = (store, nodes, signer, time, registries ?? AttestedRegistries.None);

    /// <summary>Decides the settlements that are due for longest, environments in turn; empty when none is due.</summary>
    public async Task<IReadOnlyList<Advanced>> ExecuteAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        IReadOnlyList<Ran> all = await _store.RunAsync(now, _signer.Address, MostAtOnce, settlement => Decide(settlement, now), cancellationToken);
        foreach (Ran ran in all)
            if (ran.Fault is { } fault)
            {
                TimeSpan pause = TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, Math.Min(ran.Attempts, 8))));
                await _store.PutBackAsync(ran.Id, fault.Message, _time.GetUtcNow() + pause, cancellationToken);
            }
        return [.. all.Select(ran => ran.Fault is { } fault ? new Advanced(ran.Id) { Fault = fault } : ToAdvanced(ran, now))];
    }

    static Advanced ToAdvanced(Ran ran, DateTimeOffset now) => ran.Work.Outcome is not { } outcome ? new Advanced(ran.Id) : new Advanced(ran.Id)
    {
        Transitions = ran.Work.Decision?.Transitions ?? [],
        Alarms = [.. (ran.Work.Decision?.Commands ?? []).OfType<Command.Alarm>().Select(alarm => alarm.Code)],
        IsDueAgain = outcome.DueAt <= now,
        HasScreenings = ran.Work.Screens.Count > 0,
        HasMessages = outcome.Messages.Count > 0,
        HasIntents = ran.Wanted,
    };

    Work Decide(DueSettlement settlement, DateTimeOffset now)
    {
        // The last event refers to blocks that this mirror has not reached.
        if ((settlement.Mirror?.Head.Revision ?? 0) < settlement.LastEventRevision) return new Work(null, [], [], now + MirrorIsBehind);
        Template template = settlement.Template;
        Decision decision = SettlementEngine.Decide(settlement.ToSnapshot(template), template, FactsOf(settlement, now));
        bool freezes = decision.Commands.Any(command => command is Command.FreezeTerms) && !decision.Close;
        OutcomeComposer composer = new(settlement, template, decision, now);
        FrozenTerms? frozen = freezes && composer.Agreement is { } agreement ? Freeze(settlement, template, agreement) : null;
        Outcome outcome = composer.Compose(frozen);
        // Without a mirror the escrow's address is not known to be the right one, and without an account in service nobody could cancel.
        if (freezes && frozen is null) outcome = outcome with { DueAt = now + MirrorIsBehind };
        return new Work(outcome, [.. decision.Commands.OfType<Command.Screen>()],
            settlement.Terms is null ? [] : [.. decision.Commands.OfType<Command.Want>().Select(want =>
                new WantedIntent(NameOf(settlement, want), want.UsefulUntil, PriorityOf(want.Action), OnlyBy(settlement, want.Action)))])
        {
            Decision = decision,
            Acts = composer.Acts,
        };
    }

    Facts FactsOf(DueSettlement settlement, DateTimeOffset now)
    {
        int depth = _nodes.Chains.FirstOrDefault(chain => chain.ChainId == settlement.ChainId)?.SettleDepth ?? 0;
        ChainFacts chain = new(settlement.Mirror?.Head ?? ChainHead.None, depth, settlement.Escrow);
        Dictionary<Guid, bool> decisions = [];
        bool? onAll = null;
        foreach (DueFact decision in settlement.Facts.Where(fact => fact.Kind is "decision" or "rescreen" && fact.Round == settlement.Screened.Number))
        {
            if (decision.Kind == "rescreen")
            {
                // The decision was about what a list said before it changed.
                if (decision.PartyId is { } touched) decisions.Remove(touched);
                onAll = null;
                continue;
            }
            bool approved = JsonSerializer.Deserialize(decision.Body, FactJson.Default.DecisionBody)?.Decision == "approve";
            if (decision.PartyId is { } party) decisions[party] = approved;
            else onAll = approved;
        }
        return new Facts(now, chain, settlement.Screened.Results, onAll, settlement.Facts.Any(fact => fact.Kind == "order"),
            [.. settlement.RefusedRefunds], settlement.RefusedRegistration, settlement.Screened.Number)
        {
            Decisions = decisions.ToImmutableDictionary(),
            TouchedRounds = [.. settlement.Facts.Where(fact => fact.Kind == "rescreen").Select(fact => fact.Round)],
            ActionResults = settlement.Facts.Where(fact => fact.Kind == ActionFacts.Result).Select(fact => ActionFacts.Read(fact.Body))
                .ToImmutableDictionary(said => said.State, said => said.Result == ActionFacts.Completed),
            IsCancelOrdered = settlement.Facts.Any(fact => fact.Kind == "cancel"),
            IsHeld = settlement.Facts.Where(fact => fact.Kind is "hold" or "release").GroupBy(fact => fact.EnvironmentId).Any(side => side.Last().Kind == "hold"),
            AwaitsAttestation = settlement.Terms is { } terms && _registries.IsGateOf(terms)
                && Enumerable.Range(0, AttestedRegistries.WalletsOf(terms).Length).Any(wallet => !settlement.Attested.Contains(wallet)),
        };
    }

    FrozenTerms? Freeze(DueSettlement settlement, Template template, string agreement)
    {
        if (settlement.Mirror is null || settlement.Operator is not { } account) return null;
        Hash32 salt = new(RandomNumberGenerator.GetBytes(Hash32.Size));
        return new FrozenTerms(TermsDraft.Freeze(settlement.Id, settlement.ChainId, settlement.Mirror.Identity.Escrow, settlement.TimeoutAt, account,
            settlement.Parties.Select(party => party.Party), settlement.Legs.Select(leg => leg.Instructed), salt, Encoding.UTF8.GetBytes(agreement),
            template.Gate ?? default, settlement.NotBefore), salt);
    }

    static IntentName NameOf(DueSettlement settlement, Command.Want want) => new(settlement.ChainId, want.Action switch
    {
        EscrowAction.Register => EscrowIntents.Register,
        EscrowAction.ExecuteSwap => EscrowIntents.ExecuteSwap,
        EscrowAction.Cancel => EscrowIntents.Cancel,
        _ => EscrowIntents.Refund,
    }, settlement.Terms!.Id, want.Leg);

    // The contract lets anybody register, swap and refund, and the operator of the terms alone cancel.
    static Address? OnlyBy(DueSettlement settlement, EscrowAction action) => action == EscrowAction.Cancel ? settlement.Terms!.Header.Operator : null;

    static int PriorityOf(EscrowAction action) => action switch
    {
        EscrowAction.ExecuteSwap => 3,
        EscrowAction.Cancel => 2,
        EscrowAction.Refund => 1,
        _ => 0,
    };
}
