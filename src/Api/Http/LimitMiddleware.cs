using System.Globalization;
using Keystone.Identity;
using Keystone.Settlements;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Http;

/// <summary>Counts the requests of an environment once the caller is known, and says so on each answer.</summary>
internal sealed class LimitMiddleware(RequestDelegate next, RateLimits limits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<Caller>() is { } caller)
        {
            RateLimits.Standing standing = limits.Take(caller.EnvironmentId, caller.RateLimit);
            IHeaderDictionary headers = context.Response.Headers;
            headers["X-RateLimit-Limit"] = standing.Limit.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Remaining"] = standing.Remaining.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Reset"] = standing.Reset.ToString(CultureInfo.InvariantCulture);
            if (!standing.Allowed)
                throw new Refusal(new DomainError("rate_limited",
                    $"{standing.Limit} requests a minute are allowed in this environment. Try again in {standing.Wait} s.")
                { RetryAfterSeconds = standing.Wait });
        }
        await next(context);
    }
}
