// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The leg is not the one at this index of the settlement.</summary>
[Error("LegMismatch")]
public sealed class LegMismatchError : IErrorDTO
{
    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 1)]
    public BigInteger Index { get; set; }
}
