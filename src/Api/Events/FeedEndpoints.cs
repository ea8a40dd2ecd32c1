using System.Globalization;
using System.Text.Json;
using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Webhooks;
using Keystone.Webhooks.Feed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Keystone.Api.Events;

/// <summary><c>/v1/events</c>: what webhooks carry, for platforms that fetch it.</summary>
internal static class FeedEndpoints
{
    static readonly QueryParameter[] Parameters =
    [
        QueryParameter.Integer("limit", "Most events of the answer.", 1, 200, 50),
        new QueryParameter("after", "Position of the last event that you have. Default: the oldest event that is kept comes first.", "integer") { Minimum = 0 },
        QueryParameter.Text("types", "Only events of these names and patterns, such as settlement.state.*; repeat it, or separate them by commas.", repeatable: true),
    ];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/events", ReadAsync).RequireScope(Scopes.SettlementsRead).WithTags("events").WithName("listEvents").WithSummary("Read the events of your environment in order")
            .WithDescription("Keeps 90 days. With Accept: text/event-stream the answer stays open and carries each event as it comes (server-sent events): id is the position, event the name, " +
                "data the body. It is ended after some minutes, so that the token is looked at again; a client reconnects with Last-Event-ID, as browsers do by themselves.")
            .WithQuery(Parameters).WithMetadata(new StreamMetadata()).WithErrors(ErrorCodes.CursorExpired, ErrorCodes.ValidationFailed, ErrorCodes.QuotaReached);

    static async Task<Results<Ok<FeedBody>, EmptyHttpResult>> ReadAsync(HttpContext context, EventFeed feed, EventStream stream)
    {
        Faults faults = new();
        IQueryCollection query = context.Request.Query;
        int limit = Paging.Number(context, "limit", 50, 1, 200, faults);
        bool streams = context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        long? after = ReadPosition("after", query.TryGetValue("after", out StringValues asked) ? asked.ToString() : null, faults);
        // A browser that reconnects sends the address as it was and the last id beside it.
        if (streams && context.Request.Headers.TryGetValue("Last-Event-ID", out StringValues last)) after = ReadPosition("Last-Event-ID", last.ToString(), faults);
        string[] types = ReadTypes(query, faults);
        Refusal.ThrowIfAny(faults);
        Caller caller = context.Caller();
        context.Response.Headers.Vary = "Accept";
        FeedPage page = await feed.ReadAsync(caller.EnvironmentId, after, limit, types, context.RequestAborted);
        Require(page);
        if (streams && RequestMiddleware.IsHead(context))
        {
            EventStream.Begin(context.Response);
            return TypedResults.Empty;
        }
        if (streams)
        {
            await stream.WriteAsync(context, caller.EnvironmentId, page, types);
            return TypedResults.Empty;
        }
        return TypedResults.Ok(new FeedBody([.. page.Items.Select(item => new FeedItemBody(item.Position, JsonElement.Parse(item.Payload)))], page.Next, page.HasMore, page.Head));
    }

    /// <exception cref="Refusal">410 before what is kept, 422 behind the end.</exception>
    static void Require(FeedPage page)
    {
        if (page.RestartAfter is not { } restart) return;
        if (page.Next > page.Head)
            throw new Refusal(DomainError.Validation([new Fault("/after", "out_of_range", string.Create(CultureInfo.InvariantCulture, $"The last event of the feed is {page.Head}."))]));
        throw new Refusal(new DomainError(ErrorCodes.CursorExpired, string.Create(CultureInfo.InvariantCulture,
            $"Events are kept for 90 days, and those behind this position are gone. Read the state of your settlements, then begin again with after={restart}.")));
    }

    static long? ReadPosition(string name, string? text, Faults faults)
    {
        if (text is null) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long position)) return position;
        faults.Add("/" + name, "out_of_range", "Use the position of an event, a whole number.");
        return null;
    }

    static string[] ReadTypes(IQueryCollection query, Faults faults)
    {
        string[] types = [.. query["types"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal)];
        if (types.FirstOrDefault(type => !EventPattern.IsKnown(type)) is not null)
            faults.Add("/types", "unknown_event", $"Unknown event. Use one of: {string.Join(", ", EventPattern.Known)}.");
        return types;
    }
}
