// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.

namespace Keystone.Escrow.Contracts;

/// <summary>Who ended a settlement that did not execute.</summary>
public enum CancelledBy
{
    /// <summary>Party.</summary>
    Party = 0,

    /// <summary>Operator.</summary>
    Operator = 1,

    /// <summary>Everyone.</summary>
    Everyone = 2,
}
