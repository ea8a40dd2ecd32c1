using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Create;

/// <summary>What a platform says of its own party, when it instructs and when it confirms.</summary>
public abstract record PartyDetails
{
    [Description("The platform's own reference of the party."), Required, StringLength(255, MinimumLength = 1)]
    public string? ExternalReference { get; init; }

    [Description("Name of the party."), StringLength(255, MinimumLength = 1)]
    public string? Name { get; init; }

    [Description("Wallet that pays: 0x and 40 hexadecimal digits; mixed case needs a right EIP-55 checksum."), Required]
    public string? WalletAddress { get; init; }

    [Description("Wallet that receives. Default: wallet_address.")]
    public string? ReceiveAddress { get; init; }

    [Description("Wallet that gets deposits back. Default: wallet_address.")]
    public string? RefundAddress { get; init; }

    [Description("Legal entity identifier (ISO 17442).")]
    public string? Lei { get; init; }

    [Description("Date of birth of a person, such as 1961-04-30; for screening. Shown to its own platform alone.")]
    public string? DateOfBirth { get; init; }

    [Description("Country of the party, ISO 3166-1 alpha-2, such as NL; for screening. Shown to its own platform alone.")]
    public string? Country { get; init; }

    [Description("Kept and shown to the platform itself; no meaning here."), StringLength(255, MinimumLength = 1)]
    public string? AssetProvider { get; init; }

    [Description("EIP-155 id of the chain; must be the environment's.")]
    public long? ChainId { get; init; }
}
