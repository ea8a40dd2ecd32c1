using Keystone.Api.Identity;
using Keystone.Identity;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Http;

/// <summary>Chooses the version of the API that an answer has: what <c>Keystone-Version</c> asks for, else what the environment is pinned to. The routes of the operator have none.</summary>
internal sealed class VersionMiddleware(RequestDelegate next)
{
    const string Header = "Keystone-Version", Item = "keystone.version";

    /// <summary>The version that the answer has.</summary>
    public static string Of(HttpContext context) => context.Items[Item] as string ?? ApiVersions.Current;

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) || context.Request.Path.StartsWithSegments("/v1/admin", StringComparison.Ordinal)) return next(context);
        string? asked = context.Request.Headers[Header] is { Count: > 0 } sent ? sent.ToString() : null;
        if (asked is not null && !ApiVersions.All.Contains(asked, StringComparer.Ordinal))
        {
            // Who calls comes before what is asked.
            if (context.Features.Get<Caller>() is null && context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is not null) return next(context);
            throw new Refusal("version_unknown", $"There is no such version of the API. Use one of: {string.Join(", ", ApiVersions.All)}, or leave {Header} out.");
        }
        string version = asked ?? context.Features.Get<Caller>()?.ApiVersion ?? ApiVersions.Current;
        context.Items[Item] = version;
        context.Response.Headers[Header] = version;
        return next(context);
    }
}
