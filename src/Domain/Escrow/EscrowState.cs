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
