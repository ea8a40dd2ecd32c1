using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Settlements.Create;

/// <summary>The first event of a settlement's audit trail.</summary>
internal static class FirstEvent
{
    /// <summary>Its payload, in which personal fields stand only as salted commitments.</summary>
    public static JsonObject Of(Guid id, Instruction instruction, string type, string state, byte[] salt, DateTimeOffset now) => new()
    {
        ["settlement_id"] = id.ToString(),
        ["sequence"] = 1,
        ["from_state"] = null,
        ["to_state"] = state,
        ["triggered_by"] = "api",
        ["settlement_type"] = type,
        ["template"] = $"{instruction.Template.Slug}@{instruction.Template.Version.ToString(CultureInfo.InvariantCulture)}",
        ["timeout_at"] = Timestamps.Text(instruction.TimeoutAt),
        ["created_at"] = Timestamps.Text(now),
        // Personal fields only as salted commitments: they can be erased later without breaking the chain of hashes.
        ["parties"] = new JsonArray([.. instruction.Parties.Select(p => new JsonObject
        {
            ["role"] = p.Role,
            ["name"] = Commitment(salt, "name", p.Role, p.Name),
            ["external_reference"] = Commitment(salt, "external_reference", p.Role, p.ExternalReference),
            ["wallet_address"] = Commitment(salt, "wallet_address", p.Role, p.Wallet?.ToString()),
        })]),
        ["legs"] = new JsonArray([.. instruction.Legs.Select(l => new JsonObject
        {
            ["leg_type"] = l.Type, ["token"] = l.Instrument.Address.ToString(), ["token_id"] = TokenIdText(l), ["amount"] = l.Amount.ToString(), ["giver"] = l.GiverRole, ["taker"] = l.TakerRole,
        })]),
    };

    static string? TokenIdText(InstructedLeg leg) => leg.Instrument.Standard == TokenStandards.Erc20 ? null : leg.TokenId.ToString();

    static string? Commitment(byte[] salt, string field, string role, string? value) =>
        value is null ? null : Hex.Encode(SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes($"{field}\n{role}\n{value}")]));
}
