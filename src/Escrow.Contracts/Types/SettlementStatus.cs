// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts;

/// <summary>What the chain knows of a settlement; see <c>ISettlementEscrow.escrowOf</c>.</summary>
[Struct("Status")]
public sealed class SettlementStatus
{
    /// <summary><c>state</c>, uint8.</summary>
    [Parameter("uint8", "state", 1)]
    public SettlementState State { get; set; }

    /// <summary><c>held</c>, uint64.</summary>
    [Parameter("uint64", "held", 2)]
    public ulong Held { get; set; }

    /// <summary><c>armed</c>, uint64.</summary>
    [Parameter("uint64", "armed", 3)]
    public ulong Armed { get; set; }

    /// <summary><c>left</c>, uint64.</summary>
    [Parameter("uint64", "left", 4)]
    public ulong Left { get; set; }

    /// <summary><c>legCount</c>, uint8.</summary>
    [Parameter("uint8", "legCount", 5)]
    public byte LegCount { get; set; }

    /// <summary><c>registered</c>, bool.</summary>
    [Parameter("bool", "registered", 6)]
    public bool Registered { get; set; }

    /// <summary>Whether every leg is in, so that anyone may execute inside the window.</summary>
    [Parameter("bool", "full", 7)]
    public bool Full { get; set; }
}
