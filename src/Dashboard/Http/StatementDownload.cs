using System.Text;
using Keystone.Dashboard.Callers;
using Keystone.Dashboard.Pages;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Statements;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Dashboard.Http;

/// <summary>The statement of a day as CSV (RFC 4180): the rows of <c>GET /v1/statements</c>, with the query of the page.</summary>
internal static class StatementDownload
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/app/{environment}/reports/statements.csv", WriteAsync).AllowAnonymous().ExcludeFromDescription();

    static async Task WriteAsync(HttpContext context, string environment, IDashboardCallers callers, ReadStatement read)
    {
        if (await callers.FindAsync(context.User, environment, context.RequestAborted) is not { } caller || !caller.May(Scopes.SettlementsRead))
        {
            context.Response.Redirect("/not-found");
            return;
        }
        StatementQuery query = StatementQuery.Read(context.Request.Query["date"], context.Request.Query["token"], context.Request.Query["wallet"]);
        Result<StatementView> result = await query.RunAsync(read, caller.Caller, context.RequestAborted);
        if (result.Value is not { } statement)
        {
            // The page of the same query says what is wrong with it.
            context.Response.Redirect($"{DashboardPaths.App}/{Uri.EscapeDataString(caller.Caller.EnvironmentSlug)}/reports/statements{context.Request.QueryString}");
            return;
        }
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"statement-{caller.Caller.EnvironmentSlug}-{statement.Date}.csv\"";
        await WriteRowAsync(context, StatementTable.Columns);
        foreach (IReadOnlyList<string?> row in StatementTable.Rows(statement)) await WriteRowAsync(context, row);
    }

    static Task WriteRowAsync(HttpContext context, IEnumerable<string?> cells) => context.Response.WriteAsync(CsvText.Row(cells), Encoding.UTF8, context.RequestAborted);
}
