// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts;

/// <summary>One delivery.</summary>
[Struct("Leg")]
public sealed class SettlementLeg
{
    /// <summary>The token standard. A token of kind ERC-721 must answer <c>supportsInterface(0x80ac58cd)</c> of ERC-165 with true.</summary>
    [Parameter("uint8", "kind", 1)]
    public TokenKind Kind { get; set; }

    /// <summary>Where the asset waits.</summary>
    [Parameter("uint8", "mode", 2)]
    public CustodyMode Mode { get; set; }

    /// <summary>The token contract.</summary>
    [Parameter("address", "token", 3)]
    public string Token { get; set; } = null!;

    /// <summary>The wallet that delivers.</summary>
    [Parameter("address", "from", 4)]
    public string From { get; set; } = null!;

    /// <summary>The wallet that receives when the settlement executes.</summary>
    [Parameter("address", "to", 5)]
    public string To { get; set; } = null!;

    /// <summary>The wallet that receives when the leg comes back; explicit, never redirected. Equal to <c>from</c> for DIRECT.</summary>
    [Parameter("address", "refundTo", 6)]
    public string RefundTo { get; set; } = null!;

    /// <summary>The id of an ERC-721 or ERC-1155 token; zero for ERC-20.</summary>
    [Parameter("uint256", "tokenId", 7)]
    public BigInteger TokenId { get; set; }

    /// <summary>The amount in smallest units; one for ERC-721.</summary>
    [Parameter("uint256", "amount", 8)]
    public BigInteger Amount { get; set; }
}
