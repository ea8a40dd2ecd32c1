using Keystone.Ethereum;

namespace Keystone.Settlements.Instruments;

/// <summary>A word of one environment for a token.</summary>
/// <param name="Token">The contract.</param>
/// <param name="Symbol">The symbol.</param>
/// <param name="Isin">The ISIN; null without one.</param>
/// <param name="TokenId">The one token of the contract that both stand for; null for all.</param>
public sealed record RegisteredToken(Address Token, string Symbol, string? Isin, UInt256? TokenId);
