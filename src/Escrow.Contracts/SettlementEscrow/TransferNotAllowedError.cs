// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The token's own rules do not let <c>from</c> deliver to <c>to</c>.</summary>
[Error("TransferNotAllowed")]
public sealed class TransferNotAllowedError : IErrorDTO
{
    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 1)]
    public BigInteger Index { get; set; }
}
