// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>
/// Ends a settlement, full or not, before its deadline, with a signed <c>Cancel(id)</c> of every <c>from</c>. Callable by anyone; the caller
/// counts as signed. Valid before the chain has seen the settlement. Only on the chain of deployment.
/// </summary>
[Function("cancelSigned")]
public sealed class CancelSignedFunction : FunctionMessage
{
    /// <summary>The full terms.</summary>
    [Parameter("tuple", "settlement", 1, "Settlement")]
    public SettlementTerms Settlement { get; set; } = null!;

    /// <summary>Strictly ascending.</summary>
    [Parameter("address[]", "signers", 2)]
    public List<string> Signers { get; set; } = [];

    /// <summary><c>signatures</c>, bytes[].</summary>
    [Parameter("bytes[]", "signatures", 3)]
    public List<byte[]> Signatures { get; set; } = [];
}
