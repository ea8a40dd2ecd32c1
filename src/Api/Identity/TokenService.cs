using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Keystone.Api.Identity;

/// <summary>Makes our access tokens (RFC 9068 shape, RS256).</summary>
internal sealed class TokenService(SigningKeys keys, IOptions<IdentityOptions> options, IOptions<AuthOptions> auth, TimeProvider time)
{
    /// <summary><c>expires_in</c> of a token: a day.</summary>
    public const int LifetimeSeconds = 86400;

    static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Audiences that tokens are given for; the first is used when a request names none.</summary>
    public IReadOnlyList<string> Audiences => auth.Value.Audiences!;

    /// <summary>A token of a caller, valid from now on.</summary>
    public string Issue(Caller caller, string audience, string scope)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = BearerRegistration.AccessTokenType,
            SigningCredentials = keys.Current.Signing,
            Issuer = options.Value.Issuer,
            Audience = audience,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = caller.ClientId + "@clients",
                ["azp"] = caller.ClientId,
                ["iat"] = now,
                ["exp"] = now + LifetimeSeconds,
                ["jti"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
                ["scope"] = scope,
                ["gty"] = "client-credentials",
                ["platform_id"] = caller.PlatformId.ToString(),
                ["environment_id"] = caller.EnvironmentId.ToString(),
            },
        });
    }
}
