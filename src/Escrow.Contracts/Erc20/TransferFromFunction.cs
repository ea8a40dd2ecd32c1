// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>
/// Transfers <c>amount</c> tokens from <c>from</c> to <c>to</c>. Note: Does not update the allowance if it is the maximum uint256 value.
/// Requirements: - <c>from</c> must at least have <c>amount</c>. - The caller must have at least <c>amount</c> of allowance to transfer the
/// tokens of <c>from</c>. Emits a {Transfer} event.
/// </summary>
[Function("transferFrom", "bool")]
public sealed class TransferFromFunction : FunctionMessage
{
    /// <summary><c>from</c>, address.</summary>
    [Parameter("address", "from", 1)]
    public string From { get; set; } = null!;

    /// <summary><c>to</c>, address.</summary>
    [Parameter("address", "to", 2)]
    public string To { get; set; } = null!;

    /// <summary>The amount in smallest units.</summary>
    [Parameter("uint256", "amount", 3)]
    public BigInteger Amount { get; set; }
}
