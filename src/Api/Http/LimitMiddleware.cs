using System.Globalization;
using System.Threading.RateLimiting;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Http;

/// <summary>Counts the requests of an environment once the caller is known, says so on each answer, and lets no more of them run at once than are its share.</summary>
internal sealed class LimitMiddleware(RequestDelegate next, RateLimits limits, RequestShares shares)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<Caller>() is not { } caller)
        {
            await next(context);
            return;
        }
        RateLimits.Allowance allowance = limits.Take(caller.EnvironmentId, caller.RateLimit);
        IHeaderDictionary headers = context.Response.Headers;
        headers["X-RateLimit-Limit"] = allowance.Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = allowance.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = allowance.Reset.ToString(CultureInfo.InvariantCulture);
        if (!allowance.Allowed)
            throw new Refusal(new DomainError("rate_limited",
                $"{allowance.Limit} requests a minute are allowed in this environment. Try again in {allowance.Wait} s.")
            { RetryAfterSeconds = allowance.Wait });
        using RateLimitLease share = await shares.EnterAsync(caller.EnvironmentId, context.RequestAborted);
        if (!share.IsAcquired)
            throw new Refusal(new DomainError("rate_limited", $"{RequestShares.MostWaiting} requests of this environment wait for their turn. Send fewer at once, and try again in 1 s.")
            { RetryAfterSeconds = 1 });
        // What stays open after its work is done gives its place back before it ends.
        context.Features.Set(share);
        await next(context);
    }
}
