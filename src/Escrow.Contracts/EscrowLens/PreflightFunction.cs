// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.EscrowLens;

/// <summary>What would stop the deposits and the execution of a settlement in this block.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("preflight", typeof(PreflightOutput))]
public sealed class PreflightFunction : FunctionMessage
{
    /// <summary>The full terms.</summary>
    [Parameter("tuple", "settlement", 1, "Settlement")]
    public SettlementTerms Settlement { get; set; } = null!;

    /// <summary>Who is about to deposit, or zero: legs of others are then not marked WrongSender.</summary>
    [Parameter("address", "caller", 2)]
    public string Caller { get; set; } = null!;
}
