using Keystone.Ethereum;

namespace Keystone.Settlements.Instruments;

/// <summary>A token to be registered, with what the chain says of it.</summary>
/// <param name="Address">The contract.</param>
/// <param name="Symbol">Exact symbol in requests, as the environment that registers it wants it.</param>
/// <param name="Decimals">Digits behind the point of its unit.</param>
/// <param name="CodeHash">Keccak-256 of its runtime code.</param>
public sealed record NewInstrument(Address Address, string Symbol, int Decimals, Hash32 CodeHash)
{
    /// <summary><c>ERC-20</c>, <c>ERC-721</c> or <c>ERC-1155</c>.</summary>
    public string Standard { get; init; } = "ERC-20";

    /// <summary>What the contract calls itself; null when it says nothing that can be read.</summary>
    public string? ClaimedSymbol { get; init; }

    /// <summary>The one token of an ERC-721 or ERC-1155 contract that the symbol stands for; null where each leg names its own.</summary>
    public UInt256? TokenId { get; init; }

    /// <summary>ISO 6166, checked; null when it has none.</summary>
    public string? Isin { get; init; }
}
