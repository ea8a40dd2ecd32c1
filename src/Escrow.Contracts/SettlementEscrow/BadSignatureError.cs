// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The signature is not the signer's.</summary>
[Error("BadSignature")]
public sealed class BadSignatureError : IErrorDTO
{
    /// <summary><c>signer</c>, address.</summary>
    [Parameter("address", "signer", 1)]
    public string Signer { get; set; } = null!;
}
