using Keystone.Ethereum.Nodes;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Instructions;

/// <summary>Instructions as their owners read them.</summary>
internal static class InstructionViewer
{
    public static InstructionView View(InstructionRecord one, IReadOnlyList<InstructionMismatchView> mismatches) => new(
        one.Id, one.IdempotencyKey, one.TradeReference, one.Status, one.SettlementId, one.TemplateId, one.TemplateSlug, one.TemplateVersion, one.Role, one.CounterpartyRole,
        one.CounterpartyPlatform,
        new InstructionPartyView(one.ExternalReference, one.Name, one.Wallet.ToString(), one.Receive.ToString(), one.Refund.ToString(), one.ChainId, one.Lei, one.AssetProvider, one.DateOfBirth, one.Country),
        [.. one.Legs.Select(leg => new InstructionLegView(leg.Index, leg.Type, leg.AsSent, leg.Quantity, leg.Amount.ToString(), leg.Direction, leg.Instrument.Address.ToString(),
            leg.Instrument.Standard, leg.Instrument.Standard == TokenStandards.Erc20 ? null : leg.TokenId.ToString(), one.ChainId, leg.ExternalReference))],
        one.CashTolerance, one.Category, one.MaturityAt, one.RepoRate, one.RepaymentAmount, mismatches, Iso(one.Status, mismatches), one.TimeoutAt, one.ExpiresAt, one.CreatedAt, one.UpdatedAt);

    /// <summary>Status and reason of ISO 20022: unmatched with the first reason, matched, or cancelled by its owner or by the system.</summary>
    public static IsoView Iso(string status, IReadOnlyList<InstructionMismatchView> mismatches) => status switch
    {
        "matched" => new("MACH", null),
        "cancelled" => new("CAND", "CANI"),
        "expired" => new("CAND", "CANS"),
        _ => new("NMAT", mismatches.SelectMany(one => one.Fields).FirstOrDefault()?.IsoReason ?? "CMIS"),
    };

    public static IReadOnlyList<MismatchedFieldView> Fields(IReadOnlyList<MismatchedField> fields) =>
        [.. fields.Select(field => new MismatchedFieldView(field.Field, field.IsoReason, field.OwnValue, MismatchFields.Detail(field)))];
}
