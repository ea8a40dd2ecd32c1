using System.Text;
using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Api.Settlements;
using Keystone.Identity;
using Keystone.Settlements.Reporting;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Keystone.Api.Reporting;

/// <summary>Files of an operations desk: fails, and settlements as messages of ISO 20022.</summary>
internal static class ReportingEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/fails", FailsAsync).RequireScope(Scopes.SettlementsRead).WithTags("reporting").WithName("getFails").WithSummary("Report which settlements failed, by reason and side")
            .WithDescription("The intended date of a settlement is its timeout_at. With Accept: text/csv the reasons are written as CSV (RFC 4180): first those of all that failed, then those of what is still open, with its age in the column days.")
            .WithQuery(QueryParameter.Time("from", "Deadlines of that time and later. Default: 30 days before to."), QueryParameter.Time("to", "Deadlines before that time. Default: now."))
            .WithCsv().WithErrors(ErrorCodes.ValidationFailed);
        routes.MapGet("/v1/statements", StatementEndpoint.HandleAsync).RequireScope(Scopes.SettlementsRead).WithTags("reporting").WithName("getStatement")
            .WithSummary("Read what the escrow held for your wallets on a day")
            .WithDescription("Opening, movements and closing of each token and wallet, named by the blocks that open and close the day. With Accept: text/csv a row for each opening, movement and closing (RFC 4180).")
            .WithQuery(StatementEndpoint.Parameters).WithCsv().WithErrors(ErrorCodes.ValidationFailed);
        RouteGroupBuilder messages = routes.MapGroup("/v1/settlements/{id}/messages").RequireScope(Scopes.SettlementsRead).WithTags("reporting");
        messages.MapGet("sese.024", (HttpContext context, ReadIsoMessage read, string id) => MessageAsync(context, read, id, confirmation: false)).WithName("getStatusMessage")
            .WithSummary("Read where a settlement stands as sese.024 of ISO 20022").WithQuery(Role).WithMetadata(new XmlMetadata())
            .WithErrors(ErrorCodes.NotFound, ErrorCodes.MessageNotDue, ErrorCodes.ValidationFailed);
        messages.MapGet("sese.025", (HttpContext context, ReadIsoMessage read, string id) => MessageAsync(context, read, id, confirmation: true)).WithName("getConfirmationMessage")
            .WithSummary("Read that a settlement was settled as sese.025 of ISO 20022").WithQuery(Role).WithMetadata(new XmlMetadata())
            .WithErrors(ErrorCodes.NotFound, ErrorCodes.MessageNotDue, ErrorCodes.ValidationFailed);
    }

    static QueryParameter Role => QueryParameter.Text("role", "Which of your parties the message is for; needed when you have several.");

    static async Task<Results<Ok<FailsReport>, EmptyHttpResult>> FailsAsync(HttpContext context, ReportFails report, TimeProvider time)
    {
        Faults faults = new();
        MemberRules rules = new(faults);
        DateTimeOffset to = rules.Instant("to", Value(context, "to")) ?? time.GetUtcNow();
        if (to.Year is < 2000 or > 9000) rules.Bad("to", "out_of_range", "Use a time from the year 2000 on.");
        Refusal.ThrowIfAny(faults);
        DateTimeOffset from = rules.Instant("from", Value(context, "from")) ?? to.AddDays(-30);
        if (!faults.Any && (from >= to || to - from > TimeSpan.FromDays(366))) rules.Bad("from", "out_of_range", "from must lie before to, at most 366 days.");
        Refusal.ThrowIfAny(faults);
        FailsReport fails = await report.ExecuteAsync(context.Caller(), from, to, context.RequestAborted);
        context.Response.Headers.Vary = "Accept";
        if (!SettlementCsv.IsAsked(context.Request)) return TypedResults.Ok(fails);
        CsvWriter writer = new(context.Response);
        writer.Begin("fails.csv", ["from", "to", "iso_reason", "side", "token_address", "symbol", "count", "value", "days"]);
        foreach ((string? days, FailReason reason) in fails.Reasons.Select(reason => ((string?)null, reason)).Concat(fails.Ageing.SelectMany(age => age.Reasons.Select(reason => ((string?)age.Days, reason)))))
            await writer.WriteAsync([fails.From, fails.To, reason.IsoReason, reason.Side, reason.TokenAddress, reason.Symbol, reason.Count, reason.Value, days], context.RequestAborted);
        await writer.FlushAsync(context.RequestAborted);
        return TypedResults.Empty;
    }

    static async Task<Results<EmptyHttpResult, Problem>> MessageAsync(HttpContext context, ReadIsoMessage read, string id, bool confirmation)
    {
        Result<string> result = await read.ExecuteAsync(context.Caller(), PathId.Read(id, "Settlement"), confirmation, Value(context, "role"), context.RequestAborted);
        if (result.Value is not { } xml) return new Problem(result.Error!);
        byte[] bytes = Encoding.UTF8.GetBytes(xml);
        context.Response.ContentType = "application/xml";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        return TypedResults.Empty;
    }

    static string? Value(HttpContext context, string name) => context.Request.Query.TryGetValue(name, out StringValues values) ? values.ToString() : null;
}
