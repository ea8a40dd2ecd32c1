using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Keystone.Api.OpenApi;
using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Keystone.Webhooks.Delivery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Keystone.Api.Http;

/// <summary>What every answer has in common: the request's id, the version, and a problem document when it failed.</summary>
internal sealed partial class RequestMiddleware(RequestDelegate next, ILogger<RequestMiddleware> log)
{
    /// <summary>Version of the API that every answer names.</summary>
    public const string ApiVersion = Keystone.Identity.ApiVersions.Current;

    static readonly Meter Meter = new("Keystone.Api");
    static readonly Counter<long> Undone = Meter.CreateCounter<long>("keystone.api.requests.undone", description: "Requests that the database undid and that may be sent again, by SQLSTATE.");

    const string RequestIdItem = "keystone.request_id", HeadItem = "keystone.head";

    public static string RequestId(HttpContext context) => (string)context.Items[RequestIdItem]!;

    /// <summary>True when only the headers of the answer were asked for: what has no end is not begun.</summary>
    public static bool IsHead(HttpContext context) => context.Items.ContainsKey(HeadItem);

    public async Task InvokeAsync(HttpContext context)
    {
        string id = ChooseId(context.Request.Headers["X-Request-Id"]);
        context.Items[RequestIdItem] = id;
        context.Response.Headers["X-Request-Id"] = id;
        // What a caller quotes to the operator, and finds again in its webhooks. There is none where the operator records no traces.
        if (TraceContext.CurrentId is { } trace)
            context.Response.Headers[DeliveryHeaders.TraceId] = trace;
        if (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
            context.Response.Headers["Keystone-Version"] = ApiVersion;
        if (context.Request.Path.StartsWithSegments(ApiDocument.PagePath, StringComparison.Ordinal))
            context.Response.Headers.ContentSecurityPolicy = ApiDocument.PagePolicy;
        // HEAD is served as GET; the server sends no body, because the connection knows what was asked.
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Items[HeadItem] = true;
            context.Request.Method = HttpMethods.Get;
        }
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status405MethodNotAllowed })
                NameMethods(context);
            if (!context.Response.HasStarted && context.Response.StatusCode is 404 or 405 && context.Response.ContentType is null)
                await Problem.WriteAsync(context, context.Response.StatusCode == 404
                    ? new DomainError(ErrorCodes.NotFound, "There is nothing at this path.")
                    : new DomainError("method_not_allowed", $"This path takes {context.Response.Headers.Allow}."));
        }
        catch (Refusal refusal)
        {
            await Problem.WriteAsync(context, refusal.Error);
        }
        catch (BadHttpRequestException fault)
        {
            await Problem.WriteAsync(context, (fault.StatusCode == 413 ? Refusal.TooLarge() : Refusal.Malformed("The request could not be read.")).Error);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
        catch (DbException fault) when (!context.Response.HasStarted && DatabaseFaults.IsRetryable(fault))
        {
            Count(fault.SqlState);
            Interrupted(context.Request.Method, id, fault.Message);
            await Problem.WriteAsync(context, Later("The database did not answer in time."));
        }
        catch (DbException fault) when (!context.Response.HasStarted && DatabaseFaults.IsCollision(fault))
        {
            Count(fault.SqlState);
            Collided(context.Request.Method, id, fault.Message);
            await Problem.WriteAsync(context, Later("Another request wrote the same at the same moment."));
        }
        catch (Exception fault) when (!context.Response.HasStarted && (fault is TimeoutException or OperationCanceledException))
        {
            // Not the caller's doing: something of ours gave up.
            Count(null);
            Interrupted(context.Request.Method, id, fault.Message);
            await Problem.WriteAsync(context, Later("The database did not answer in time."));
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            Failed(fault, context.Request.Method, id);
            await Problem.WriteAsync(context, new DomainError("internal_error", "Something failed on our side. Quote the request id."));
        }
    }

    static void Count(string? state) => Undone.Add(1, new KeyValuePair<string, object?>("sqlstate", state ?? "none"));

    static DomainError Later(string why) => new("database_unavailable", why + " Send the same request again; under the same idempotency key a settlement is made once.") { RetryAfterSeconds = 2 };

    // What routing says of the path's methods, completed by those that are served everywhere. OPTIONS is answered by them alone.
    static void NameMethods(HttpContext context)
    {
        List<string> methods = [.. context.Response.Headers.Allow.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        if (methods.Contains(HttpMethods.Get) && !methods.Contains(HttpMethods.Head)) methods.Add(HttpMethods.Head);
        if (!methods.Contains(HttpMethods.Options)) methods.Add(HttpMethods.Options);
        context.Response.Headers.Allow = string.Join(", ", methods);
        if (HttpMethods.IsOptions(context.Request.Method)) context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    static string ChooseId(string? sent) =>
        sent is { Length: >= 1 and <= 128 } && sent.All(c => c is >= ' ' and <= '~') ? sent : "req_" + RandomNumberGenerator.GetHexString(24, lowercase: true);

    [LoggerMessage(EventId = 8001, Level = LogLevel.Warning, Message = "The database did not respond in time to a {Method} request; request id {RequestId}: {Reason}")]
    partial void Interrupted(string method, string requestId, string reason);

    // With the rule that was broken: a rule that is always broken is a fault of ours.
    [LoggerMessage(EventId = 8008, Level = LogLevel.Warning, Message = "A {Method} request met a row of another; request id {RequestId}: {Reason}")]
    partial void Collided(string method, string requestId, string reason);

    [LoggerMessage(EventId = 8002, Level = LogLevel.Error, Message = "A {Method} request failed; request id {RequestId}.")]
    partial void Failed(Exception fault, string method, string requestId);
}
