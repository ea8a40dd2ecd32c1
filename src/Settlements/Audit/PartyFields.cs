using System.Text.Json.Nodes;

namespace Keystone.Settlements.Audit;

/// <summary>The private fields of a party, in the order in which the audit trail names them.</summary>
internal sealed record PartyFields(
    string? Name, string? ExternalReference, string? AssetProvider, string? Lei, string? WalletAddress, string? ReceiveAddress, string? RefundAddress,
    string? WalletAddressHint, string? CounterpartyReference, string? DateOfBirth, string? Country)
{
    /// <summary>Fields that trails of earlier settlements do not have.</summary>
    public static bool IsLater(string field) => field is "date_of_birth" or "country";

    /// <summary>Name and value of each.</summary>
    public IEnumerable<(string Field, string? Value)> All =>
    [
        ("name", Name), ("external_reference", ExternalReference), ("asset_provider", AssetProvider), ("lei", Lei), ("wallet_address", WalletAddress),
        ("receive_address", ReceiveAddress), ("refund_address", RefundAddress), ("wallet_address_hint", WalletAddressHint), ("counterparty_reference", CounterpartyReference),
        ("date_of_birth", DateOfBirth), ("country", Country),
    ];

    /// <summary>A commitment to each field.</summary>
    public JsonObject Commit(string role, PrivateFields fields)
    {
        JsonObject commitments = [];
        foreach ((string field, string? value) in All) commitments[field] = fields.Commit(role, field, value);
        return commitments;
    }
}
