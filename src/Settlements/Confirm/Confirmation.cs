using Keystone.Settlements.Create;

namespace Keystone.Settlements.Confirm;

/// <summary>A counterparty's confirmation.</summary>
/// <param name="Role">Role of its party in the template.</param>
/// <param name="Name">Name of the party.</param>
/// <param name="ExternalReference">The counterparty's own id of the party.</param>
/// <param name="AssetProvider">Custodian or issuer of the party's assets; null when none is named.</param>
/// <param name="Lei">Legal entity identifier (ISO 17442); null when none is named.</param>
/// <param name="Wallets">Wallets from which it deposits and to which it is delivered.</param>
/// <param name="Body">The same in canonical JSON, to recognise a repeat.</param>
internal sealed record Confirmation(
    string? Role, string? Name, string? ExternalReference, string? AssetProvider, string? Lei, PartyWallets Wallets, string Body)
{
    public string? DateOfBirth { get; init; }

    public string? Country { get; init; }
}
