using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Security.Claims;
using Keystone.Api.Http;
using Keystone.Identity;
using Keystone.Identity.IpRules;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Keystone.Api.Identity;

/// <summary>
/// What stands around the library's verification of a token: the checks that it leaves to its user, the caller's row, and problem documents.
/// Everything that is not a valid token of an active credential gets the same 401.
/// </summary>
/// <param name="issuerName">Claim <c>iss</c> of the credentials that may be used: null for the built-in issuer, whose credentials name none.</param>
/// <param name="callers">Credentials by client id.</param>
/// <param name="external">The external issuer whose keys have to be known first; null for the built-in one.</param>
/// <param name="refused">Counts the tokens that are not valid.</param>
/// <param name="time">Clock of the check of <c>iat</c>.</param>
internal sealed class BearerEvents(Func<JsonWebToken, string?> issuerName, CallerCache callers, ExternalIssuer? external, RefusedTokens refused, TimeProvider time) : JwtBearerEvents
{
    const string RefusalItem = "keystone.bearer_refusal", FaultItem = "keystone.bearer_fault";
    const string InvalidToken = "invalid_token";
    const string NotValid = "The token is not valid.";

    // What a token may do for a caller's row as it was last read; a token that was verified lately is the same object.
    readonly ConditionalWeakTable<JsonWebToken, Permitted> _granted = [];

    public override async Task MessageReceived(MessageReceivedContext context)
    {
        if (external is null || await external.IsKnownAsync(context.HttpContext.RequestAborted)) return;
        context.HttpContext.Items[RefusalItem] = new DomainError("issuer_unavailable",
            "The issuer of the token does not answer, so the token could not be verified. Nothing was stored; try again.")
        { RetryAfterSeconds = ExternalIssuer.PauseSeconds };
        context.Fail("The issuer is unavailable.");
    }

    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        Refuse(context.HttpContext, context.Exception is SecurityTokenExpiredException ? "The token has expired." : NotValid);
        return Task.CompletedTask;
    }

    public override async Task TokenValidated(TokenValidatedContext context)
    {
        try
        {
            JsonWebToken token = (JsonWebToken)context.SecurityToken;
            Caller? caller = IsAcceptable(token) && ClientId(token) is { } client
                ? await callers.FindAsync(issuerName(token), client, context.HttpContext.Connection.RemoteIpAddress?.ToString(), context.HttpContext.RequestAborted)
                : null;
            if (caller is null)
            {
                Refuse(context.HttpContext, NotValid);
                context.Fail(NotValid);
                return;
            }
            // From elsewhere a token opens nothing: neither what it may do nor whether it is valid is said before the scope is.
            if (!AddressRules.Allow(caller.Networks, context.HttpContext.Connection.RemoteIpAddress))
            {
                context.HttpContext.Items[RefusalItem] = new DomainError("address_not_allowed",
                    "The environment is closed to the address that you call from. Its owner adds a network under /v1/platforms/me/ip-rules.");
                context.Fail("The address is not allowed.");
                return;
            }
            context.HttpContext.Features.Set(caller);
            if (!_granted.TryGetValue(token, out Permitted? permitted) || !ReferenceEquals(permitted.Caller, caller))
                _granted.AddOrUpdate(token, permitted = new Permitted(caller, PrincipalOf(token, caller)));
            context.Principal = permitted.Principal;
        }
        catch (Exception fault)
        {
            // Rethrown by the challenge: here the library would log it as an error of its own before the middleware judges it.
            context.HttpContext.Items[FaultItem] = ExceptionDispatchInfo.Capture(fault);
            context.Fail("The caller could not be read.");
        }
    }

    // The library makes one claim of the whole list; policies ask for one claim a scope. Never more than the credential's row allows.
    static ClaimsPrincipal PrincipalOf(JsonWebToken token, Caller caller) => new(new ClaimsIdentity(
        [new Claim("azp", caller.ClientId), new Claim("sub", caller.Subject), .. Granted(token, caller).Select(s => new Claim("scope", s))],
        BearerRegistration.SchemeName, "sub", "role"));

    sealed record Permitted(Caller Caller, ClaimsPrincipal Principal);

    public override async Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        HttpContext http = context.HttpContext;
        (http.Items[FaultItem] as ExceptionDispatchInfo)?.Throw();
        if (http.Items[RefusalItem] is DomainError { Code: not InvalidToken } other)
        {
            await Problem.WriteAsync(http, other);
            return;
        }
        // A header that holds no bearer token never reaches the verification.
        string? reason = (http.Items[RefusalItem] as DomainError)?.Detail ?? (http.Request.Headers.Authorization.Count > 0 ? NotValid : null);
        if (reason is not null) refused.Add(reason);
        http.Response.Headers.WWWAuthenticate = reason is null
            ? "Bearer realm=\"keystone\""
            : $"Bearer realm=\"keystone\", error=\"invalid_token\", error_description=\"{reason}\"";
        await Problem.WriteAsync(http, new DomainError(InvalidToken, reason ?? "Send a bearer token: Authorization: Bearer <access_token>."));
    }

    public override Task Forbidden(ForbiddenContext context)
    {
        string scope = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>()?.Name ?? "";
        context.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_scope\", scope=\"{scope}\"";
        return Problem.WriteAsync(context.HttpContext, new DomainError("insufficient_scope", $"This call needs the scope {scope}."));
    }

    static void Refuse(HttpContext context, string reason) => context.Items[RefusalItem] = new DomainError(InvalidToken, reason);

    // RFC 7515 section 4.1.11: an extension that is not understood has to be refused, and we understand none. RFC 7519 leaves iat to the receiver.
    bool IsAcceptable(JsonWebToken token) =>
        !token.TryGetHeaderValue("crit", out object? _) && token.IssuedAt <= (time.GetUtcNow() + BearerRegistration.Skew).UtcDateTime;

    /// <summary>
    /// The credential that a token speaks for: its client (<c>azp</c>, else <c>client_id</c>) when the subject is the client itself, as in the client
    /// credentials flow. Otherwise the subject: somebody who signed in through a client does not get what the client may do.
    /// </summary>
    internal static string? ClientId(JsonWebToken token)
    {
        string? client = Text(token, "azp") ?? Text(token, "client_id"), subject = Text(token, "sub");
        return client is not null && (subject is null || subject == client || subject == client + "@clients") ? client : subject;
    }

    static IEnumerable<string> Granted(JsonWebToken token, Caller caller) =>
        Keystone.Identity.Scopes.Effective(Scopes(token), caller.FourEyes).Intersect(Keystone.Identity.Scopes.Effective(caller.Scopes, caller.FourEyes));

    // RFC 9068 and RFC 8693: scope, separated by blanks. scp and permissions (an array) are what other issuers write.
    static IEnumerable<string> Scopes(JsonWebToken token) => token.Claims.Where(claim => claim.Type is "scope" or "scp" or "permissions")
        .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    static string? Text(JsonWebToken token, string name) => token.TryGetPayloadValue(name, out string? value) && !string.IsNullOrEmpty(value) ? value : null;
}

/// <summary>Scope that an endpoint needs.</summary>
/// <param name="Name">The scope that a refusal names.</param>
/// <param name="Parts">Parts of it, each of which is enough.</param>
internal sealed record RequiredScope(string Name, IReadOnlyList<string> Parts);
