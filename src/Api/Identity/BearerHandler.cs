using System.Security.Claims;
using System.Text.Encodings.Web;
using Keystone.Api.Conduct;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Api.Identity;

/// <summary>Scheme <c>Bearer</c> over our own tokens. Everything that is not a good token is the same 401.</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenService tokens, CallerCache callers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";
    const string ReasonItem = "keystone.bearer_reason";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization.Count == 0)
            return AuthenticateResult.NoResult();
        if (Request.Headers.Authorization is not [{ } header] || !header.StartsWith(SchemeName + " ", StringComparison.OrdinalIgnoreCase))
            return Fail("The token is not valid.");
        if (tokens.Read(header[(SchemeName.Length + 1)..], out bool expired) is not var (clientId, scopes))
            return Fail(expired ? "The token has expired." : "The token is not valid.");
        if (await callers.FindAsync(clientId, Context.RequestAborted) is not { } caller)
            return Fail("The token is not valid.");
        Context.Features.Set(caller);
        ClaimsIdentity identity = new(
            [new Claim("azp", clientId), new Claim("sub", clientId + "@clients"), .. scopes.Intersect(caller.Scopes).Select(s => new Claim("scope", s))],
            SchemeName, "sub", "role");
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        string? reason = Context.Items[ReasonItem] as string;
        Response.Headers.WWWAuthenticate = reason is null
            ? "Bearer realm=\"keystone\""
            : $"Bearer realm=\"keystone\", error=\"invalid_token\", error_description=\"{reason}\"";
        await ConductMiddleware.WriteAsync(Context, new Refusal(401, "invalid_token", reason ?? "Send a bearer token: Authorization: Bearer <access_token>."));
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        string scope = Context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>()?.Name ?? "";
        Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_scope\", scope=\"{scope}\"";
        await ConductMiddleware.WriteAsync(Context, new Refusal(403, "insufficient_scope", $"This call needs the scope {scope}."));
    }

    AuthenticateResult Fail(string reason)
    {
        Context.Items[ReasonItem] = reason;
        return AuthenticateResult.Fail(reason);
    }
}

/// <summary>Scope that an endpoint needs.</summary>
internal sealed record RequiredScope(string Name);
