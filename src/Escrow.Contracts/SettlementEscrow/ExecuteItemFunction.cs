// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>One item of <c>executeSwaps</c>. Only by the contract itself.</summary>
[Function("executeItem")]
public sealed class ExecuteItemFunction : FunctionMessage
{
    /// <summary>The full terms.</summary>
    [Parameter("tuple", "settlement", 1, "Settlement")]
    public SettlementTerms Settlement { get; set; } = null!;

    /// <summary>Who called <c>executeSwaps</c>.</summary>
    [Parameter("address", "by", 2)]
    public string By { get; set; } = null!;
}
