// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.TestTokens;

/// <summary>The error <c>TransferToNonERC1155ReceiverImplementer</c>.</summary>
[Error("TransferToNonERC1155ReceiverImplementer")]
public sealed class TransferToNonERC1155ReceiverImplementerError : IErrorDTO
{
}
