// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc1155;

/// <summary>
/// Transfers <c>amounts</c> of <c>ids</c> from <c>from</c> to <c>to</c>. Requirements: - <c>to</c> cannot be the zero address. - <c>from</c>
/// must have at least <c>amount</c> of <c>id</c>. - <c>ids</c> and <c>amounts</c> must have the same length. - If the caller is not
/// <c>from</c>, it must be approved to manage the tokens of <c>from</c>. - If <c>to</c> refers to a smart contract, it must implement
/// {ERC1155-onERC1155BatchReceived}, which is called upon a batch transfer. Emits a {TransferBatch} event.
/// </summary>
[Function("safeBatchTransferFrom")]
public sealed class SafeBatchTransferFromFunction : FunctionMessage
{
    /// <summary><c>from</c>, address.</summary>
    [Parameter("address", "from", 1)]
    public string From { get; set; } = null!;

    /// <summary><c>to</c>, address.</summary>
    [Parameter("address", "to", 2)]
    public string To { get; set; } = null!;

    /// <summary><c>ids</c>, uint256[].</summary>
    [Parameter("uint256[]", "ids", 3)]
    public List<BigInteger> Ids { get; set; } = [];

    /// <summary><c>amounts</c>, uint256[].</summary>
    [Parameter("uint256[]", "amounts", 4)]
    public List<BigInteger> Amounts { get; set; } = [];

    /// <summary><c>data</c>, bytes.</summary>
    [Parameter("bytes", "data", 5)]
    public byte[] Data { get; set; } = null!;
}
