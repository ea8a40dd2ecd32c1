// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.

namespace Keystone.Escrow.Contracts;

/// <summary>What a screening found. None: nothing was attested.</summary>
public enum ComplianceStatus
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Pass.</summary>
    Pass = 1,

    /// <summary>Flagged.</summary>
    Flagged = 2,

    /// <summary>Fail.</summary>
    Fail = 3,
}
