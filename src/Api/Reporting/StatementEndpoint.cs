using System.Globalization;
using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Api.Settlements;
using Keystone.Ethereum;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Statements;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;

namespace Keystone.Api.Reporting;

/// <summary>The statement of a day as JSON or CSV.</summary>
internal static class StatementEndpoint
{
    public static QueryParameter[] Parameters =>
    [
        QueryParameter.Text("date", "Day, UTC, as 2026-11-29. Default: yesterday."), QueryParameter.Text("token", "Only of this token: its address, or your symbol for it."),
        QueryParameter.Text("wallet", "Only of this wallet."),
    ];

    public static async Task<Results<Ok<StatementView>, EmptyHttpResult, Problem>> HandleAsync(HttpContext context, ReadStatement read)
    {
        Faults faults = new();
        DateOnly? date = null;
        if (Value(context, "date") is { } text)
        {
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)) date = day;
            else new MemberRules(faults).Bad("date", "invalid_date", "Use a day such as 2026-11-29.");
        }
        Address? wallet = Value(context, "wallet") is { } address ? MemberRules.ReadAddress(address, "/wallet", faults) : null;
        Refusal.ThrowIfAny(faults);
        Result<StatementView> result = await read.ExecuteAsync(context.Caller(), date, Value(context, "token"), wallet, context.RequestAborted);
        if (result.Value is not { } statement) return new Problem(result.Error!);
        context.Response.Headers.Vary = "Accept";
        if (!SettlementCsv.IsAsked(context.Request)) return TypedResults.Ok(statement);
        CsvWriter writer = new(context.Response);
        writer.Begin($"statement-{statement.Date}.csv", StatementTable.Columns);
        foreach (IReadOnlyList<string?> row in StatementTable.Rows(statement)) await writer.WriteAsync(row, context.RequestAborted);
        await writer.FlushAsync(context.RequestAborted);
        return TypedResults.Empty;
    }

    static string? Value(HttpContext context, string name) => context.Request.Query.TryGetValue(name, out StringValues values) ? values.ToString() : null;
}
