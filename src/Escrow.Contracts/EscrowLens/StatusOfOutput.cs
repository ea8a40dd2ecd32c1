// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.EscrowLens;

/// <summary>What <c>statusOf</c> returns.</summary>
[FunctionOutput]
public sealed class StatusOfOutput : IFunctionOutputDTO
{
    /// <summary><c>statuses</c>, Status[].</summary>
    [Parameter("tuple[]", "statuses", 1, "Status[]")]
    public List<SettlementStatus> Statuses { get; set; } = [];
}
