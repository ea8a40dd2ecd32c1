using System.Globalization;
using Keystone.Settlements.Create;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Dashboard.Upload;

/// <summary>
/// The columns of a settlement as CSV, the same for the list that is downloaded and for a file that is uploaded: one asset against one payment. Those that say what became of it are
/// not looked at in an upload.
/// </summary>
internal static class SettlementColumns
{
    static readonly string[] Roles = ["seller", "buyer"];

    static readonly string[] LegTypes = ["asset", "payment"];

    /// <summary>All, in their order.</summary>
    public static readonly string[] All =
    [
        "id", "external_reference", "state", "type", "template", "counterparty", "counterparty_role", "counterparty_wallet", "counterparty_reference",
        "seller_reference", "seller_name", "seller_wallet", "buyer_reference", "buyer_name", "buyer_wallet", "asset", "asset_quantity", "payment", "payment_quantity",
        "timeout_at", "created_at", "updated_at",
    ];

    /// <summary>Those without which nothing can be instructed.</summary>
    public static readonly string[] Required = ["external_reference", "asset", "asset_quantity", "payment", "payment_quantity"];

    /// <summary>A settlement as its reader may read it.</summary>
    public static string?[] Row(SettlementView settlement)
    {
        PartyView? other = settlement.Parties.FirstOrDefault(party => party.EnvironmentId is null);
        return
        [
            settlement.Id.ToString(), settlement.ExternalReference, settlement.State, settlement.SettlementType, settlement.TemplateSlug, other?.PlatformSlug, other?.Role, other?.WalletAddressHint,
            other?.CounterpartyReference, .. Roles.SelectMany(role => Own(settlement, role)), .. LegTypes.SelectMany(type => Leg(settlement, type)),
            Time(settlement.TimeoutAt), Time(settlement.CreatedAt), Time(settlement.UpdatedAt),
        ];
    }

    /// <summary>What a row asks for.</summary>
    /// <param name="row">Fields by their columns.</param>
    /// <param name="key">Idempotency key.</param>
    /// <param name="chainId">Chain of the environment.</param>
    public static CreateSettlementRequest Request(IReadOnlyDictionary<string, string> row, string key, long chainId)
    {
        bool isCross = Field(row, "counterparty") is not null || Field(row, "counterparty_role") is not null;
        return new CreateSettlementRequest
        {
            IdempotencyKey = key,
            TemplateSlug = Field(row, "template") ?? (isCross ? "dvp-cross-platform" : "dvp-single"),
            ExternalReference = Field(row, "external_reference"),
            TimeoutAt = Field(row, "timeout_at"),
            Parties = [.. OwnRoles(row).Select(role => new PartyRequest
            {
                Role = role,
                ExternalReference = Field(row, role + "_reference"),
                Name = Field(row, role + "_name"),
                WalletAddress = Field(row, role + "_wallet"),
                ChainId = chainId,
            })],
            CounterpartyParties = !isCross ? null : [new CounterpartyRequest
            {
                PlatformSlug = Field(row, "counterparty"),
                Role = Field(row, "counterparty_role"),
                WalletAddressHint = Field(row, "counterparty_wallet"),
                CounterpartyReference = Field(row, "counterparty_reference"),
            }],
            Legs = [.. LegTypes.Select((type, i) => new LegRequest { LegType = type, InstrumentId = Field(row, type), Quantity = Field(row, type + "_quantity"), Direction = "deliver", PartyRole = Roles[i] })],
        };
    }

    /// <summary>A fault of a row with the column that it is about.</summary>
    public static string Words(Fault fault, IReadOnlyDictionary<string, string> row)
    {
        string[] parts = fault.Pointer.Split('/', StringSplitOptions.RemoveEmptyEntries), own = [.. OwnRoles(row)];
        string column = parts switch
        {
            ["legs", "0" or "1", "quantity"] => LegTypes[parts[1] == "0" ? 0 : 1] + "_quantity",
            ["legs", "0" or "1", "instrument_id"] => LegTypes[parts[1] == "0" ? 0 : 1],
            ["parties", "0" or "1", string member] when (parts[1] == "0" ? 0 : 1) is var i && i < own.Length => $"{own[i]}_{Short(member)}",
            ["counterparty_parties", "0", "platform_slug"] => "counterparty",
            ["counterparty_parties", "0", string member] => $"counterparty_{Short(member)}",
            ["template_slug" or "template_id"] => "template",
            _ => string.Join('.', parts),
        };
        return column.Length == 0 ? fault.Message : $"{column}: {fault.Message}";

        static string Short(string member) => member switch { "external_reference" or "counterparty_reference" => "reference", "wallet_address" or "wallet_address_hint" => "wallet", _ => member };
    }

    // A role is ours when anything is said of it.
    static IEnumerable<string> OwnRoles(IReadOnlyDictionary<string, string> row) =>
        Roles.Where(role => role != Field(row, "counterparty_role") && ((string[])["_reference", "_name", "_wallet"]).Any(part => Field(row, role + part) is not null));

    static string? Field(IReadOnlyDictionary<string, string> row, string column) => row.TryGetValue(column, out string? text) && text.Trim() is { Length: > 0 } filled ? filled : null;

    static string?[] Own(SettlementView settlement, string role)
    {
        PartyView? party = settlement.Parties.FirstOrDefault(one => one.Role == role && one.EnvironmentId is not null);
        return [party?.ExternalReference, party?.Name, party?.WalletAddress];
    }

    static string?[] Leg(SettlementView settlement, string type)
    {
        LegView? leg = type == "payment" ? settlement.Legs.FirstOrDefault(one => one.LegType == type) : settlement.Legs.FirstOrDefault(one => one.LegType != "payment");
        return [leg?.Token.Symbol ?? leg?.Token.Address, leg?.Quantity];
    }

    static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
