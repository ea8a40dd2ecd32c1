using Keystone.Settlements.Create;

namespace Keystone.Settlements.Confirm;

/// <summary>What a counterparty says when it confirms.</summary>
/// <param name="Body">The same in canonical JSON, to recognise a repeat.</param>
internal sealed record Confirmation(
    string? Role, string? Name, string? ExternalReference, string? AssetProvider, string? Lei, PartyWallets Wallets, string Body);
