using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Keystone.Settlements.Advance;
using Keystone.Settlements.Deposits;
using Keystone.Transactions;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.EscrowTransactions;

/// <summary>The part of the plan that rests on signatures of depositors.</summary>
internal sealed class SignedDeposits(SignatureStore signatures, MirrorReader mirror, IEthereumNodes nodes, IOptions<KeeperOptions> options)
{
    /// <summary>Verdicts of relayed intents of one chain.</summary>
    public async Task<IReadOnlyDictionary<Guid, IntentVerdict>> JudgeAsync(
        long chainId, IReadOnlyList<Intent> intents, IReadOnlyDictionary<Hash32, TransactionSubject> subjects, MirrorView view, CancellationToken cancellationToken)
    {
        ILookup<Hash32, StoredSignature> known = await signatures.OfAsync(chainId, [.. intents.Select(intent => intent.Name.Subject).Distinct()], cancellationToken);
        Dictionary<Guid, IntentVerdict> verdicts = [];
        foreach (Intent intent in intents)
            if (subjects.TryGetValue(intent.Name.Subject, out TransactionSubject? subject)
                && await JudgeAsync(subject, view, intent.Name.Purpose, intent.Name.Part, [.. known[intent.Name.Subject]], cancellationToken) is { } verdict)
                verdicts[intent.Id] = verdict;
        return verdicts;
    }

    /// <summary>Verdict of one relay, also of one that is no intent yet.</summary>
    public async Task<IntentVerdict?> JudgeAsync(
        TransactionSubject subject, MirrorView view, string purpose, int leg, IReadOnlyCollection<StoredSignature> known, CancellationToken cancellationToken)
    {
        (EscrowSnapshot escrow, int margin) = (view.Of(subject.Terms), options.Value.SwapMarginSeconds);
        // Most verdicts need no question to the token.
        if (RelayVerdicts.Judge(subject, escrow, view.Head, purpose, leg, known, null, margin) is { } verdict) return verdict;
        return RelayVerdicts.Of(known, purpose, leg) is { Permit: { } terms } && await ReadAsync(subject.Terms, leg, terms.Spender, cancellationToken) is { } permit
            ? RelayVerdicts.Judge(subject, escrow, view.Head, purpose, leg, known, permit, margin) : null;
    }

    /// <summary>The call of a relayed intent; null if it cannot be built now.</summary>
    public async Task<PlannedCall?> BuildAsync(IntentName name, EscrowTerms terms, CancellationToken cancellationToken)
    {
        StoredSignature[] known = [.. (await signatures.OfAsync(name.ChainId, [name.Subject], cancellationToken))[name.Subject]];
        if (name.Purpose == EscrowIntents.SettleSigned)
        {
            if (await mirror.ReadAsync(name.ChainId, [name.Subject], cancellationToken) is not { Head: { IsHalted: false } head } view
                || RelayVerdicts.Consenting(view.Of(terms), head, known) is not { } consents) return null;
            return new PlannedCall(terms.Contract, EscrowCalls.SettleSigned(terms, [.. consents.Select(one => (one.Signer, one.Bytes))]),
                NewStorageSlots: EscrowStorageSlots.Of(EscrowIntents.ExecuteSwap, -1, terms));
        }
        if (RelayVerdicts.Of(known, name.Purpose, name.Part) is not { } signature) return null;
        return name.Purpose switch
        {
            EscrowIntents.Permit => new PlannedCall(terms.Legs[name.Part].Token,
                EscrowCalls.Permit(signature.Signer, signature.Permit!.Spender, signature.Permit.Value, signature.Deadline, signature.Bytes), MostGas: (ulong)options.Value.PermitMaxGas),
            EscrowIntents.DepositPermit2 => Deposit(EscrowCalls.DepositWithPermit2(terms, name.Part, signature.Deadline, signature.Bytes)),
            _ => Deposit(EscrowCalls.DepositWithAuthorization(terms, name.Part, signature.Deadline, signature.Bytes)),
        };

        // The settlement's word in the escrow, and the escrow's balance of the token.
        PlannedCall Deposit(byte[] data) => new(terms.Contract, data, NewStorageSlots: 2, MostGas: (ulong)options.Value.DepositMaxGas);
    }

    async Task<PermitState?> ReadAsync(EscrowTerms terms, int leg, Address spender, CancellationToken cancellationToken)
    {
        EscrowLeg one = terms.Legs[leg];
        IEthereumNode node = nodes.Pin((long)terms.ChainId);
        try
        {
            return await NumberAsync("nonces(address)", AbiValue.Address(one.From)) is { } nonce
                && await NumberAsync("allowance(address,address)", AbiValue.Address(one.From), AbiValue.Address(spender)) is { } allowance ? new PermitState(nonce, allowance) : null;
        }
        catch (NodeException)
        {
            // Without a node nothing is sent either.
            return null;
        }

        async Task<UInt256?> NumberAsync(string function, params AbiValue[] arguments) =>
            await ContractQuestion.AskAsync(node, one.Token, AbiCall.Encode(function, arguments), cancellationToken) is { Length: 32 } answer ? new UInt256(answer) : null;
    }
}
