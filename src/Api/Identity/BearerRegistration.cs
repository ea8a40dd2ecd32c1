using Keystone.Identity;
using Keystone.Postgres;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Api.Identity;

/// <summary>
/// The bearer schemes, both verified by Microsoft's package: <c>Bearer</c> for tokens of the built-in issuer, <c>External</c> for those of
/// <c>Auth:Authority</c>. Which one answers is chosen by the token's <c>iss</c>; endpoints know the first alone.
/// </summary>
internal static class BearerRegistration
{
    /// <summary>Scheme of the built-in issuer, which passes tokens of the external one on.</summary>
    public const string SchemeName = "Bearer";

    /// <summary>Scheme of the issuer of <c>Auth:Authority</c>.</summary>
    public const string ExternalSchemeName = "External";

    /// <summary>Difference of clocks that is allowed for.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    public static AuthenticationBuilder AddKeystoneBearer(this AuthenticationBuilder authentication)
    {
        // A token with an unknown key id then waits for the key set that its request has read again, instead of being refused while that is read beside it.
        AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);
        authentication.Services.AddSingleton(provider => new ExternalIssuer(
            countKeys: async cancellationToken => (await provider.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(ExternalSchemeName)
                .ConfigurationManager!.GetConfigurationAsync(cancellationToken)).SigningKeys.Count,
            provider.MachineTime(), provider.GetRequiredService<ILogger<ExternalIssuer>>()));
        authentication.Services.AddSingleton<IConfigureOptions<JwtBearerOptions>, BearerConfiguration>();
        authentication.AddJwtBearer(SchemeName, _ => { }).AddJwtBearer(ExternalSchemeName, _ => { });
        // Behind the library's own, which makes what ours changes.
        authentication.Services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, BearerConfiguration>();
        return authentication;
    }

    /// <summary>Only callers with the scope get through.</summary>
    /// <param name="endpoint">The endpoint, or a group of them.</param>
    /// <param name="scope">The scope that a refusal names.</param>
    /// <param name="parts">Parts of that scope that are enough by themselves.</param>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoint, string scope, params string[] parts) where TBuilder : IEndpointConventionBuilder
    {
        endpoint.WithMetadata(new RequiredScope(scope, parts));
        return endpoint.RequireAuthorization(policy => policy.AddAuthenticationSchemes(SchemeName)
            .RequireAuthenticatedUser().RequireClaim("scope", [scope, .. parts]));
    }

    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint was mapped without a scope.");
}
