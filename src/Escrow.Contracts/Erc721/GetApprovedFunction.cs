// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc721;

/// <summary>Returns the account approved to manage token <c>id</c>. Requirements: - Token <c>id</c> must exist.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("getApproved", "address")]
public sealed class GetApprovedFunction : FunctionMessage
{
    /// <summary>The id of the token.</summary>
    [Parameter("uint256", "id", 1)]
    public BigInteger Id { get; set; }
}
