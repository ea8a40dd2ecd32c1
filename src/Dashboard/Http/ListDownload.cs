using System.Text;
using Keystone.Dashboard.Callers;
using Keystone.Dashboard.Pages;
using Keystone.Dashboard.Upload;
using Keystone.Identity;
using Keystone.Settlements.List;
using Keystone.Settlements.Templates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Dashboard.Http;

/// <summary>The list of settlements as CSV (RFC 4180), with the filters of the URL and without its pages.</summary>
internal static class ListDownload
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/app/{environment}/settlements.csv", WriteAsync).AllowAnonymous().ExcludeFromDescription();

    static async Task WriteAsync(HttpContext context, string environment, IDashboardCallers callers, ExportSettlements export, ReadTemplates templates, TimeProvider time)
    {
        if (await callers.FindAsync(context.User, environment, context.RequestAborted) is not { } caller || !caller.May(Scopes.SettlementsRead))
        {
            context.Response.Redirect("/not-found");
            return;
        }
        ListQuery query = ListQuery.Read(new Uri("http://localhost" + context.Request.Path + context.Request.QueryString)) with { Cursor = null, Sort = "created" };
        SettlementFilter filter = query.ToFilter(await templates.OfferedAsync(caller.Caller, context.RequestAborted), time.GetUtcNow());
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"settlements-{caller.Caller.EnvironmentSlug}.csv\"";
        await WriteRowAsync(context, SettlementColumns.All);
        await foreach (ExportedSettlement one in export.ExecuteAsync(caller.Caller, filter, context.RequestAborted))
            await WriteRowAsync(context, SettlementColumns.Row(one.Settlement));
    }

    static Task WriteRowAsync(HttpContext context, string?[] cells) => context.Response.WriteAsync(CsvText.Row(cells), Encoding.UTF8, context.RequestAborted);
}
