// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc721;

/// <summary>
/// Sets <c>account</c> as the approved account to manage token <c>id</c>. Requirements: - Token <c>id</c> must exist. - The caller must be the
/// owner of the token, or an approved operator for the token owner. Emits an {Approval} event.
/// </summary>
[Function("approve")]
public sealed class ApproveFunction : FunctionMessage
{
    /// <summary><c>account</c>, address.</summary>
    [Parameter("address", "account", 1)]
    public string Account { get; set; } = null!;

    /// <summary>The id of the token.</summary>
    [Parameter("uint256", "id", 2)]
    public BigInteger Id { get; set; }
}
