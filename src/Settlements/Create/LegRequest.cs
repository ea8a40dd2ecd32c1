using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Create;

/// <summary>One movement of a token.</summary>
public sealed record LegRequest
{
    [Description("Type that the template knows, such as asset or payment."), Required, StringLength(63, MinimumLength = 1)]
    public string? LegType { get; init; }

    [Description("Token: its address, or a symbol that is registered in the environment (compared exactly)."), Required, StringLength(255, MinimumLength = 1)]
    public string? InstrumentId { get; init; }

    [Description("Decimal quantity in whole units, above zero, with at most the token's decimals."), Required]
    public string? Quantity { get; init; }

    [Description("deliver: party_role gives. receive: party_role takes."), Required, AllowedValues("deliver", "receive")]
    public string? Direction { get; init; }

    [Description("Role of the party whose movement this is."), Required, StringLength(63, MinimumLength = 1)]
    public string? PartyRole { get; init; }

    [Description("Role of the other side; required when there are more than two roles."), StringLength(63, MinimumLength = 1)]
    public string? RecipientRole { get; init; }

    [Description("The same as recipient_role."), StringLength(63, MinimumLength = 1)]
    public string? CounterpartyRole { get; init; }

    [Description("The caller's own reference; other platforms never read it."), StringLength(255, MinimumLength = 1)]
    public string? ExternalReference { get; init; }

    [Description("Standard that the token must have."), AllowedValues("ERC-20", "ERC-721", "ERC-1155")]
    public string? TokenStandard { get; init; }

    [Description("Which token of an ERC-721 or ERC-1155 contract, decimal digits."), StringLength(78, MinimumLength = 1)]
    public string? TokenId { get; init; }

    [Description("EIP-155 id of the chain; must be the environment's.")]
    public long? ChainId { get; init; }
}
