using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Advance;
using Keystone.Settlements.Deposits;
using Keystone.Transactions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Attestation;

/// <summary>
/// Makes intents of what is to be written to the registries: a pass for each wallet of a settlement that has only its swap before it, and a withdrawal when that is no longer so while
/// its gate is open. Several keepers may do it at once: an intent has one name. What becomes of the intents is the transaction manager's.
/// </summary>
internal sealed partial class AttestationLoop(
    AttestedRegistries registries, DedicatedSigner attester, AttestationStore store, RelayStore intents, Attestations attestations, MirrorReader mirror, IEthereumNodes nodes, WakeSignals signals,
    TransactionSignal transactions, ClockGuard clock, IOptions<KeeperOptions> options, TimeProvider time, ILogger<AttestationLoop> log,
    LoopPulses? pulses = null) : BackgroundService
{
    // The swap waits for a pass; a withdrawal comes before all passes.
    const int PassPriority = 3, WithdrawalPriority = 4;

    // Settlements that were made due since all was attested. Another wake would do no harm, and one at each look would do no good.
    readonly HashSet<Hash32> _woken = [];

    // When the registry was asked about a settlement that needs nothing more written; it is asked again later, because a reorg or another attester can change its answer.
    readonly Dictionary<Hash32, long> _asked = [];

    readonly HashSet<long> _unappointed = [];

    // Settlements of which it was said that another attester refuses a party.
    readonly HashSet<Hash32> _contradicted = [];

    static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        // The registry is asked about each settlement, by nodes that may be slow.
        new PolledLoop("attestations", TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time, log, pulses)
        { Limit = TimeSpan.FromMinutes(15) }.RunAsync(PollAsync, stoppingToken);

    Task PollAsync(CancellationToken stoppingToken) => clock.Reason is null ? RunAsync(stoppingToken) : Task.CompletedTask;

    /// <summary>Looks at all open settlements whose gate is a registry once; the number of intents that were added or reopened.</summary>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        int wanted = 0;
        HashSet<Hash32> seen = [];
        foreach ((long chainId, Address registry) in registries.ByChain)
        {
            IReadOnlyList<AttestationSubject> open = await store.OpenAsync(chainId, registry, cancellationToken);
            if (open.Count == 0) continue;
            Hash32[] ids = [.. open.Select(one => one.Terms.Id)];
            seen.UnionWith(ids);
            if (await mirror.ReadAsync(chainId, ids, cancellationToken) is not { Head.IsHalted: false } view) continue;
            ILookup<Hash32, Intent> present = await intents.ReadAsync(chainId, ids, cancellationToken);
            int before = wanted;
            foreach (AttestationSubject subject in open)
                wanted += await CheckAsync(subject, view, [.. present[subject.Terms.Id].Where(intent => EscrowIntents.IsAttestation(intent.Name.Purpose))], cancellationToken);
            if (wanted > before) await CheckAppointmentAsync(chainId, registry, cancellationToken);
        }
        _woken.IntersectWith(seen);
        _contradicted.IntersectWith(seen);
        foreach (Hash32 gone in _asked.Keys.Except(seen).ToArray()) _asked.Remove(gone);
        if (wanted > 0) transactions.Raise();
        return wanted;
    }

    async Task<int> CheckAsync(AttestationSubject subject, MirrorView view, Intent[] present, CancellationToken cancellationToken)
    {
        EscrowSnapshot escrow = view.Of(subject.Terms);
        if (AttestationVerdicts.MayPass(subject, escrow, view.Head)) return await PassAsync(subject, view, present, cancellationToken);
        _woken.Remove(subject.Terms.Id);
        // Where nothing was ever attested, nothing can be withdrawn.
        if (subject.IsCleared || AttestationVerdicts.IsOver(subject, escrow, view.Head) || !present.Any(intent => intent.Name.Purpose == EscrowIntents.Attest)) return 0;
        bool isWithdrawn = present.Any(intent => intent is { State: IntentState.Done, Name.Purpose: EscrowIntents.WithdrawAttestation });
        return IsAskedLately(subject, isWithdrawn) ? 0 : await WantAsync(subject, view, present, EscrowIntents.WithdrawAttestation, -1, WithdrawalPriority, cancellationToken);
    }

    async Task<int> PassAsync(AttestationSubject subject, MirrorView view, Intent[] present, CancellationToken cancellationToken)
    {
        int wallets = AttestedRegistries.WalletsOf(subject.Terms).Length;
        Intent[] passes = [.. present.Where(intent => intent.Name.Purpose == EscrowIntents.Attest)];
        if (passes.Any(IsUnderWay)) return 0;
        bool isAttested = Enumerable.Range(0, wallets).All(part => passes.Any(intent => intent.Name.Part == part && intent.State == IntentState.Done));
        if (isAttested && _woken.Add(subject.Terms.Id))
        {
            await store.WakeAsync(subject.Terms, cancellationToken);
            signals.Raise(WakeSignals.Engine);
        }
        if (isAttested && (IsAskedLately(subject, isComplete: true) || await attestations.IsOpenAsync(subject.Terms, cancellationToken) != false)) return 0;
        int wanted = 0;
        for (int part = -1; part < wallets; part++) wanted += await WantAsync(subject, view, present, EscrowIntents.Attest, part, PassPriority, cancellationToken);
        return wanted;
    }

    bool IsAskedLately(AttestationSubject subject, bool isComplete)
    {
        if (isComplete && _asked.TryGetValue(subject.Terms.Id, out long last) && time.GetElapsedTime(last) < AskAgain) return true;
        _asked[subject.Terms.Id] = time.GetTimestamp();
        return false;
    }

    async Task<int> WantAsync(AttestationSubject subject, MirrorView view, Intent[] present, string purpose, int part, int priority, CancellationToken cancellationToken)
    {
        Intent? known = present.FirstOrDefault(intent => intent.Name.Purpose == purpose && intent.Name.Part == part);
        if (known is not null && (IsUnderWay(known) || known.State == IntentState.Failed)) return 0;
        IntentVerdict? verdict = await attestations.JudgeAsync(subject, paused: false, view, purpose, part, cancellationToken);
        if (verdict == IntentVerdict.Obsolete && purpose == EscrowIntents.Attest && _contradicted.Add(subject.Terms.Id))
        {
            Contradicted(subject.Terms.Header.Gate, subject.Terms.Id, subject.Terms.ChainId);
            KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "attestation_contradicted"));
        }
        // The engine waits for an intent of each wallet, also of one that somebody else has attested.
        bool isMissing = verdict == IntentVerdict.Done && purpose == EscrowIntents.Attest && part >= 0 && known?.State != IntentState.Done;
        return (verdict == IntentVerdict.Wanted || isMissing) && await store.WantAsync(subject, purpose, part, priority, attester.Signer.Address, cancellationToken) ? 1 : 0;
    }

    // It is the transaction manager's then. What waits for an account that was retired is taken over.
    bool IsUnderWay(Intent intent) => intent.State is IntentState.Wanted or IntentState.Resting && intent.OnlyBy == attester.Signer.Address;

    async Task CheckAppointmentAsync(long chainId, Address registry, CancellationToken cancellationToken)
    {
        bool? appointed = await RegistryCalls.IsAttesterAsync(nodes.Pin(chainId), registry, attester.Signer.Address, cancellationToken);
        if (appointed == true) _unappointed.Remove(chainId);
        if (appointed != false || !_unappointed.Add(chainId)) return;
        NotAppointed(attester.Signer.Address, registry, chainId);
        KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "attester_not_appointed"));
    }

    [LoggerMessage(7263, LogLevel.Error, "ALARM attestation_contradicted: another attester refuses a party in registry {Registry}, so settlement {EscrowId} on chain {ChainId} cannot execute and goes back after its deadline unless that attester takes it back")]
    partial void Contradicted(Address registry, Hash32 escrowId, ulong chainId);

    [LoggerMessage(7262, LogLevel.Error, "ALARM attester_not_appointed: {Account} may not attest in registry {Registry} on chain {ChainId}, so no swap behind it can execute; its owner appoints the account by setAttester")]
    partial void NotAppointed(Address account, Address registry, long chainId);
}
