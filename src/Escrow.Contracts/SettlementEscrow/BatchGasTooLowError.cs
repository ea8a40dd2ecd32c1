// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The gas left cannot give the item what was asked for.</summary>
[Error("BatchGasTooLow")]
public sealed class BatchGasTooLowError : IErrorDTO
{
    /// <summary><c>item</c>, uint256.</summary>
    [Parameter("uint256", "item", 1)]
    public BigInteger Item { get; set; }
}
