using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Settlements.Advance;
using Keystone.Settlements.Deposits;
using Keystone.Transactions;

namespace Keystone.Keeper.EscrowTransactions;

/// <summary>What the token itself says of a permit, beside the mirror.</summary>
/// <param name="Nonce">The owner's nonce.</param>
/// <param name="Allowance">What the spender may take.</param>
internal sealed record PermitState(UInt256 Nonce, UInt256 Allowance);

/// <summary>Judges the relay of signatures by the escrow at one revision of the mirror. Pure.</summary>
internal static class RelayVerdicts
{
    /// <summary>Verdict of a relay: done, wanted, paused or obsolete.</summary>
    /// <param name="subject">The settlement.</param>
    /// <param name="escrow">Its escrow, with the terms.</param>
    /// <param name="head">Head of the mirror.</param>
    /// <param name="purpose">A relayed purpose of <see cref="EscrowIntents"/>.</param>
    /// <param name="leg">Leg; -1 for all.</param>
    /// <param name="signatures">The newest signatures of the settlement.</param>
    /// <param name="permit">Of a permit: what its token says; null for no answer.</param>
    /// <param name="swapMarginSeconds">Time before the deadline below which a swap is no longer sent, seconds.</param>
    /// <returns>Null where nothing can be said now, which leaves the intent as it is.</returns>
    public static IntentVerdict? Judge(TransactionSubject subject, EscrowSnapshot escrow, ChainHead head, string purpose, int leg, IReadOnlyCollection<StoredSignature> signatures, PermitState? permit, int swapMarginSeconds)
    {
        bool isOpen = subject is { RollingBack: false, Closed: false } && escrow.IsOpen && !escrow.IsPast(head);
        if (purpose == EscrowIntents.SettleSigned)
        {
            if (escrow.IsExecuted) return IntentVerdict.Done;
            bool complete = isOpen && !escrow.IsFull && !escrow.IsPast(head.Time.Plus((ulong)swapMarginSeconds)) && Consenting(escrow, head, signatures) is not null;
            return !complete ? IntentVerdict.Obsolete : subject.Paused ? IntentVerdict.Paused : IntentVerdict.Wanted;
        }
        LegStatus status = escrow.StatusOf(leg);
        if (status is LegStatus.Deposited or LegStatus.Armed or LegStatus.Released) return IntentVerdict.Done;
        if (!isOpen || status != LegStatus.Pending || Of(signatures, purpose, leg) is not { } signature || head.Time.IsPast(signature.Until)) return IntentVerdict.Obsolete;
        if (signature.Permit is { } terms)
        {
            if (permit is null) return null;
            if (permit.Allowance >= terms.Value || permit.Nonce > terms.Nonce) return IntentVerdict.Done;
        }
        return subject.Paused ? IntentVerdict.Paused : IntentVerdict.Wanted;
    }

    /// <summary>The newest signature for a purpose and leg.</summary>
    public static StoredSignature? Of(IEnumerable<StoredSignature> signatures, string purpose, int leg) =>
        signatures.FirstOrDefault(one => one.Leg == leg && EscrowIntents.Of(one.Kind) == purpose);

    /// <summary>
    /// The consents with which the swap can run: one of each wallet whose leg is not in. Null while one is missing, is too old, or was ended by a withdrawal.
    /// </summary>
    public static IReadOnlyList<StoredSignature>? Consenting(EscrowSnapshot escrow, ChainHead head, IReadOnlyCollection<StoredSignature> signatures)
    {
        Dictionary<Address, StoredSignature> consents = [];
        foreach (LegSnapshot leg in escrow.Legs)
        {
            if (leg.IsIn) continue;
            if (leg.Status != LegStatus.Pending || leg.Terms is not { } terms) return null;
            if (signatures.FirstOrDefault(one => one.Kind == SignatureKind.Settle && one.Signer == terms.From) is not { } consent || head.Time.IsPast(consent.Until)) return null;
            consents[terms.From] = consent;
        }
        return consents.Count == 0 ? null : [.. consents.Values];
    }
}
