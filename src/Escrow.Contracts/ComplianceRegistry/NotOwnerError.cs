// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>The caller is not the owner.</summary>
[Error("NotOwner")]
public sealed class NotOwnerError : IErrorDTO
{
    /// <summary><c>caller</c>, address.</summary>
    [Parameter("address", "caller", 1)]
    public string Caller { get; set; } = null!;
}
