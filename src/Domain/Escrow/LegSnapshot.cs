namespace Keystone.Domain.Escrow;

/// <summary>Where a leg is.</summary>
public enum LegStatus
{
    /// <summary>Not deposited.</summary>
    Pending,

    /// <summary>Held by the escrow.</summary>
    Deposited,

    /// <summary>DIRECT: consented, still in the owner's wallet.</summary>
    Armed,

    /// <summary>Withdrawn before all legs were deposited; can be deposited again.</summary>
    Withdrawn,

    /// <summary>Moved to its recipient by the swap.</summary>
    Released,

    /// <summary>Refunded after a cancellation or the deadline.</summary>
    Refunded,
}

/// <summary>A leg, folded from the chain's events.</summary>
/// <param name="Terms">Its terms; null while only its hash is public, and where the mirror was read without the settlement's terms.</param>
/// <param name="Status">Where it is.</param>
/// <param name="Changed">The log that changed it last; null for a leg without a log.</param>
/// <param name="Deposited">The log of its last deposit, or of its owner's last consent; kept when the leg moves on. Null for a leg that was never deposited.</param>
public sealed record LegSnapshot(EscrowLeg? Terms, LegStatus Status, LogPosition? Changed, LogPosition? Deposited)
{
    /// <summary>True when the swap can take it: held by the escrow, or armed.</summary>
    public bool IsIn => Status is LegStatus.Deposited or LegStatus.Armed;

    /// <summary>True when the escrow holds it, and owes it.</summary>
    public bool IsHeld => Status == LegStatus.Deposited;
}
