using Keystone.Ethereum;

namespace Keystone.Settlements.Create;

/// <summary>A token as the chain describes it.</summary>
/// <param name="Id">Id of its row.</param>
/// <param name="Address">The contract.</param>
/// <param name="Symbol">Symbol under which the caller's environment registered it; null when it did not.</param>
/// <param name="ClaimedSymbol">What the contract calls itself, cleaned; null when that is not known.</param>
/// <param name="Standard">ERC-20, ERC-721 or ERC-1155.</param>
/// <param name="Decimals">Digits behind the point of its unit.</param>
/// <param name="CodeHash">Keccak-256 of its runtime code.</param>
/// <param name="IsNew">It is not stored yet.</param>
internal sealed record Instrument(Guid Id, Address Address, string? Symbol, string? ClaimedSymbol, string Standard, int Decimals, Hash32 CodeHash, bool IsNew)
{
    /// <summary>ISIN under which the caller's environment registered it; null when it did not.</summary>
    public string? Isin { get; init; }

    /// <summary>The one token of the contract that symbol and ISIN stand for; null where each leg names its own.</summary>
    public UInt256? TokenId { get; init; }

    /// <summary>How messages to the caller name it: by the caller's own symbol, never by what the contract calls itself.</summary>
    public string Name => Symbol ?? Address.ToString();
}
