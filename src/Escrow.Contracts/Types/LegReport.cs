// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts;

/// <summary>One leg before its deposit or execution.</summary>
[Struct("LegReport")]
public sealed class LegReport
{
    /// <summary>Whether it is held or armed.</summary>
    [Parameter("bool", "isIn", 1)]
    public bool IsIn { get; set; }

    /// <summary>The fault, if <c>reasons</c> has Faulty.</summary>
    [Parameter("uint8", "fault", 2)]
    public LegFault Fault { get; set; }

    /// <summary>What <c>from</c> has of the asset, in smallest units; zero for a leg in custody.</summary>
    [Parameter("uint256", "balance", 3)]
    public BigInteger Balance { get; set; }

    /// <summary>What the escrow may take of it; the largest number for an approval of all.</summary>
    [Parameter("uint256", "allowance", 4)]
    public BigInteger Allowance { get; set; }

    /// <summary>What speaks against it, in the order of <c>LegReason</c>; empty if nothing does.</summary>
    [Parameter("uint8[]", "reasons", 5)]
    public List<LegReason> Reasons { get; set; } = [];
}
