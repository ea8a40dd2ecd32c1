// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The number of legs is zero or above <c>MAX_LEGS</c>.</summary>
[Error("BadLegCount")]
public sealed class BadLegCountError : IErrorDTO
{
    /// <summary><c>count</c>, uint256.</summary>
    [Parameter("uint256", "count", 1)]
    public BigInteger Count { get; set; }
}
