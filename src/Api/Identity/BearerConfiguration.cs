using System.Text.Json;
using Keystone.Identity;
using Keystone.Postgres;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Keystone.Api.Identity;

/// <summary>Options of both bearer schemes.</summary>
internal sealed class BearerConfiguration(
    IOptions<IdentityOptions> identity, IOptions<AuthOptions> auth, SigningKeys keys, CallerCache callers, RefusedTokens refused, IServiceProvider services, [FromKeyedServices(Clocks.Machine)] TimeProvider time)
    : IConfigureNamedOptions<JwtBearerOptions>, IPostConfigureOptions<JwtBearerOptions>
{
    const int MaxTokenBytes = 8 * 1024;
    const string SchemeItem = "keystone.bearer_scheme";
    static readonly TimeSpan IssuerTimeout = TimeSpan.FromSeconds(5);

    // A token with a key id that is not known has the key set read again, at most this often.
    static readonly TimeSpan KeySetPause = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for which a key that the external issuer has taken away still verifies. The library takes no less, and 12 hours by itself.</summary>
    internal static readonly TimeSpan KeySetAge = BaseConfigurationManager.MinimumAutomaticRefreshInterval;

    // Asymmetric ones alone: with a symmetric algorithm the public key would be the secret (RFC 8725 section 3.1).
    static readonly string[] ExternalAlgorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public void Configure(JwtBearerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        if (name is not (BearerRegistration.SchemeName or BearerRegistration.ExternalSchemeName)) return;
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.IncludeErrorDetails = false;
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(name == BearerRegistration.SchemeName
            ? new RecentTokens(time) { MaximumTokenSizeInBytes = MaxTokenBytes, MapInboundClaims = false }
            : new JsonWebTokenHandler { MaximumTokenSizeInBytes = MaxTokenBytes, MapInboundClaims = false });
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudiences = auth.Value.Audiences,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            LifetimeValidator = IsTimely,
            TryAllIssuerSigningKeys = false,
            NameClaimType = "sub",
            RoleClaimType = "role",
            LogValidationExceptions = false,
        };
        if (name == BearerRegistration.SchemeName)
            ConfigureOwn(options);
        else if (auth.Value.Authority.Length > 0)
            ConfigureExternal(options);
    }

    /// <summary>After the library has made the manager of the external issuer's keys: a key that the issuer has taken away verifies nothing any more.</summary>
    public void PostConfigure(string? name, JwtBearerOptions options)
    {
        if (options.ConfigurationManager is BaseConfigurationManager manager) manager.UseLastKnownGoodConfiguration = false;
    }

    void ConfigureOwn(JwtBearerOptions options)
    {
        options.Events = new BearerEvents(_ => null, callers, external: null, refused, time);
        options.TokenValidationParameters.ValidIssuer = identity.Value.Issuer;
        options.TokenValidationParameters.ValidTypes = [IssueToken.AccessTokenType];
        options.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.RsaSha256];
        options.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, kid, _) => kid is not null && keys.Find(kid) is { } key ? [key.Verification] : [];
        if (auth.Value.Authority.Length > 0)
            options.ForwardDefaultSelector = context => IsForeign(context) ? BearerRegistration.ExternalSchemeName : null;
    }

    void ConfigureExternal(JwtBearerOptions options)
    {
        options.Events = new BearerEvents(token => token.Issuer, callers, services.GetRequiredService<ExternalIssuer>(), refused, time);
        options.Authority = auth.Value.Authority;
        options.RequireHttpsMetadata = new Uri(auth.Value.Authority).Scheme == Uri.UriSchemeHttps;
        options.BackchannelTimeout = IssuerTimeout;
        options.RefreshInterval = KeySetPause;
        options.AutomaticRefreshInterval = KeySetAge;
        // JWT: what issuers write that do not follow RFC 9068. An ID token has it too, and the client as its audience, which is none of ours.
        options.TokenValidationParameters.ValidTypes = [IssueToken.AccessTokenType, "application/at+jwt", "JWT"];
        options.TokenValidationParameters.ValidAlgorithms = ExternalAlgorithms;
    }

    // The library's own check has no clock that can be given to it.
    bool IsTimely(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        if (expires is null) return false;
        if (expires <= now - BearerRegistration.Skew) throw new SecurityTokenExpiredException("The token has expired.");
        return notBefore is null || notBefore <= now + BearerRegistration.Skew;
    }

    // Asked several times a request. Nothing is verified yet: a token that lies about its issuer is refused by the keys of the one it names.
    bool IsForeign(HttpContext context)
    {
        if (context.Items[SchemeItem] is bool known) return known;
        bool foreign = false;
        string header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && header.Length <= MaxTokenBytes)
            try
            {
                foreign = new JsonWebToken(header["Bearer ".Length..].Trim()).Issuer is { Length: > 0 } issuer && issuer != identity.Value.Issuer;
            }
            catch (Exception fault) when (fault is ArgumentException or FormatException or JsonException or SecurityTokenException)
            {
                // No token at all; the scheme of our own says so.
            }
        context.Items[SchemeItem] = foreign;
        return foreign;
    }
}
