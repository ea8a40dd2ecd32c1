using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Domain.Escrow;

/// <summary>How a settlement came to be cancelled. The numbers are the contract's.</summary>
public enum CancelledBy : byte
{
    /// <summary>By a depositor, before all legs were deposited.</summary>
    Party = 0,

    /// <summary>By the operator of the terms.</summary>
    Operator = 1,

    /// <summary>By all depositors, with their signatures.</summary>
    Everyone = 2,
}

/// <summary>An event of the escrow, from one log. The events of a settlement, folded in chain order, give its state.</summary>
/// <param name="Id">The settlement's id on the chain.</param>
public abstract record EscrowEvent(Hash32 Id)
{
    /// <summary>All terms became public.</summary>
    public sealed record Registered(Hash32 Id, Address By, EscrowTerms Terms) : EscrowEvent(Id);

    /// <summary>A first deposit opened a settlement that nobody had registered; the legs come with their deposits.</summary>
    public sealed record Opened(Hash32 Id, Address By, EscrowHeader Header, ImmutableArray<Hash32> LegHashes) : EscrowEvent(Id);

    /// <summary>The escrow now holds exactly this leg.</summary>
    public sealed record Deposited(Hash32 Id, Address From, int Index, EscrowLeg Leg) : EscrowEvent(Id);

    /// <summary>The owner of a DIRECT leg consented; nothing is held.</summary>
    public sealed record Armed(Hash32 Id, Address From, int Index, EscrowLeg Leg) : EscrowEvent(Id);

    /// <summary>A leg was withdrawn before all were deposited.</summary>
    public sealed record Withdrawn(Hash32 Id, int Index, Address To) : EscrowEvent(Id);

    /// <summary>The consent to a DIRECT leg was withdrawn.</summary>
    public sealed record Disarmed(Hash32 Id, int Index) : EscrowEvent(Id);

    /// <summary>Every leg moved.</summary>
    /// <param name="Id">The settlement.</param>
    /// <param name="By">Who called.</param>
    /// <param name="FromWallets">Bit i: leg i went from wallet to recipient; otherwise from the escrow.</param>
    public sealed record Executed(Hash32 Id, Address By, ulong FromWallets) : EscrowEvent(Id);

    /// <summary>The swap is no longer possible; held legs can be refunded at once.</summary>
    public sealed record Cancelled(Hash32 Id, Address By, CancelledBy How) : EscrowEvent(Id);

    /// <summary>A held leg was refunded.</summary>
    public sealed record Refunded(Hash32 Id, int Index, Address To) : EscrowEvent(Id);

    /// <summary>Advisory: an item of a batch did not execute. Changes no state.</summary>
    public sealed record SwapFailed(Hash32 Id, UInt256 GasGiven, ImmutableArray<byte> Reason) : EscrowEvent(Id);

    /// <summary>Advisory: a leg of a batch was not refunded. Changes no state.</summary>
    public sealed record RefundFailed(Hash32 Id, int Index, UInt256 GasGiven, ImmutableArray<byte> Reason) : EscrowEvent(Id);
}
