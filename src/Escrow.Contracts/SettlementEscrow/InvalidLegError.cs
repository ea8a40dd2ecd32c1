// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The leg breaks a rule.</summary>
[Error("InvalidLeg")]
public sealed class InvalidLegError : IErrorDTO
{
    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 1)]
    public BigInteger Index { get; set; }

    /// <summary><c>fault</c>, uint8.</summary>
    [Parameter("uint8", "fault", 2)]
    public LegFault Fault { get; set; }
}
