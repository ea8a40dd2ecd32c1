using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres;
using Keystone.Settlements.Events;

namespace Keystone.Settlements.Create;

/// <summary>The first event of a settlement's audit trail.</summary>
internal static class FirstEvent
{
    /// <summary>Its payload, in which personal fields stand only as salted commitments.</summary>
    public static FirstEventPayload Of(Guid id, Instruction instruction, string type, string state, byte[] salt, DateTimeOffset now) => new(
        id, Sequence: 1, FromState: null, state, TriggeredBy: "api", type,
        Template: $"{instruction.Template.Slug}@{instruction.Template.Version.ToString(CultureInfo.InvariantCulture)}",
        TimeoutAt: Timestamps.Text(instruction.TimeoutAt), CreatedAt: Timestamps.Text(now),
        // Personal fields only as salted commitments: they can be erased later without breaking the chain of hashes.
        [.. instruction.Parties.Select(p => new FirstEventParty(p.Role, Commitment(salt, "name", p.Role, p.Name),
            Commitment(salt, "external_reference", p.Role, p.ExternalReference), Commitment(salt, "wallet_address", p.Role, p.Wallet?.ToString())))],
        [.. instruction.Legs.Select(l => new FirstEventLeg(l.Type, l.Instrument.Address.ToString(), TokenIdText(l), l.Amount.ToString(), l.GiverRole, l.TakerRole))]);

    static string? TokenIdText(InstructedLeg leg) => leg.Instrument.Standard == TokenStandards.Erc20 ? null : leg.TokenId.ToString();

    static string? Commitment(byte[] salt, string field, string role, string? value) =>
        value is null ? null : Hex.Encode(SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes($"{field}\n{role}\n{value}")]));
}
