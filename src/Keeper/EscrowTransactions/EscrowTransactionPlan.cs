using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Keeper.Attestation;
using Keystone.Mirror;
using Keystone.Settlements.Advance;
using Keystone.Transactions;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.EscrowTransactions;

/// <summary>Owner of the escrow's intents: gives verdicts from the mirror and builds the calls from the stored terms.</summary>
internal sealed class EscrowTransactionPlan(
    TransactionSubjectStore subjects, MirrorReader mirror, SignedDeposits signed, Attestations attestations, ClockGuard clock, IOptions<KeeperOptions> options) : ITransactionPlan
{
    public async Task<IReadOnlyDictionary<Guid, IntentVerdict>> JudgeAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken)
    {
        Dictionary<Guid, IntentVerdict> verdicts = [];
        if (clock.Reason is not null) return verdicts;
        foreach (IGrouping<long, Intent> chain in intents.GroupBy(intent => intent.Name.ChainId))
        {
            Hash32[] ids = [.. chain.Select(intent => intent.Name.Subject).Distinct()];
            IReadOnlyDictionary<Hash32, TransactionSubject> known = await subjects.OfAsync(chain.Key, ids, cancellationToken);
            // While the mirror is halted it may be wrong, so every intent keeps its state.
            if (await mirror.ReadAsync(chain.Key, ids, cancellationToken) is not { Head: { IsHalted: false } head } view) continue;
            Intent[] relayed = [.. chain.Where(intent => EscrowIntents.IsRelayed(intent.Name.Purpose))];
            if (relayed.Length > 0)
                foreach ((Guid id, IntentVerdict verdict) in await signed.JudgeAsync(chain.Key, relayed, known, view, cancellationToken)) verdicts[id] = verdict;
            Intent[] attested = [.. chain.Where(intent => EscrowIntents.IsAttestation(intent.Name.Purpose))];
            if (attested.Length > 0)
                foreach ((Guid id, IntentVerdict verdict) in await attestations.JudgeAsync(chain.Key, attested, known, view, cancellationToken)) verdicts[id] = verdict;
            foreach (Intent intent in chain)
                if (known.TryGetValue(intent.Name.Subject, out TransactionSubject? subject)
                    && EscrowVerdicts.Judge(subject, view.Of(subject.Terms), head, intent.Name.Purpose, intent.Name.Part, options.Value.SwapMarginSeconds) is { } verdict)
                    verdicts[intent.Id] = verdict;
        }
        return verdicts;
    }

    public async Task<PlannedCall?> BuildAsync(Intent intent, CancellationToken cancellationToken) => (await BuildAsync([intent], cancellationToken))[0];

    public async Task<IReadOnlyList<PlannedCall?>> BuildAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken)
    {
        Dictionary<(long, Hash32), EscrowTerms> terms = [];
        foreach (IGrouping<long, Hash32> chain in intents.Select(intent => (intent.Name.ChainId, intent.Name.Subject)).Distinct().GroupBy(one => one.ChainId, one => one.Subject))
            foreach (EscrowTerms one in await TermsAsync(chain.Key, [.. chain], cancellationToken)) terms[(chain.Key, one.Id)] = one;
        return await Task.WhenAll(intents.Select(intent => terms.TryGetValue((intent.Name.ChainId, intent.Name.Subject), out EscrowTerms? known)
            ? BuildAsync(intent.Name, known, cancellationToken) : Task.FromResult<PlannedCall?>(null)));
    }

    async Task<PlannedCall?> BuildAsync(IntentName name, EscrowTerms terms, CancellationToken cancellationToken)
    {
        if (EscrowIntents.IsRelayed(name.Purpose)) return await signed.BuildAsync(name, terms, cancellationToken);
        if (EscrowIntents.IsAttestation(name.Purpose)) return attestations.Build(name, terms);
        byte[]? data = name.Purpose switch
        {
            EscrowIntents.Register => EscrowCalls.Register(terms),
            EscrowIntents.ExecuteSwap => EscrowCalls.ExecuteSwap(terms),
            EscrowIntents.Refund => EscrowCalls.Refund(terms, name.Part),
            EscrowIntents.Cancel => EscrowCalls.CancelAsOperator(terms),
            _ => null,
        };
        return data is null ? null : new PlannedCall(terms.Contract, data, NewStorageSlots: EscrowStorageSlots.Of(name.Purpose, name.Part, terms));
    }

    // The contract has one call for swaps of several settlements, and one for refunds of a single settlement.
    public string? SharesAs(Intent intent) => intent.Name.Purpose switch
    {
        EscrowIntents.ExecuteSwap => "",
        EscrowIntents.Refund => intent.Name.Subject.ToString(),
        _ => null,
    };

    public async Task<PlannedCall?> BuildSharedAsync(IReadOnlyList<Intent> intents, ulong gasEach, CancellationToken cancellationToken)
    {
        EscrowTerms[] terms = await TermsAsync(intents[0].Name.ChainId, [.. intents.Select(intent => intent.Name.Subject)], cancellationToken);
        // Settlements of an older escrow contract can still be open.
        if (terms.Length != intents.Count || terms.Any(one => one.Contract != terms[0].Contract)) return null;
        // Each item's estimate includes the base gas of a transaction and its call data; in a batch that is surplus.
        byte[] data = intents[0].Name.Purpose == EscrowIntents.Refund
            ? EscrowCalls.RefundMany(terms[0], [.. intents.Select(intent => intent.Name.Part)], gasEach)
            : EscrowCalls.ExecuteSwaps(terms, gasEach);
        return new PlannedCall(terms[0].Contract, data, NewStorageSlots: intents.Zip(terms, (intent, one) => EscrowStorageSlots.Of(intent.Name.Purpose, intent.Name.Part, one)).Sum());
    }

    // In the order of the ids, with repetitions; empty while the mirror is halted or missing.
    async Task<EscrowTerms[]> TermsAsync(long chainId, Hash32[] ids, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<Hash32, TransactionSubject> known = await subjects.OfAsync(chainId, [.. ids.Distinct()], cancellationToken);
        return await mirror.ReadAsync(chainId, [], cancellationToken) is { Head.IsHalted: false }
            ? [.. ids.Select(id => known.GetValueOrDefault(id)?.Terms).OfType<EscrowTerms>()] : [];
    }
}
