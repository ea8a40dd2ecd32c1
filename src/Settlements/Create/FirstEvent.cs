using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres;
using Keystone.Settlements.Audit;

namespace Keystone.Settlements.Create;

/// <summary>The first event of a settlement's audit trail.</summary>
internal static class FirstEvent
{
    /// <summary>What it says beside the members of every event. Private fields stand in it as commitments only.</summary>
    public static JsonObject Of(Instruction instruction, string type, PrivateFields fields)
    {
        JsonObject said = Always(instruction, type, fields);
        if (instruction.NotBefore is { } notBefore) said["not_before"] = Timestamps.Text(notBefore);
        if (instruction.Category is { } category) said["settlement_category"] = category;
        if (instruction.Hold) said["hold"] = true;
        if (instruction.Repo is { } repo)
        {
            said["maturity_at"] = Timestamps.Text(repo.MaturityAt);
            said["repayment"] = repo.Repayment.ToString();
        }
        if (instruction.Parent is { } parent) said["parent_settlement_id"] = parent.ToString();
        if (instruction.TradeReference is { } reference) said["trade_reference"] = fields.Commit("", "trade_reference", reference);
        // Which settlement that is, is the initiator's business.
        if (instruction.Replaces is { } replaced) said["replaces_settlement_id"] = fields.Commit("", "replaces_settlement_id", replaced.ToString());
        return said;
    }

    static JsonObject Always(Instruction instruction, string type, PrivateFields fields) => new()
    {
        ["settlement_type"] = type,
        ["template"] = $"{instruction.Template.Slug}@{instruction.Template.Version.ToString(CultureInfo.InvariantCulture)}",
        ["timeout_at"] = Timestamps.Text(instruction.TimeoutAt),
        ["confirm_by"] = Timestamps.Text(instruction.ConfirmBy),
        ["idempotency_key"] = fields.Commit("", "idempotency_key", instruction.IdempotencyKey),
        ["external_reference"] = fields.Commit("", "external_reference", instruction.ExternalReference),
        ["parties"] = new JsonArray([.. instruction.Parties.Select(p => new JsonObject
        {
            ["role"] = p.Role,
            ["commitments"] = new PartyFields(p.Name, p.ExternalReference, p.AssetProvider, p.Lei, p.Wallet?.ToString(), p.Receive?.ToString(), p.Refund?.ToString(),
                p.WalletHint, p.CounterpartyReference, p.DateOfBirth, p.Country).Commit(p.Role, fields),
        })]),
        ["legs"] = new JsonArray([.. instruction.Legs.Select((l, i) => new JsonObject
        {
            ["leg_type"] = l.Type,
            ["token"] = l.Instrument.Address.ToString(),
            ["token_standard"] = l.Instrument.Standard,
            ["token_id"] = l.Instrument.Standard == TokenStandards.Erc20 ? null : l.TokenId.ToString(),
            ["amount"] = l.Amount.ToString(),
            ["giver"] = l.GiverRole,
            ["taker"] = l.TakerRole,
            ["external_reference"] = fields.Commit("", $"legs/{i.ToString(CultureInfo.InvariantCulture)}/external_reference", l.ExternalReference),
        })]),
    };
}
