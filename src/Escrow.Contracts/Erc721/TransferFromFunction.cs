// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc721;

/// <summary>
/// Transfers token <c>id</c> from <c>from</c> to <c>to</c>. Requirements: - Token <c>id</c> must exist. - <c>from</c> must be the owner of the
/// token. - <c>to</c> cannot be the zero address. - The caller must be the owner of the token, or be approved to manage the token. Emits a
/// {Transfer} event.
/// </summary>
[Function("transferFrom")]
public sealed class TransferFromFunction : FunctionMessage
{
    /// <summary><c>from</c>, address.</summary>
    [Parameter("address", "from", 1)]
    public string From { get; set; } = null!;

    /// <summary><c>to</c>, address.</summary>
    [Parameter("address", "to", 2)]
    public string To { get; set; } = null!;

    /// <summary>The id of the token.</summary>
    [Parameter("uint256", "id", 3)]
    public BigInteger Id { get; set; }
}
