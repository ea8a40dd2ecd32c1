// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc1155;

/// <summary>Returns the amounts of <c>ids</c> for <c>owners. Requirements: - </c>owners<c> and </c>ids` must have the same length.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("balanceOfBatch", "uint256[]")]
public sealed class BalanceOfBatchFunction : FunctionMessage
{
    /// <summary><c>owners</c>, address[].</summary>
    [Parameter("address[]", "owners", 1)]
    public List<string> Owners { get; set; } = [];

    /// <summary><c>ids</c>, uint256[].</summary>
    [Parameter("uint256[]", "ids", 2)]
    public List<BigInteger> Ids { get; set; } = [];
}
