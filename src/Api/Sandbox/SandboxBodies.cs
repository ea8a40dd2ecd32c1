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
    [property: Description("Which token of an ERC-721 or ERC-1155 contract, decimal digits; null for an ERC-20.")] string? TokenId,
    [property: Description("Smallest units, decimal digits.")] string Amount,
    [property: Description("Hash of the transaction, which is mined.")] string Transaction);

/// <summary>Moves the clock of the sandbox.</summary>
internal sealed record AdvanceClockRequest
{
    [Description("How far forward, seconds: 1 to 31536000 (a year)."), Required, Range(1, 31_536_000)]
    public long? Seconds { get; init; }
}

/// <summary>Where the clocks stand.</summary>
internal sealed record ClockBody(
    [property: Description("Business time, which deadlines and schedules follow.")] DateTimeOffset Now,
    [property: Description("How far business time is ahead of the machine's time, which tokens and timestamps of signatures follow.")] long OffsetSeconds,
    [property: Description("Head of the chain.")] long BlockNumber,
    [property: Description("Time of that block.")] DateTimeOffset BlockTime);
