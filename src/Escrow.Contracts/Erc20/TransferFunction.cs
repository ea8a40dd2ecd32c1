// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>
/// Transfer <c>amount</c> tokens from the caller to <c>to</c>. Requirements: - <c>from</c> must at least have <c>amount</c>. Emits a {Transfer}
/// event.
/// </summary>
[Function("transfer", "bool")]
public sealed class TransferFunction : FunctionMessage
{
    /// <summary><c>to</c>, address.</summary>
    [Parameter("address", "to", 1)]
    public string To { get; set; } = null!;

    /// <summary>The amount in smallest units.</summary>
    [Parameter("uint256", "amount", 2)]
    public BigInteger Amount { get; set; }
}
