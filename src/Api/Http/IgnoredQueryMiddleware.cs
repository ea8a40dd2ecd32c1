using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Http;

/// <summary>Names query parameters that the operation does not have, as ignored members of a body are named: a filter with a typing error finds everything.</summary>
internal sealed class IgnoredQueryMiddleware(RequestDelegate next)
{
    const int MostNames = 32, LongestName = 64;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Query.Count > 0 && context.GetEndpoint()?.Metadata is { } metadata && metadata.GetMetadata<RequiredScope>() is not null)
        {
            HashSet<string> known = new(metadata.GetOrderedMetadata<EndpointDocumentation.QueryMetadata>().SelectMany(query => query.Parameters).Select(parameter => parameter.Name), StringComparer.OrdinalIgnoreCase);
            string[] ignored = [.. context.Request.Query.Keys.Where(name => !known.Contains(name)).Take(MostNames).Select(Shown)];
            if (ignored.Length > 0) context.Response.Headers["Keystone-Ignored-Fields"] = string.Join(',', ignored);
        }
        return next(context);
    }

    // What a header may hold.
    static string Shown(string name) => string.Concat(name.Take(LongestName).Select(c => c is > ' ' and <= '~' and not ',' ? c : '?'));
}
