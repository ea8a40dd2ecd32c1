// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>None is not a result.</summary>
[Error("BadStatus")]
public sealed class BadStatusError : IErrorDTO
{
}
