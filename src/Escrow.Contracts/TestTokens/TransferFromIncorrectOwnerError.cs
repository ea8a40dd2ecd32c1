// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.TestTokens;

/// <summary>The error <c>TransferFromIncorrectOwner</c>.</summary>
[Error("TransferFromIncorrectOwner")]
public sealed class TransferFromIncorrectOwnerError : IErrorDTO
{
}
