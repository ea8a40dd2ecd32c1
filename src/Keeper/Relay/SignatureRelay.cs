using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Keeper.EscrowTransactions;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Advance;
using Keystone.Settlements.Deposits;
using Keystone.Transactions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Relay;

/// <summary>
/// Makes intents of the signatures that depositors gave, as soon as each can act: signed deposits and approvals once the escrow is open, consents to settle once
/// nothing else is missing. Several keepers may do it at once: an intent has one name. What becomes of the intents is the transaction manager's.
/// </summary>
internal sealed class SignatureRelay(
    SignatureStore signatures, RelayStore store, TransactionSubjectStore subjects, MirrorReader mirror, SignedDeposits signed, WakeSignals signals, TransactionSignal transactions,
    ClockGuard clock, IOptions<KeeperOptions> options, TimeProvider time, ILogger<SignatureRelay> log, LoopPulses? pulses = null) : BackgroundService
{
    // A swap goes first, as one of the engine does; deposits come before registrations.
    const int SettlePriority = 3, DepositPriority = 1;

    const int MostUsed = 10_000;

    // Permits that are known to have been used, so that their tokens are not asked again at each look.
    readonly HashSet<(Hash32 Escrow, int Leg, UInt256 Nonce)> _used = [];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        // Tokens are asked whether permits were used, by nodes that may be slow.
        new PolledLoop("relay", TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time, log, pulses)
        { Limit = TimeSpan.FromMinutes(15), Signal = () => signals.Next(WakeSignals.Relay) }.RunAsync(PollAsync, stoppingToken);

    Task PollAsync(CancellationToken stoppingToken) => clock.Reason is null ? RunAsync(stoppingToken) : Task.CompletedTask;

    /// <summary>Looks at all open settlements with signatures once; the number of intents that were added or reopened.</summary>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        int wanted = 0;
        if (_used.Count > MostUsed) _used.Clear();
        foreach (IGrouping<long, (long ChainId, Hash32 Escrow, Guid Environment)> chain in (await signatures.OpenAsync(cancellationToken)).GroupBy(one => one.ChainId))
        {
            Hash32[] ids = [.. chain.Select(one => one.Escrow)];
            if (await mirror.ReadAsync(chain.Key, ids, cancellationToken) is not { Head.IsHalted: false } view) continue;
            IReadOnlyDictionary<Hash32, TransactionSubject> known = await subjects.OfAsync(chain.Key, ids, cancellationToken);
            ILookup<Hash32, Intent> present = await store.ReadAsync(chain.Key, ids, cancellationToken);
            ILookup<Hash32, StoredSignature> given = await signatures.OfAsync(chain.Key, ids, cancellationToken);
            foreach ((_, Hash32 escrow, Guid environment) in chain)
                if (known.TryGetValue(escrow, out TransactionSubject? subject))
                    wanted += await RelayAsync(chain.Key, environment, subject, view, [.. present[escrow]], [.. given[escrow]], cancellationToken);
        }
        if (wanted > 0) transactions.Raise();
        return wanted;
    }

    async Task<int> RelayAsync(long chainId, Guid environment, TransactionSubject subject, MirrorView view, Intent[] present, StoredSignature[] given, CancellationToken cancellationToken)
    {
        int wanted = 0;
        foreach (StoredSignature one in given.Where(one => one.Kind != SignatureKind.Settle))
            if (await WantAsync(EscrowIntents.Of(one.Kind), one.Leg, one.Until, DepositPriority)) wanted++;
        // A deposit or an approval on its way would make the consents revert, or take a leg twice.
        bool waits = present.Any(intent => intent.State is IntentState.Wanted or IntentState.Resting && EscrowIntents.IsRelayed(intent.Name.Purpose) && intent.Name.Purpose != EscrowIntents.SettleSigned);
        EscrowSnapshot escrow = view.Of(subject.Terms);
        if (wanted == 0 && !waits && RelayVerdicts.Consenting(escrow, view.Head, given) is { } consents
            && await WantAsync(EscrowIntents.SettleSigned, -1, consents.Min(one => one.Until), SettlePriority)) wanted++;
        return wanted;

        async Task<bool> WantAsync(string purpose, int leg, ChainTime until, int priority)
        {
            Intent? intent = present.FirstOrDefault(one => one.Name.Purpose == purpose && one.Name.Part == leg);
            // One that is under way, done or failed is the transaction manager's: it reopens what a reorg undid.
            if (intent is not null && intent.State != IntentState.Obsolete && (intent.State != IntentState.Done || purpose != EscrowIntents.Permit)) return false;
            (Hash32, int, UInt256) permit = (subject.Terms.Id, leg, RelayVerdicts.Of(given, purpose, leg)?.Permit?.Nonce ?? UInt256.Zero);
            if (purpose == EscrowIntents.Permit && _used.Contains(permit)) return false;
            IntentVerdict? verdict = await signed.JudgeAsync(subject, view, purpose, leg, given, cancellationToken);
            if (purpose == EscrowIntents.Permit && verdict == IntentVerdict.Done && intent is not null) _used.Add(permit);
            if (verdict != IntentVerdict.Wanted) return false;
            ChainTime last = subject.Terms.Header.Deadline.Seconds < until.Seconds ? subject.Terms.Header.Deadline : until;
            return await store.WantAsync(new IntentName(chainId, purpose, subject.Terms.Id, leg), last, priority, environment,
                present.FirstOrDefault(one => one.Traceparent is not null)?.Traceparent, cancellationToken);
        }
    }
}
