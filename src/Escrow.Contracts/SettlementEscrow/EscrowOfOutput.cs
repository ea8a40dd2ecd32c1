// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>What <c>escrowOf</c> returns.</summary>
[FunctionOutput]
public sealed class EscrowOfOutput : IFunctionOutputDTO
{
    /// <summary>The state.</summary>
    [Parameter("uint8", "state", 1)]
    public SettlementState State { get; set; }

    /// <summary>Bit i: the escrow holds leg i and owes it.</summary>
    [Parameter("uint64", "held", 2)]
    public ulong Held { get; set; }

    /// <summary>Bit i: the owner of DIRECT leg i consented.</summary>
    [Parameter("uint64", "armed", 3)]
    public ulong Armed { get; set; }

    /// <summary>Bit i: leg i was withdrawn once.</summary>
    [Parameter("uint64", "left", 4)]
    public ulong Left { get; set; }

    /// <summary>The number of legs; zero if the settlement was cancelled before it was opened.</summary>
    [Parameter("uint8", "legCount", 5)]
    public byte LegCount { get; set; }

    /// <summary>Whether <c>Registered</c> was emitted.</summary>
    [Parameter("bool", "registered", 6)]
    public bool Registered { get; set; }
}
