using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Create;

/// <summary>A platform's details of its own party, after every check of single members. Null where a member is absent or has a fault.</summary>
internal sealed record CheckedDetails(string? Reference, string? Name, PartyWallets Wallets, string? Lei, string? Provider)
{
    /// <summary>Date of birth, ISO 8601.</summary>
    public string? DateOfBirth { get; init; }

    /// <summary>Country, ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }

    /// <summary>Checks the members; faults go to the rules.</summary>
    public static CheckedDetails Check(MemberRules rules, PartyDetails details, Caller caller, Address? escrow)
    {
        string? reference = rules.Text("external_reference", details.ExternalReference, required: true);
        string? name = rules.Text("name", details.Name);
        PartyWallets wallets = PartyWallets.Check(rules, details.WalletAddress, details.ReceiveAddress, details.RefundAddress, escrow);
        string? lei = rules.Lei("lei", details.Lei);
        string? born = rules.DateOfBirth("date_of_birth", details.DateOfBirth), country = rules.Country("country", details.Country);
        string? provider = rules.Text("asset_provider", details.AssetProvider);
        rules.Chain(details.ChainId, caller);
        return new CheckedDetails(reference, name, wallets, lei, provider) { DateOfBirth = born, Country = country };
    }
}
