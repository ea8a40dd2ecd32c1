// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>The owner of a new registry is zero.</summary>
[Error("ZeroOwner")]
public sealed class ZeroOwnerError : IErrorDTO
{
}
