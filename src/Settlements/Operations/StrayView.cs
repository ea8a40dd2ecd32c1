using System.ComponentModel;

namespace Keystone.Settlements.Operations;

/// <summary>Tokens that came to an escrow by a plain transfer, which is no deposit and which nobody can send back.</summary>
public sealed record StrayView(
    long ChainId,
    [property: Description("The token contract.")] string Token,
    [property: Description("Smallest units.")] string Amount,
    [property: Description("Who sent it.")] string From,
    [property: Description("Transaction of the transfer.")] string Hash,
    int LogIndex,
    long BlockNumber,
    string BlockHash);
