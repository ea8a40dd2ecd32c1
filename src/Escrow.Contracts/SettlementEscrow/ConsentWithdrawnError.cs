// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The leg was withdrawn once; signatures for it are void.</summary>
[Error("ConsentWithdrawn")]
public sealed class ConsentWithdrawnError : IErrorDTO
{
    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 1)]
    public BigInteger Index { get; set; }
}
