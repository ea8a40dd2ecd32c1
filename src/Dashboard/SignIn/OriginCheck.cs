using Microsoft.AspNetCore.Http;

namespace Keystone.Dashboard.SignIn;

/// <summary>Browsers name the origin of whoever sends a form or opens a socket; a page of another origin would act with the member's cookie.</summary>
internal static class OriginCheck
{
    /// <summary>True when the request names no origin, or its own.</summary>
    public static bool IsOwn(HttpRequest request) => request.Headers.Origin is not [{ Length: > 0 } origin]
        || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? url) && url.Authority == request.Host.Value && url.Scheme == request.Scheme);
}
