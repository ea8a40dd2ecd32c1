// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.EscrowLens;

/// <summary>What <c>preflight</c> returns.</summary>
[FunctionOutput]
public sealed class PreflightOutput : IFunctionOutputDTO
{
    /// <summary><c>report</c>, Report.</summary>
    [Parameter("tuple", "report", 1, "Report")]
    public PreflightReport Report { get; set; } = null!;
}
