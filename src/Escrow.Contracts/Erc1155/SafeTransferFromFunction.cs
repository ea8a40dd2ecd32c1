// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc1155;

/// <summary>
/// Transfers <c>amount</c> of <c>id</c> from <c>from</c> to <c>to</c>. Requirements: - <c>to</c> cannot be the zero address. - <c>from</c> must
/// have at least <c>amount</c> of <c>id</c>. - If the caller is not <c>from</c>, it must be approved to manage the tokens of <c>from</c>. - If
/// <c>to</c> refers to a smart contract, it must implement {ERC1155-onERC1155Received}, which is called upon a batch transfer. Emits a
/// {TransferSingle} event.
/// </summary>
[Function("safeTransferFrom")]
public sealed class SafeTransferFromFunction : FunctionMessage
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

    /// <summary>The amount in smallest units.</summary>
    [Parameter("uint256", "amount", 4)]
    public BigInteger Amount { get; set; }

    /// <summary><c>data</c>, bytes.</summary>
    [Parameter("bytes", "data", 5)]
    public byte[] Data { get; set; } = null!;
}
