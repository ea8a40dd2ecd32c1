using System.Collections.Immutable;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Keeper.EscrowTransactions;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Templates;
using Keystone.Postgres;
using Keystone.Transactions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Engine;

/// <summary>
/// The only writer of a settlement's state. Each run is one transaction: lock one that is due, read everything, ask the pure engine, write
/// state, events, messages, intents and screenings together, commit. Several runs go on at once, here and in other keepers.
/// </summary>
internal sealed partial class EngineRunner(
    EngineStore store, IEthereumNodes nodes, ITransactionSigner signer, WakeSignals signals, TransactionSignal transactions,
    ClockGuard clock, IOptions<KeeperOptions> options, TimeProvider time, ILogger<EngineRunner> log) : BackgroundService
{
    static readonly TimeSpan MirrorIsBehind = TimeSpan.FromSeconds(1);

    TimeSpan Poll => TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.EngineWorkers).Select(_ => WorkAsync(stoppingToken)));

    async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task next = signals.Next(WakeSignals.Engine);
            try
            {
                while (clock.Reason is null && await RunOneAsync(stoppingToken))
                {
                }
            }
            catch (DbException e)
            {
                Interrupted(e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A worker that ended silently would reduce the throughput without any sign of it.
                Broken(e);
            }
            await WakeSignals.WaitAsync(next, Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Decides one due settlement; false if none is due.</summary>
    internal async Task<bool> RunOneAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            Ran? ran = await store.RunOneAsync(now, settlement => Decide(settlement, now), cancellationToken);
            if (ran is null) return false;
            Announce(ran, now);
        }
        catch (UndecidedException e)
        {
            Failed(e.InnerException!, e.Id);
            TimeSpan pause = TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, Math.Min(e.Attempts, 8))));
            await store.PutBackAsync(e.Id, e.Message, time.GetUtcNow() + pause, cancellationToken);
        }
        return true;
    }

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
        // Without a mirror the escrow's address is not known to be the right one.
        if (freezes && frozen is null) outcome = outcome with { DueAt = now + MirrorIsBehind };
        return new Work(outcome, [.. decision.Commands.OfType<Command.Screen>()],
            settlement.Terms is null ? [] : [.. decision.Commands.OfType<Command.Want>().Select(want =>
                new WantedIntent(NameOf(settlement, want), want.UsefulUntil, PriorityOf(want.Action)))])
        { Decision = decision };
    }

    Facts FactsOf(DueSettlement settlement, DateTimeOffset now)
    {
        int depth = nodes.Chains.FirstOrDefault(chain => chain.ChainId == settlement.ChainId)?.SettleDepth ?? 0;
        ChainFacts chain = new(settlement.Mirror?.Head ?? ChainHead.None, depth, settlement.Escrow);
        Dictionary<Guid, bool> decisions = [];
        bool? onAll = null;
        foreach (DueFact decision in settlement.Facts.Where(fact => fact.Kind == "decision" && fact.Round == settlement.Screened.Number))
        {
            bool approved = JsonSerializer.Deserialize(decision.Body, EngineJson.Default.DecisionBody)?.Decision == "approve";
            if (decision.PartyId is { } party) decisions[party] = approved;
            else onAll = approved;
        }
        return new Facts(now, chain, settlement.Screened.Results, onAll, settlement.Facts.Any(fact => fact.Kind == "order"),
            [.. settlement.RefusedRefunds], settlement.RefusedRegistration, settlement.Screened.Number)
        {
            Decisions = decisions.ToImmutableDictionary(),
            IsCancelOrdered = settlement.Facts.Any(fact => fact.Kind == "cancel"),
            IsHeld = settlement.Facts.Where(fact => fact.Kind is "hold" or "release").GroupBy(fact => fact.EnvironmentId).Any(side => side.Last().Kind == "hold"),
        };
    }

    FrozenTerms? Freeze(DueSettlement settlement, Template template, string agreement)
    {
        if (settlement.Mirror is null) return null;
        Hash32 salt = new(RandomNumberGenerator.GetBytes(Hash32.Size));
        return new FrozenTerms(TermsDraft.Freeze(settlement.Id, settlement.ChainId, settlement.Mirror.Identity.Escrow, settlement.TimeoutAt, signer.Address,
            settlement.Parties.Select(party => party.Party), settlement.Legs.Select(leg => leg.Instructed), salt, System.Text.Encoding.UTF8.GetBytes(agreement),
            template.Gate ?? default, settlement.NotBefore), salt);
    }

    // After the commit, because before it the change can still be rolled back.
    void Announce(Ran ran, DateTimeOffset now)
    {
        if (ran.Work.Outcome is not { } outcome) return;
        if (outcome.DueAt <= now) signals.Raise(WakeSignals.Engine);
        if (ran.Work.Screens.Count > 0) signals.Raise(WakeSignals.Screening);
        if (outcome.Messages.Count > 0) signals.Raise(WakeSignals.Webhooks);
        if (ran.Wanted) transactions.Raise();
        foreach (Transition move in ran.Work.Decision?.Transitions ?? [])
        {
            Moved(ran.Id, move.From, move.To, move.Trigger);
            KeeperMetrics.Transitions.Add(1, new KeyValuePair<string, object?>("state", move.To), new KeyValuePair<string, object?>("reason", move.Trigger.ToString()));
        }
        foreach (Command.Alarm alarm in ran.Work.Decision?.Commands.OfType<Command.Alarm>() ?? [])
        {
            Alarm(alarm.Code, ran.Id);
            KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", alarm.Code));
        }
    }

    static IntentName NameOf(DueSettlement settlement, Command.Want want) => new(settlement.ChainId, want.Action switch
    {
        EscrowAction.Register => EscrowIntents.Register,
        EscrowAction.ExecuteSwap => EscrowIntents.ExecuteSwap,
        EscrowAction.Cancel => EscrowIntents.Cancel,
        _ => EscrowIntents.Refund,
    }, settlement.Terms!.Id, want.Leg);

    static int PriorityOf(EscrowAction action) => action switch
    {
        EscrowAction.ExecuteSwap => 3,
        EscrowAction.Cancel => 2,
        EscrowAction.Refund => 1,
        _ => 0,
    };

    [LoggerMessage(7050, LogLevel.Information, "Settlement {SettlementId}: {From} to {To}, by {Trigger}")]
    partial void Moved(Guid settlementId, string from, string to, Trigger trigger);

    [LoggerMessage(7051, LogLevel.Error, "Settlement {SettlementId} could not be decided; it is tried again")]
    partial void Failed(Exception exception, Guid settlementId);

    [LoggerMessage(7052, LogLevel.Warning, "Interrupted: {Reason}")]
    partial void Interrupted(string reason);

    [LoggerMessage(7054, LogLevel.Error, "A run of the engine failed outside any settlement; it is tried again")]
    partial void Broken(Exception exception);

    [LoggerMessage(7053, LogLevel.Error, "ALARM {Code} at settlement {SettlementId}")]
    partial void Alarm(string code, Guid settlementId);
}
