using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Postgres;
using Keystone.Settlements.Audit;

namespace Keystone.Settlements.Advance;

/// <summary>
/// The text that the terms on the chain commit to: what all sides confirmed, and each side's confirmation. Every side has it, word for word, in its own audit
/// trail, before the terms are made.
/// </summary>
internal static class AgreementText
{
    /// <summary>Canonical JSON (RFC 8785); null while a party has not confirmed.</summary>
    public static string? Of(DueSettlement settlement)
    {
        if (settlement.Agreement is not null) return settlement.Agreement;
        if (settlement.Parties.Exists(party => party.Party.Status != PartyStatus.Confirmed)) return null;
        // Of a role that confirmed, its own words; of the others the instruction's.
        Dictionary<string, JsonNode?> commitments = new(StringComparer.Ordinal);
        foreach (JsonNode said in settlement.Instructed.Select(payload => JsonNode.Parse(payload)!))
        {
            foreach (JsonNode? party in said["parties"] as JsonArray ?? []) commitments[(string)party!["role"]!] = party["commitments"]?.DeepClone();
            if (said["role"] is { } role) commitments[(string)role!] = said["commitments"]?.DeepClone();
        }
        JsonObject agreement = new()
        {
            ["settlement_id"] = settlement.Id.ToString(),
            ["chain_id"] = settlement.ChainId.ToString(CultureInfo.InvariantCulture),
            ["template"] = string.Create(CultureInfo.InvariantCulture, $"{settlement.Template.Slug}@{settlement.TemplateVersion}"),
            ["timeout_at"] = Timestamps.Text(settlement.TimeoutAt),
            ["parties"] = new JsonArray([.. settlement.Parties.Select(party => new JsonObject
            {
                ["role"] = party.Party.Role,
                ["platform_slug"] = party.PlatformSlug,
                ["confirmed_by"] = party.IsCounterparty ? "confirmation" : "instruction",
                ["commitments"] = commitments.GetValueOrDefault(party.Party.Role),
            })]),
            ["legs"] = new JsonArray([.. settlement.Legs.Select(leg => new JsonObject
            {
                ["leg_type"] = leg.Type,
                ["token"] = leg.Instructed.Token.ToString(),
                ["token_standard"] = leg.Standard,
                ["token_id"] = leg.Instructed.Kind == TokenKind.Erc20 ? null : leg.Instructed.TokenId.ToString(),
                ["amount"] = leg.Instructed.Amount.ToString(),
                ["giver"] = leg.Instructed.GiverRole,
                ["taker"] = leg.Instructed.TakerRole,
            })]),
        };
        if (settlement.NotBefore is { } notBefore) agreement["not_before"] = Timestamps.Text(notBefore);
        return CanonicalJson.Of(agreement);
    }
}
