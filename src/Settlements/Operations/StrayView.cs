using System.ComponentModel;

namespace Keystone.Settlements.Operations;

/// <summary>Tokens that came to an escrow by a plain transfer, which is no deposit and which nobody can send back.</summary>
public sealed record StrayView(
    [property: Description("EIP-155 id of the chain.")] long ChainId,
    [property: Description("The token contract.")] string Token,
    [property: Description("Smallest units.")] string Amount,
    [property: Description("Who sent it.")] string From,
    [property: Description("Transaction of the transfer.")] string Hash,
    [property: Description("Index of the log in its block, from 0.")] int LogIndex,
    [property: Description("Number of the block.")] long BlockNumber,
    [property: Description("Hash of the block.")] string BlockHash);
