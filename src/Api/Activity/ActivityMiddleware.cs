using System.Data.Common;
using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Activity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Keystone.Api.Activity;

/// <summary>
/// Writes an entry of the activity log for each request of a known caller that changes something or tries to. A use case with a transaction has written it there; the
/// others' are written when the answer is known and before it leaves, so that whoever has the answer finds the entry.
/// </summary>
internal sealed partial class ActivityMiddleware(RequestDelegate next, ActivityStore activity, TimeProvider time, ILogger<ActivityMiddleware> log)
{
    const string ErrorItem = "keystone.error_code";
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Notes the code of the refusal that the request is answered with.</summary>
    public static void Note(HttpContext context, string code) => context.Items[ErrorItem] = code;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<Caller>() is { } caller && context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<RequiredScope>() is not null
            && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsOptions(context.Request.Method) && endpoint.Metadata.GetMetadata<ReadsOnly>() is null)
        {
            CallerRequest request = Describe(context, endpoint);
            Caller recorded = caller with { Request = request };
            context.Features.Set(recorded);
            context.Response.OnStarting(() => request.IsRecorded && context.Response.StatusCode < 400 ? Task.CompletedTask : WriteAsync(context, endpoint, recorded));
        }
        await next(context);
    }

    async Task WriteAsync(HttpContext context, RouteEndpoint endpoint, Caller caller)
    {
        try
        {
            (string? type, string? id) = ResourceOf(context, endpoint);
            // An answer that says that the database is away does not wait for it.
            if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable) throw new TimeoutException("the database was away");
            // Not with the request: whoever goes away does not choose what is written of him.
            using CancellationTokenSource limit = new(Limit, time);
            await activity.RecordAsync(caller, type, id, context.Response.StatusCode, context.Items[ErrorItem] as string, limit.Token);
        }
        catch (Exception fault) when (fault is DbException or TimeoutException or InvalidOperationException or OperationCanceledException)
        {
            NotWritten(context.Request.Method, RequestMiddleware.RequestId(context), fault.Message);
        }
    }

    CallerRequest Describe(HttpContext context, RouteEndpoint endpoint)
    {
        string type = ActivityNames.TypeOf(endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "callSystem");
        int[] statuses = [.. endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Select(answer => answer.StatusCode).Where(status => status is >= 200 and < 300)];
        string tag = endpoint.Metadata.GetMetadata<ITagsMetadata>()?.Tags.FirstOrDefault() ?? "system";
        string agent = context.Request.Headers.UserAgent.ToString();
        return new CallerRequest(type, ActivityNames.CategoryOf(type, tag), endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? type, context.Request.Method,
            context.Request.Path.Value ?? "", statuses.Length == 0 ? 200 : statuses.Max(), context.Connection.RemoteIpAddress?.ToString(), agent.Length == 0 ? null : agent,
            RequestMiddleware.RequestId(context), time, time.GetTimestamp());
    }

    // The last fixed part in front of the first parameter names what it is; what was made stands in Location.
    static (string? Type, string? Id) ResourceOf(HttpContext context, RouteEndpoint endpoint)
    {
        string[] parts = endpoint.RoutePattern.RawText!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int parameter = Array.FindIndex(parts, part => part.StartsWith('{'));
        string name = parts[parameter > 0 ? parameter - 1 : parts.Length - 1];
        string type = (name.EndsWith("ies", StringComparison.Ordinal) ? name[..^3] + "y" : name.TrimEnd('s')).Replace('-', '_');
        if (parameter > 0) return (type, context.Request.RouteValues[parts[parameter].Trim('{', '}')] as string);
        return (type == "me" ? "platform" : type, context.Response.Headers.Location is { Count: 1 } made ? made[0]!.Split('/')[^1] : null);
    }

    [LoggerMessage(EventId = 8007, Level = LogLevel.Error, Message = "The activity log has no entry of a {Method} request; request id {RequestId}: {Reason}")]
    partial void NotWritten(string method, string requestId, string reason);
}
