using Keystone.Api.OpenApi;
using Keystone.Domain.Templates;
using Keystone.Settlements.Errors;
using Keystone.Settlements.List;
using Keystone.Settlements.Templates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Keystone.Api.Settlements;

/// <summary>Filters of the list of settlements.</summary>
internal static class SettlementQuery
{
    static readonly QueryParameter Type = QueryParameter.OneOf("settlement_type", "Type.", "single_platform", "cross_platform"),
        Attention = QueryParameter.Flag("attention", "Only those in which something waits for you, or that roll back."),
        TableOfCsv = QueryParameter.OneOf("table", "Table of a CSV; only with Accept: text/csv. Default: settlements.", SettlementCsv.Tables);

    public static QueryParameter[] Parameters { get; } =
    [
        QueryParameter.Text("state", "State, of a built-in template, one of yours, or one by which a settlement of yours goes; may be given several times.", repeatable: true),
        Type,
        QueryParameter.Text("external_reference", "Your own reference of the settlement."),
        QueryParameter.Text("idempotency_key", "Your own key of the settlement."),
        QueryParameter.Text("template_id", "Template by id or slug."),
        QueryParameter.Time("created_from", "Created at this time or later."),
        QueryParameter.Time("created_to", "Created before this time."),
        QueryParameter.Time("timeout_before", "Times out before this time."),
        QueryParameter.Text("wallet_address", "Wallet of a party of yours."),
        Attention,
        QueryParameter.Text("cursor", "next_cursor of an earlier page; not together with offset."),
        TableOfCsv,
    ];

    /// <summary>The table of a CSV.</summary>
    public static string Table(IQueryCollection query, bool csv, Faults faults)
    {
        string? table = TableOfCsv.Read(query, faults);
        if (!csv && table is not null) faults.Add("/table", "csv_only", "Send Accept: text/csv with this parameter.");
        return table ?? SettlementCsv.Tables[0];
    }

    public static SettlementFilter Read(IQueryCollection query, IReadOnlyList<Template> available, Faults faults)
    {
        string? wallet = One("wallet_address"), template = One("template_id");
        // By id also one that is no longer on offer.
        Guid? templateId = template is null ? null : Guid.TryParseExact(template, "D", out Guid id) ? id : TemplateNames.Find(available, template)?.Id;
        if (template is not null && templateId is null)
            faults.Add("/template_id", "template_unknown", $"Unknown template. On offer: {string.Join(", ", available.Select(t => t.Slug))}.");
        return new SettlementFilter(States(), Type.Read(query, faults), One("external_reference"), One("idempotency_key"),
            templateId, Instant("created_from"), Instant("created_to"), Instant("timeout_before"),
            wallet is null ? null : MemberRules.ReadAddress(wallet, "/wallet_address", faults), Attention.Read(query, faults) == "true", Cursor());

        string[] States()
        {
            string[] states = [.. query["state"].OfType<string>()];
            if (states.Any(state => state.Any(char.IsControl)))
                faults.Add("/state", "control_character", "Control characters are not allowed.");
            return states;
        }

        ListCursor? Cursor()
        {
            if (!query.TryGetValue("cursor", out StringValues values))
                return null;
            ListCursor? cursor = ListCursor.Parse(values.Count == 1 ? values[0] : null);
            if (cursor is null)
                faults.Add("/cursor", "invalid_cursor", "Use next_cursor of an earlier answer as it is.");
            else if (query.ContainsKey("offset"))
                faults.Add("/offset", "contradiction", "cursor and offset do not go together; send one of them.");
            return cursor;
        }

        string? One(string name)
        {
            if (query[name].Count > 1 || query[name].ToString().Any(char.IsControl))
                faults.Add("/" + name, "repeated", "Give this filter once, without control characters.");
            return query[name].Count == 1 ? query[name][0] : null;
        }

        DateTimeOffset? Instant(string name) => One(name) is { } text ? MemberRules.ReadInstant(text, "/" + name, faults) : null;
    }
}
