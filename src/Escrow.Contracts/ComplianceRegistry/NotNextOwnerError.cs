// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>The ownership was not offered to the caller.</summary>
[Error("NotNextOwner")]
public sealed class NotNextOwnerError : IErrorDTO
{
    /// <summary><c>caller</c>, address.</summary>
    [Parameter("address", "caller", 1)]
    public string Caller { get; set; } = null!;
}
