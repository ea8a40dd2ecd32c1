// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.TestTokens;

/// <summary>The error <c>TransferToZeroAddress</c>.</summary>
[Error("TransferToZeroAddress")]
public sealed class TransferToZeroAddressError : IErrorDTO
{
}
