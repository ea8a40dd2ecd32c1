// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.

namespace Keystone.Escrow.Contracts;

/// <summary>
/// How a leg waits for execution. CUSTODY: the escrow holds it. CHECKED: the escrow holds it and, for an ERC-3643 token, asks the token's own
/// registry and compliance about the real pair (from, to) at deposit and at execution. DIRECT: it stays in the wallet, the deposit is only a
/// consent ("armed").
/// </summary>
public enum CustodyMode
{
    /// <summary>CUSTODY.</summary>
    Custody = 0,

    /// <summary>CHECKED.</summary>
    Checked = 1,

    /// <summary>DIRECT.</summary>
    Direct = 2,
}
