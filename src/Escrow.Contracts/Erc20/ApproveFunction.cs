// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>Sets <c>amount</c> as the allowance of <c>spender</c> over the caller's tokens. Emits a {Approval} event.</summary>
[Function("approve", "bool")]
public sealed class ApproveFunction : FunctionMessage
{
    /// <summary><c>spender</c>, address.</summary>
    [Parameter("address", "spender", 1)]
    public string Spender { get; set; } = null!;

    /// <summary>The amount in smallest units.</summary>
    [Parameter("uint256", "amount", 2)]
    public BigInteger Amount { get; set; }
}
