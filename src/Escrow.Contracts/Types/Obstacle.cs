// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.

namespace Keystone.Escrow.Contracts;

/// <summary>
/// What speaks against a settlement as a whole. Ended: executed or cancelled. Expired: after the deadline. TooEarly: before <c>notBefore</c>;
/// deposits work already. BadWindow, BadRole: the escrow refuses the header. GateClosed: the gate does not let it execute now. OperatorIsParty:
/// a warning, because the operator of a settlement can end it alone.
/// </summary>
public enum Obstacle
{
    /// <summary>Ended.</summary>
    Ended = 0,

    /// <summary>Expired.</summary>
    Expired = 1,

    /// <summary>TooEarly.</summary>
    TooEarly = 2,

    /// <summary>BadWindow.</summary>
    BadWindow = 3,

    /// <summary>BadRole.</summary>
    BadRole = 4,

    /// <summary>GateClosed.</summary>
    GateClosed = 5,

    /// <summary>OperatorIsParty.</summary>
    OperatorIsParty = 6,
}
