// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.TestTokens;

/// <summary>The error <c>TransferToNonERC721ReceiverImplementer</c>.</summary>
[Error("TransferToNonERC721ReceiverImplementer")]
public sealed class TransferToNonERC721ReceiverImplementerError : IErrorDTO
{
}
