// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>
/// Executes, with the missing legs taken from the wallets of those who signed the id, straight to their recipients. Callable by anyone; the
/// caller counts as signed. A signature is void for a leg that was withdrawn. Only on the chain of deployment.
/// </summary>
[Function("settleSigned")]
public sealed class SettleSignedFunction : FunctionMessage
{
    /// <summary>The full terms.</summary>
    [Parameter("tuple", "settlement", 1, "Settlement")]
    public SettlementTerms Settlement { get; set; } = null!;

    /// <summary>Strictly ascending.</summary>
    [Parameter("address[]", "signers", 2)]
    public List<string> Signers { get; set; } = [];

    /// <summary>One per signer: 65 bytes, 64 bytes (EIP-2098), or what the signer's code accepts (ERC-1271).</summary>
    [Parameter("bytes[]", "signatures", 3)]
    public List<byte[]> Signatures { get; set; } = [];
}
