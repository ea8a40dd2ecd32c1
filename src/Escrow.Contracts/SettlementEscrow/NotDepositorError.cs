// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The caller is not <c>from</c> of the leg.</summary>
[Error("NotDepositor")]
public sealed class NotDepositorError : IErrorDTO
{
    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 1)]
    public BigInteger Index { get; set; }

    /// <summary><c>caller</c>, address.</summary>
    [Parameter("address", "caller", 2)]
    public string Caller { get; set; } = null!;
}
