using Keystone.Domain.Escrow;
using Keystone.Settlements.Advance;
using Keystone.Transactions;

namespace Keystone.Keeper.Attestation;

/// <summary>Judges what is to be written to a settlement's registry, by the settlement, its escrow at one revision of the mirror, and the registry. Pure.</summary>
internal static class AttestationVerdicts
{
    /// <summary>True while the settlement may execute as far as this service knows: every leg is in, its parties are cleared, and its time is not over.</summary>
    public static bool MayPass(AttestationSubject subject, EscrowSnapshot escrow, ChainHead head) => subject.IsCleared && escrow is { IsOpen: true, IsFull: true } && !IsOver(subject, escrow, head);

    /// <summary>True when no gate is asked any more.</summary>
    public static bool IsOver(AttestationSubject subject, EscrowSnapshot escrow, ChainHead head) => subject.Closed || escrow.IsExecuted || escrow.IsCancelled || escrow.IsPast(head);

    /// <summary>Verdict of an attestation.</summary>
    /// <param name="subject">The settlement.</param>
    /// <param name="paused">An operator, the reconciler or a check of the parties holds it back.</param>
    /// <param name="escrow">Its escrow, with the terms.</param>
    /// <param name="head">Head of the mirror.</param>
    /// <param name="part">Place of the wallet; -1 for the settlement itself, of which a withdrawal is lifted.</param>
    /// <param name="status">What the registry has of that party; null for no answer.</param>
    /// <returns>Null where nothing can be said now, which leaves the intent as it is. Obsolete for what may not pass any more, and for what another attester has refused.</returns>
    public static IntentVerdict? OfPass(AttestationSubject subject, bool paused, EscrowSnapshot escrow, ChainHead head, int part, AttestedStatus? status)
    {
        if (!MayPass(subject, escrow, head)) return IntentVerdict.Obsolete;
        if (status is null) return null;
        // This service flags settlements and never a wallet. What another attester has found is not overwritten: the gate stays closed.
        if (status == AttestedStatus.Fail || (part >= 0 && status == AttestedStatus.Flagged)) return IntentVerdict.Obsolete;
        // Nothing stands in the way of a settlement of which nothing was withdrawn.
        if (status == AttestedStatus.Pass || (part < 0 && status == AttestedStatus.None)) return IntentVerdict.Done;
        return paused ? IntentVerdict.Paused : IntentVerdict.Wanted;
    }

    /// <summary>Verdict of a withdrawal, which an operator's stop does not hold back.</summary>
    /// <param name="subject">The settlement.</param>
    /// <param name="escrow">Its escrow, with the terms.</param>
    /// <param name="head">Head of the mirror.</param>
    /// <param name="isOpen">Whether the gate would let it execute; null for no answer.</param>
    /// <returns>Null where nothing can be said now, which leaves the intent as it is.</returns>
    public static IntentVerdict? OfWithdrawal(AttestationSubject subject, EscrowSnapshot escrow, ChainHead head, bool? isOpen) =>
        subject.IsCleared || IsOver(subject, escrow, head) ? IntentVerdict.Obsolete : isOpen switch { null => null, true => IntentVerdict.Wanted, false => IntentVerdict.Done };
}
