using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Api.Sandbox;

/// <summary>Mints a test token.</summary>
internal sealed record MintRequest
{
    [Description("The token's address, or the symbol of one of the test tokens."), Required, StringLength(255, MinimumLength = 1)]
    public string? Token { get; init; }

    [Description("Who gets it."), Required, StringLength(42, MinimumLength = 42)]
    public string? To { get; init; }

    [Description("Smallest units, decimal digits; leave it out for an ERC-721."), StringLength(78, MinimumLength = 1)]
    public string? Amount { get; init; }

    [Description("Which token of an ERC-721 or ERC-1155 contract, decimal digits."), StringLength(78, MinimumLength = 1)]
    public string? TokenId { get; init; }
}

/// <summary>What was minted.</summary>
internal sealed record MintedBody(
    [property: Description("EIP-55.")] string Token,
    [property: Description("EIP-55.")] string To,
    string? TokenId,
    [property: Description("Smallest units, decimal digits.")] string Amount,
    [property: Description("Hash of the transaction, which is mined.")] string Transaction);

/// <summary>Moves the clock.</summary>
internal sealed record AdvanceClockRequest
{
    [Description("How far, at most 31,536,000 (365 days)."), Required, Range(1, 31_536_000)]
    public long? Seconds { get; init; }
}

/// <summary>Where the clocks are.</summary>
internal sealed record ClockBody(
    [property: Description("Business time.")] DateTimeOffset Now,
    [property: Description("How far business time is ahead of the machine's.")] long OffsetSeconds,
    [property: Description("Time of the chain's newest block.")] DateTimeOffset BlockTime);
