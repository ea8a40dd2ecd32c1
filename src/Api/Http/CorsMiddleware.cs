using Keystone.Identity;
using Keystone.Identity.Environments;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Keystone.Api.Http;

/// <summary>
/// Cross-origin calls of browsers (Fetch standard): off, unless an environment names origins. A preflight carries no token, so it is answered for the origins of all
/// environments; the call itself only for those of its own. Credentials of browsers are never let in: <c>/v1</c> takes bearer tokens alone.
/// </summary>
internal sealed class CorsMiddleware(RequestDelegate next, EnvironmentAccountStore environments, TimeProvider time)
{
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    const string Methods = "GET, HEAD, POST, PATCH, DELETE",
        Sent = "Authorization, Content-Type, Keystone-Version, X-Request-Id, Idempotency-Key",
        Shown = "Keystone-Version, Keystone-Ignored-Fields, Keystone-Trace-Id, X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, Idempotent-Replayed, Location";

    volatile Known? _known;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.Origin is not [{ Length: > 0 and <= 255 } origin] || !context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }
        IHeaderDictionary headers = context.Response.Headers;
        headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.AccessControlRequestMethod.Count > 0)
        {
            if ((await KnownAsync(context.RequestAborted)).Contains(origin))
            {
                headers.AccessControlAllowOrigin = origin;
                headers.AccessControlAllowMethods = Methods;
                headers.AccessControlAllowHeaders = Sent;
                headers.AccessControlMaxAge = "600";
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
            await next(context);
            return;
        }
        context.Response.OnStarting(() =>
        {
            if (context.Features.Get<Caller>()?.CorsOrigins.Contains(origin, StringComparer.Ordinal) == true)
            {
                headers.AccessControlAllowOrigin = origin;
                headers.AccessControlExposeHeaders = Shown;
            }
            return Task.CompletedTask;
        });
        await next(context);
    }

    async Task<IReadOnlySet<string>> KnownAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_known is { } known && known.Until > now) return known.Origins;
        IReadOnlySet<string> origins = await environments.OriginsAsync(cancellationToken);
        _known = new Known(origins, now + Fresh);
        return origins;
    }

    sealed record Known(IReadOnlySet<string> Origins, DateTimeOffset Until);
}
