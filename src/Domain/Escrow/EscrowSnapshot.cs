using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Domain.Escrow;

/// <summary>
/// A settlement's escrow, folded from the chain's events up to one block. The one value that the engine decides on, that
/// transactions are judged by, that the API shows and that the reconciler compares.
/// </summary>
/// <param name="Id">The settlement's id on the chain.</param>
/// <param name="State">State at that block.</param>
/// <param name="Reference">The <c>ref</c> of the terms; null while no header is public.</param>
/// <param name="Deadline">Last block time of the swap; null when it was cancelled before anyone published its header.</param>
/// <param name="Legs">Legs in order; empty while their number is unknown.</param>
/// <param name="FirstBlock">Height of the first event.</param>
/// <param name="Registered">When all terms became public; null before.</param>
/// <param name="Executed">When the swap ran; null before.</param>
/// <param name="Cancelled">When it was cancelled; null before.</param>
public sealed record EscrowSnapshot(
    Hash32 Id, EscrowState State, Hash32? Reference, ChainTime? Deadline, ImmutableArray<LegSnapshot> Legs, long FirstBlock,
    TransactionPosition? Registered, TransactionPosition? Executed, TransactionPosition? Cancelled)
{
    /// <summary>An escrow without any event on the chain: these terms, and nothing deposited.</summary>
    public static EscrowSnapshot Unseen(EscrowTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return new EscrowSnapshot(terms.Id, EscrowState.None, null, null, [], -1, null, null, null).With(terms);
    }

    /// <summary>Takes deposits until its deadline.</summary>
    public bool IsOpen => State == EscrowState.Open;

    /// <summary>The swap ran.</summary>
    public bool IsExecuted => State == EscrowState.Executed;

    /// <summary>Will never be executed.</summary>
    public bool IsCancelled => State == EscrowState.Cancelled;

    /// <summary>True when every leg is deposited or armed: the swap can run.</summary>
    public bool IsFull
    {
        get
        {
            foreach (LegSnapshot leg in Legs)
                if (!leg.IsIn) return false;
            return !Legs.IsEmpty;
        }
    }

    /// <summary>True when the escrow holds a leg, and so owes it to somebody.</summary>
    public bool Holds
    {
        get
        {
            foreach (LegSnapshot leg in Legs)
                if (leg.IsHeld) return true;
            return false;
        }
    }

    /// <summary>Bit i: the escrow holds leg i.</summary>
    public ulong HeldLegs => Bits(leg => leg.IsHeld);

    /// <summary>Bit i: the owner of the DIRECT leg i consented.</summary>
    public ulong ArmedLegs => Bits(leg => leg.Status == LegStatus.Armed);

    /// <summary>True when a block of this time comes after the deadline: no deposit and no swap any more, and each deposit can be refunded. False while the deadline is unknown.</summary>
    public bool IsPast(ChainTime time) => Deadline is { } deadline && time.IsPast(deadline);

    /// <summary>True at a head after the deadline.</summary>
    public bool IsPast(ChainHead head) => IsPast((head ?? throw new ArgumentNullException(nameof(head))).Time);

    /// <summary>True when no reorg can bring a swap or a deposit any more: it was cancelled in a finalized block, or the finalized block is past the deadline.</summary>
    public bool IsClosedForGood(ChainHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return IsCancelled ? Cancelled?.Block <= head.Finalized : IsPast(head.FinalizedTime);
    }

    /// <summary>Status of a leg; pending for one that the chain has not shown.</summary>
    public LegStatus StatusOf(int leg) => leg >= 0 && leg < Legs.Length ? Legs[leg].Status : LegStatus.Pending;

    /// <summary>
    /// The same with the terms that its id commits to, which the parties know before the chain does: reference, deadline and every leg.
    /// </summary>
    public EscrowSnapshot With(EscrowTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ImmutableArray<LegSnapshot>.Builder legs = ImmutableArray.CreateBuilder<LegSnapshot>(terms.Legs.Length);
        for (int i = 0; i < terms.Legs.Length; i++)
            legs.Add(i < Legs.Length ? Legs[i] with { Terms = terms.Legs[i] } : new LegSnapshot(terms.Legs[i], LegStatus.Pending, null, null));
        return this with { Reference = terms.Header.Ref, Deadline = terms.Header.Deadline, Legs = legs.MoveToImmutable() };
    }

    ulong Bits(Func<LegSnapshot, bool> isSet)
    {
        ulong bits = 0;
        for (int i = 0; i < Legs.Length; i++)
            if (isSet(Legs[i])) bits |= 1UL << i;
        return bits;
    }
}
