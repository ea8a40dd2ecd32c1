using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Api.Identity;

/// <summary>The seam where another bearer handler would stand: scheme <c>Bearer</c>, unmapped claims <c>azp</c>, <c>sub</c>, <c>scope</c>.</summary>
internal static class BearerRegistration
{
    public static AuthenticationBuilder AddKeystoneBearer(this AuthenticationBuilder authentication) =>
        authentication.AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null);

    /// <summary>Only callers with the scope get through.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoint, string scope) where TBuilder : IEndpointConventionBuilder
    {
        endpoint.WithMetadata(new RequiredScope(scope));
        return endpoint.RequireAuthorization(policy => policy.AddAuthenticationSchemes(BearerHandler.SchemeName)
            .RequireAuthenticatedUser().RequireClaim("scope", scope));
    }

    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint was mapped without a scope.");
}
