using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Instructions;

/// <summary>One movement as the submitting side sees it. Each token stands in one leg.</summary>
public sealed record InstructionLegRequest
{
    [Description("Type that the template knows. Default: asset_delivery, which is the same as asset."), StringLength(63, MinimumLength = 1)]
    public string? LegType { get; init; }

    [Description("Token: its address, or a symbol that is registered in the environment (compared exactly)."), Required, StringLength(255, MinimumLength = 1)]
    public string? InstrumentId { get; init; }

    [Description("Decimal quantity in whole units, above zero, with at most the token's decimals."), Required]
    public string? Quantity { get; init; }

    [Description("deliver: your party gives. receive: it takes."), Required, AllowedValues("deliver", "receive")]
    public string? Direction { get; init; }

    [Description("Your own reference; the other side never reads it."), StringLength(255, MinimumLength = 1)]
    public string? ExternalReference { get; init; }

    [Description("Standard that the token must have."), AllowedValues("ERC-20", "ERC-721", "ERC-1155")]
    public string? TokenStandard { get; init; }

    [Description("Which token of an ERC-721 or ERC-1155 contract, decimal digits."), StringLength(78, MinimumLength = 1)]
    public string? TokenId { get; init; }

    [Description("EIP-155 id of the chain; must be the environment's.")]
    public long? ChainId { get; init; }
}
