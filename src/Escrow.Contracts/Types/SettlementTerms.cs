// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts;

/// <summary>
/// The full terms. The id of a settlement is the EIP-712 digest of this struct. The first six members are those of <c>Header</c>.
/// </summary>
[Struct("Settlement")]
public sealed class SettlementTerms
{
    /// <summary><c>ref</c>, bytes32.</summary>
    [Parameter("bytes32", "ref", 1)]
    public byte[] Ref { get; set; } = null!;

    /// <summary>Seconds since the epoch.</summary>
    [Parameter("uint64", "notBefore", 2)]
    public ulong NotBefore { get; set; }

    /// <summary>Seconds since the epoch.</summary>
    [Parameter("uint64", "deadline", 3)]
    public ulong Deadline { get; set; }

    /// <summary><c>operator</c>, address.</summary>
    [Parameter("address", "operator", 4)]
    public string Operator { get; set; } = null!;

    /// <summary><c>gate</c>, address.</summary>
    [Parameter("address", "gate", 5)]
    public string Gate { get; set; } = null!;

    /// <summary><c>commitment</c>, bytes32.</summary>
    [Parameter("bytes32", "commitment", 6)]
    public byte[] Commitment { get; set; } = null!;

    /// <summary>The leg at <c>index</c>.</summary>
    [Parameter("tuple[]", "legs", 7, "Leg[]")]
    public List<SettlementLeg> Legs { get; set; } = [];
}
