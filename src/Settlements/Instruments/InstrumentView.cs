using System.ComponentModel;

namespace Keystone.Settlements.Instruments;

/// <summary>A token that the environment registered.</summary>
public sealed record InstrumentView(
    [property: Description("UUID, as paths name it.")] Guid Id,
    [property: Description("EIP-155 id of the chain.")] long ChainId,
    [property: Description("The token contract, EIP-55.")] string Address,
    [property: Description("Stands for the token in requests, exactly as written here.")] string Symbol,
    [property: Description("ERC-20, ERC-721 or ERC-1155, as the contract says.")] string Standard,
    [property: Description("Digits behind the point of its unit, as the contract said when it was registered.")] int Decimals,
    [property: Description("The one token of an ERC-721 or ERC-1155 contract that the symbol stands for; null where each leg names its own.")] string? TokenId,
    [property: Description("International securities identification number (ISO 6166); null for none.")] string? Isin,
    [property: Description("What the contract calls itself; proves nothing.")] string? ClaimedSymbol,
    [property: Description("When it was registered, UTC.")] DateTimeOffset CreatedAt);
