// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.

namespace Keystone.Escrow.Contracts;

/// <summary>The state of a settlement. It never decreases; Executed and Cancelled never change.</summary>
public enum SettlementState
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Open.</summary>
    Open = 1,

    /// <summary>Executed.</summary>
    Executed = 2,

    /// <summary>Cancelled.</summary>
    Cancelled = 3,
}
