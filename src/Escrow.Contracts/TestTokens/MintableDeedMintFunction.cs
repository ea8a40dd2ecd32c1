// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.TestTokens;

/// <summary>Mints the token <c>tokenId</c> to <c>to</c>. Open to everyone.</summary>
[Function("mint")]
public sealed class MintableDeedMintFunction : FunctionMessage
{
    /// <summary><c>to</c>, address.</summary>
    [Parameter("address", "to", 1)]
    public string To { get; set; } = null!;

    /// <summary>The id of the token.</summary>
    [Parameter("uint256", "tokenId", 2)]
    public BigInteger TokenId { get; set; }
}
