using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Domain.Escrow;

/// <summary>State of a settlement in the escrow. The numbers are the contract's.</summary>
public enum EscrowState : byte
{
    /// <summary>Nothing happened.</summary>
    None = 0,

    /// <summary>Takes deposits until its deadline.</summary>
    Open = 1,

    /// <summary>Every leg moved. For ever.</summary>
    Executed = 2,

    /// <summary>Will never be executed. For ever.</summary>
    Cancelled = 3,
}

/// <summary>Where a leg is.</summary>
public enum LegStatus
{
    /// <summary>Not in.</summary>
    Pending,

    /// <summary>Held by the escrow.</summary>
    Deposited,

    /// <summary>DIRECT: consented, still in the owner's wallet.</summary>
    Armed,

    /// <summary>Taken back before all were in; can come again.</summary>
    Withdrawn,

    /// <summary>Moved to its recipient by the swap.</summary>
    Released,

    /// <summary>Went back after a cancellation or the deadline.</summary>
    Refunded,
}

/// <summary>A leg as the chain's events tell it.</summary>
/// <param name="Leg">Its terms; null while only its hash is public.</param>
/// <param name="Status">Where it is.</param>
/// <param name="Changed">The log that changed it last; null for a leg that nothing happened to.</param>
public sealed record EscrowLegRecord(EscrowLeg? Leg, LegStatus Status, LogPosition? Changed);

/// <summary>A log's place in the chain.</summary>
/// <param name="Block">Height.</param>
/// <param name="Transaction">Hash of the transaction.</param>
/// <param name="LogIndex">Place in the block.</param>
public readonly record struct LogPosition(long Block, Hash32 Transaction, int LogIndex);

/// <summary>A settlement as the chain's events tell it: the fold over them.</summary>
/// <param name="Id">The settlement's id on the chain.</param>
/// <param name="State">State.</param>
/// <param name="Header">Public part of the terms; null when it was cancelled before anyone published them.</param>
/// <param name="Legs">Legs in order; empty while unknown.</param>
/// <param name="FirstSeen">The first event.</param>
/// <param name="Registered">When all terms became public.</param>
/// <param name="Executed">When the swap ran.</param>
/// <param name="Cancelled">When it was cancelled.</param>
public sealed record EscrowRecord(
    Hash32 Id, EscrowState State, EscrowHeader? Header, ImmutableArray<EscrowLegRecord> Legs, LogPosition FirstSeen,
    LogPosition? Registered, LogPosition? Executed, LogPosition? Cancelled)
{
    /// <summary>True when every leg is held or armed.</summary>
    public bool IsFull => !Legs.IsEmpty && Legs.All(leg => leg.Status is LegStatus.Deposited or LegStatus.Armed);

    /// <summary>Number of legs that the escrow owes to somebody.</summary>
    public int HeldLegs => Legs.Count(leg => leg.Status == LegStatus.Deposited);
}
