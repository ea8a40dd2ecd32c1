using Keystone.Ethereum;

namespace Keystone.Domain.Escrow;

/// <summary>What moved a leg into the escrow or out of it.</summary>
public enum MovementKind
{
    /// <summary>Its depositor paid it in.</summary>
    Deposited,

    /// <summary>It went back before all legs were in.</summary>
    Withdrawn,

    /// <summary>The swap gave it to its recipient.</summary>
    Released,

    /// <summary>It went back after a cancellation or the deadline.</summary>
    Refunded,
}

/// <summary>Tokens that came to the escrow or left it, for one leg.</summary>
/// <param name="EscrowId">Settlement on the chain.</param>
/// <param name="LegIndex">Index of the leg.</param>
/// <param name="Kind">What moved it.</param>
/// <param name="Leg">Its terms.</param>
/// <param name="Other">The account on the other side: who paid, or who got it.</param>
/// <param name="At">The log that says so.</param>
public sealed record EscrowMovement(Hash32 EscrowId, int LegIndex, MovementKind Kind, EscrowLeg Leg, Address Other, LogPosition At)
{
    /// <summary>True for what came to the escrow.</summary>
    public bool IsIn => Kind == MovementKind.Deposited;
}
