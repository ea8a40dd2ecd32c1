using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Keystone.Settlements.Advance;
using Keystone.Transactions;

namespace Keystone.Keeper.Attestation;

/// <summary>The part of the plan that writes to registries.</summary>
internal sealed class Attestations(AttestedRegistries registries, AttestationStore store, IEthereumNodes nodes)
{
    // The statuses of a party and the count of those that block.
    const int Slots = 2;

    /// <summary>Verdicts of intents of one chain.</summary>
    public async Task<IReadOnlyDictionary<Guid, IntentVerdict>> JudgeAsync(
        long chainId, IReadOnlyList<Intent> intents, IReadOnlyDictionary<Hash32, TransactionSubject> subjects, MirrorView view, CancellationToken cancellationToken)
    {
        Dictionary<Guid, IntentVerdict> verdicts = [];
        if (!registries.ByChain.ContainsKey(chainId)) return verdicts;
        IReadOnlyDictionary<Hash32, AttestationSubject> known = await store.OfAsync(chainId, [.. intents.Select(intent => intent.Name.Subject).Distinct()], cancellationToken);
        foreach (Intent intent in intents)
            if (known.TryGetValue(intent.Name.Subject, out AttestationSubject? subject) && registries.IsGateOf(subject.Terms)
                && await JudgeAsync(subject, subjects.GetValueOrDefault(intent.Name.Subject)?.Paused ?? true, view, intent.Name.Purpose, intent.Name.Part, cancellationToken) is { } verdict)
                verdicts[intent.Id] = verdict;
        return verdicts;
    }

    /// <summary>Verdict of one intent, also of one that does not exist yet.</summary>
    public async Task<IntentVerdict?> JudgeAsync(AttestationSubject subject, bool paused, MirrorView view, string purpose, int part, CancellationToken cancellationToken)
    {
        EscrowSnapshot escrow = view.Of(subject.Terms);
        if (purpose == EscrowIntents.WithdrawAttestation)
            // Most verdicts need no question to the registry.
            return AttestationVerdicts.OfWithdrawal(subject, escrow, view.Head, null) ?? AttestationVerdicts.OfWithdrawal(subject, escrow, view.Head, await IsOpenAsync(subject.Terms, cancellationToken));
        if (AttestationVerdicts.OfPass(subject, paused, escrow, view.Head, part, null) is { } verdict) return verdict;
        AttestedStatus? status = PartyOf(subject.Terms, part) is not { } party ? null
            : await RegistryCalls.StatusAsync(nodes.Pin((long)subject.Terms.ChainId), subject.Terms.Header.Gate, subject.Terms.Id, party, cancellationToken);
        return AttestationVerdicts.OfPass(subject, paused, escrow, view.Head, part, status);
    }

    /// <summary>Whether the gate of a settlement would let it execute now; null without an answer.</summary>
    public Task<bool?> IsOpenAsync(EscrowTerms terms, CancellationToken cancellationToken) =>
        RegistryCalls.IsOpenAsync(nodes.Pin((long)terms.ChainId), terms.Header.Gate, terms.Id, AttestedRegistries.WalletsOf(terms), cancellationToken);

    /// <summary>The call of an intent; null if it cannot be built now.</summary>
    public PlannedCall? Build(IntentName name, EscrowTerms terms)
    {
        if (!registries.IsGateOf(terms) || PartyOf(terms, name.Part) is not { } party) return null;
        AttestedStatus status = name.Purpose == EscrowIntents.WithdrawAttestation ? AttestedStatus.Flagged : AttestedStatus.Pass;
        return new PlannedCall(terms.Header.Gate, RegistryCalls.Attest(terms.Id, party, status), NewStorageSlots: Slots);
    }

    static Hash32? PartyOf(EscrowTerms terms, int part)
    {
        ImmutableArray<Address> wallets = AttestedRegistries.WalletsOf(terms);
        return part < 0 ? RegistryCalls.PartyOf(terms.Id) : part < wallets.Length ? RegistryCalls.PartyOf(wallets[part]) : null;
    }
}
