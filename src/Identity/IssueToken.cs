using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Keystone.Identity;

/// <summary>Use case: give a client an access token (RFC 6749 section 4.4, client credentials). Tokens have the shape of RFC 9068 and are signed with RS256.</summary>
public sealed class IssueToken
{
    /// <summary>Lifetime of a token in seconds: a day.</summary>
    public const int LifetimeSeconds = 86400;

    /// <summary>Header <c>typ</c> of an access token (RFC 9068 section 2.1).</summary>
    public const string AccessTokenType = "at+jwt";

    // Compared with when there is no secret, so that an unknown client takes as long as a wrong secret.
    static readonly byte[] Nobody = new byte[SHA256.HashSizeInBytes];

    static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    readonly CredentialStore _credentials;
    readonly SigningKeys _keys;
    readonly IOptions<IdentityOptions> _issuer;
    readonly IOptions<AuthOptions> _auth;
    readonly TimeProvider _time;

    internal IssueToken(CredentialStore credentials, SigningKeys keys, IOptions<IdentityOptions> issuer, IOptions<AuthOptions> auth, TimeProvider time) =>
        (_credentials, _keys, _issuer, _auth, _time) = (credentials, keys, issuer, auth, time);

    /// <summary>Checks the client's secret and gives a token that is valid from now on.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="clientSecret">Its secret.</param>
    /// <param name="audience">API that the token is for; null or empty: the first of <c>Auth:Audiences</c>.</param>
    /// <param name="scope">Scopes, separated by blanks; null or empty: all of the credential.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<TokenResult> ExecuteAsync(string clientId, string clientSecret, string? audience, string? scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        ArgumentNullException.ThrowIfNull(clientSecret);
        if (await FindAsync(clientId, clientSecret, cancellationToken) is not { } caller)
            return new TokenResult.UnknownClient();
        string[] audiences = _auth.Value.Audiences!;
        string forApi = string.IsNullOrEmpty(audience) ? audiences[0] : audience;
        if (!audiences.Contains(forApi, StringComparer.Ordinal))
            return new TokenResult.UnknownAudience(forApi);
        string[] wanted = scope?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (!Scopes.Effective(caller.Scopes, caller.FourEyes).IsSupersetOf(wanted))
            return new TokenResult.ScopeNotGranted();
        string granted = string.Join(' ', wanted.Length == 0 ? caller.Scopes : wanted);
        return new TokenResult.Issued(Sign(caller, forApi, granted), granted);
    }

    // Both queries always run and a comparison is always made, so that an unknown client takes as long as a wrong secret.
    async Task<Caller?> FindAsync(string clientId, string secret, CancellationToken cancellationToken)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        if (clientId.Length > CredentialStore.MaxClientIdLength || clientId.Contains('\0', StringComparison.Ordinal))
            clientId = "";
        Caller? caller = await _credentials.FindCallerAsync(issuer: null, clientId, _time.GetUtcNow(), cancellationToken);
        IReadOnlyList<byte[]> secrets = await _credentials.SecretsAsync(clientId, _time.GetUtcNow(), cancellationToken);
        bool good = CryptographicOperations.FixedTimeEquals(hash, Nobody);
        foreach (byte[] known in secrets)
            good |= CryptographicOperations.FixedTimeEquals(hash, known);
        return good && secrets.Count > 0 ? caller : null;
    }

    string Sign(Caller caller, string audience, string scope)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        Dictionary<string, object> claims = new()
        {
            ["sub"] = caller.Subject,
            ["azp"] = caller.ClientId,
            ["iat"] = now,
            ["exp"] = now + LifetimeSeconds,
            ["jti"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
            ["scope"] = scope,
            ["gty"] = "client-credentials",
        };
        if (!caller.IsOperator)
        {
            claims["platform_id"] = caller.PlatformId.ToString();
            claims["environment_id"] = caller.EnvironmentId.ToString();
        }
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = AccessTokenType,
            SigningCredentials = _keys.Current.Signing,
            Issuer = _issuer.Value.Issuer,
            Audience = audience,
            Claims = claims,
        });
    }
}
