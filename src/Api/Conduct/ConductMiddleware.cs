using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Keystone.Api.Conduct;

/// <summary>What every answer has in common: the request's id, the version, and a problem document when it failed.</summary>
internal sealed partial class ConductMiddleware(RequestDelegate next, ILogger<ConductMiddleware> log)
{
    /// <summary>Version of the API that every answer names.</summary>
    public const string ApiVersion = "2026-11-20";

    const string RequestIdItem = "keystone.request_id";

    public static string RequestId(HttpContext context) => (string)context.Items[RequestIdItem]!;

    public async Task InvokeAsync(HttpContext context)
    {
        string id = ChooseId(context.Request.Headers["X-Request-Id"]);
        context.Items[RequestIdItem] = id;
        context.Response.Headers["X-Request-Id"] = id;
        if (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
            context.Response.Headers["Keystone-Version"] = ApiVersion;
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode is 404 or 405 && context.Response.ContentType is null)
                await WriteAsync(context, context.Response.StatusCode == 404
                    ? new Refusal(404, "not_found", "There is nothing at this path.")
                    : new Refusal(405, "method_not_allowed", $"This path takes {context.Response.Headers.Allow}."));
        }
        catch (Refusal refusal)
        {
            await WriteAsync(context, refusal);
        }
        catch (BadHttpRequestException fault)
        {
            await WriteAsync(context, fault.StatusCode == 413
                ? new Refusal(413, "body_too_large", "The body may have at most 262144 bytes.")
                : Refusal.Malformed("The request could not be read."));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
        catch (DbException fault) when (!context.Response.HasStarted && IsAway(fault))
        {
            Interrupted(context.Request.Method, id, fault.Message);
            await WriteAsync(context, new Refusal(503, "database_unavailable",
                "The database did not answer in time. Send the same request again; under the same idempotency key a settlement is made once.")
            { Retryable = true, RetryAfter = 2 });
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            Failed(fault, context.Request.Method, id);
            await WriteAsync(context, new Refusal(500, "internal_error", "Something failed on our side. Quote the request id.") { Retryable = true });
        }
    }

    public static async Task WriteAsync(HttpContext context, Refusal refusal)
    {
        HttpResponse response = context.Response;
        response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await Answer.WriteAsync(context, refusal.Status, refusal.ToJson(RequestId(context)), "application/problem+json");
    }

    // Connections that fail or are cut (57P..), waits for a lock or a statement that took too long (57014): the same may work a moment later.
    static bool IsAway(DbException fault) => fault.IsTransient || fault.SqlState is ['5', '7', ..];

    static string ChooseId(string? sent) =>
        sent is { Length: >= 1 and <= 128 } && sent.All(c => c is >= ' ' and <= '~') ? sent : "req_" + RandomNumberGenerator.GetHexString(24, lowercase: true);

    [LoggerMessage(EventId = 8001, Level = LogLevel.Warning, Message = "The database did not answer a {Method} request in time; request id {RequestId}: {Reason}")]
    partial void Interrupted(string method, string requestId, string reason);

    [LoggerMessage(EventId = 8002, Level = LogLevel.Error, Message = "A {Method} request failed; request id {RequestId}.")]
    partial void Failed(Exception fault, string method, string requestId);
}

/// <summary>Writes JSON answers.</summary>
internal static class Answer
{
    static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, int status, JsonNode body, string contentType = "application/json")
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(body, Plain);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
