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
    static readonly string[] Columns =
    [
        "date", "chain_id", "token_address", "symbol", "token_id", "wallet_address", "entry", "amount", "balance", "settlement_id", "leg_id", "external_reference", "hash", "log_index", "block_number",
        "block_hash", "at", "final", "reconciled",
    ];

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
        writer.Begin($"statement-{statement.Date}.csv", Columns);
        foreach (StatementAccount account in statement.Accounts)
            foreach (object?[] row in Rows(statement, account))
                await writer.WriteAsync(row, context.RequestAborted);
        await writer.FlushAsync(context.RequestAborted);
        return TypedResults.Empty;
    }

    static IEnumerable<object?[]> Rows(StatementView statement, StatementAccount account)
    {
        yield return Row("opening", account.Opening, account.Opening, null, statement.OpeningBlock);
        foreach (StatementMovement one in account.Movements) yield return Row(one.Type, one.Amount, one.Balance, one, null);
        yield return Row("closing", account.Closing, account.Closing, null, statement.ClosingBlock);

        object?[] Row(string entry, string amount, string balance, StatementMovement? movement, StatementBlock? block) =>
        [
            statement.Date, statement.ChainId, account.TokenAddress, account.Symbol, account.TokenId, account.WalletAddress, entry, amount, balance, movement?.SettlementId, movement?.LegId,
            movement?.ExternalReference, movement?.Hash, movement?.LogIndex, movement?.BlockNumber ?? block?.Number, movement?.BlockHash ?? block?.Hash, movement?.At ?? block?.At, statement.Final,
            statement.Reconciled,
        ];
    }

    static string? Value(HttpContext context, string name) => context.Request.Query.TryGetValue(name, out StringValues values) ? values.ToString() : null;
}
