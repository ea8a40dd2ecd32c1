using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Instruments;

/// <summary>Registers a token under a symbol. Code, decimals and standard are read from the chain, once.</summary>
public sealed record RegisterInstrumentRequest
{
    [Description("EIP-155 id of the token's chain; the environment's, if given.")]
    public long? ChainId { get; init; }

    [Description("Address of the token contract."), Required, StringLength(42, MinimumLength = 42)]
    public string? Address { get; init; }

    [Description("Word that stands for the token in requests and in what your environment reads. Default: what the contract calls itself."), StringLength(64, MinimumLength = 1)]
    public string? Symbol { get; init; }

    [Description("ERC-20, ERC-721 or ERC-1155. If given, the contract must be of that standard.")]
    public string? Standard { get; init; }

    [Description("Of an ERC-721 or ERC-1155 contract: the one token that the symbol stands for, in decimal digits. Without it each leg names its own."), StringLength(78, MinimumLength = 1)]
    public string? TokenId { get; init; }

    [Description("ISIN (ISO 6166); it can be used as instrument_id, as the symbol can."), StringLength(12, MinimumLength = 12)]
    public string? Isin { get; init; }
}
