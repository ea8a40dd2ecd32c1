// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.EscrowLens;

/// <summary>The status of many settlements; all zero for an unknown id.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("statusOf", typeof(StatusOfOutput))]
public sealed class StatusOfFunction : FunctionMessage
{
    /// <summary><c>ids</c>, bytes32[].</summary>
    [Parameter("bytes32[]", "ids", 1)]
    public List<byte[]> Ids { get; set; } = [];
}
