using System.Globalization;
using Keystone.Identity;
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
            RateLimits.Allowance allowance = limits.Take(caller.EnvironmentId, caller.RateLimit);
            IHeaderDictionary headers = context.Response.Headers;
            headers["X-RateLimit-Limit"] = allowance.Limit.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Remaining"] = allowance.Remaining.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Reset"] = allowance.Reset.ToString(CultureInfo.InvariantCulture);
            if (!allowance.Allowed)
                throw new Refusal(new DomainError("rate_limited",
                    $"{allowance.Limit} requests a minute are allowed in this environment. Try again in {allowance.Wait} s.")
                { RetryAfterSeconds = allowance.Wait });
        }
        await next(context);
    }
}
