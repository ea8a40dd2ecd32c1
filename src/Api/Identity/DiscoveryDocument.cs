using Keystone.Api.OpenApi;
using Keystone.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Keystone.Api.Identity;

/// <summary>
/// The built-in issuer's public documents: its keys (RFC 7517), and its metadata under the paths of OpenID Connect Discovery 1.0 and of RFC 8414. The
/// issuer gives access tokens by client credentials alone, so the members about users are there because the standard requires them.
/// </summary>
internal static class DiscoveryDocument
{
    const string KeysPath = "/.well-known/jwks.json";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/.well-known").AllowAnonymous().WithTags("authentication");
        group.MapGet("jwks.json", GetKeys).WithName("getKeys").WithSummary("Read the public keys of access tokens");
        group.MapGet("openid-configuration", Get).WithName("getOpenidConfiguration").WithSummary("Read the issuer's metadata (OpenID Connect Discovery 1.0)");
        group.MapGet("oauth-authorization-server", Get).WithName("getAuthorizationServer").WithSummary("Read the issuer's metadata (RFC 8414)");
    }

    static Ok<KeySetBody> GetKeys(SigningKeys keys) => TypedResults.Ok(new KeySetBody(
        [.. keys.All.Select(key => new KeyBody(Kty: "RSA", Use: "sig", Alg: "RS256", key.Kid, N: key.Modulus, E: key.Exponent))]));

    static Ok<IssuerMetadataBody> Get(IOptions<ApiOptions> options, IOptions<IdentityOptions> identity)
    {
        ApiOptions api = options.Value;
        string address = (api.PublicUrl.Length > 0 ? api.PublicUrl : api.Url).TrimEnd('/');
        return TypedResults.Ok(new IssuerMetadataBody(
            Issuer: identity.Value.Issuer,
            JwksUri: address + KeysPath,
            TokenEndpoint: address + "/oauth/token",
            TokenEndpointAuthMethodsSupported: ["client_secret_post", "client_secret_basic"],
            GrantTypesSupported: ["client_credentials"],
            ScopesSupported: [.. Scopes.OfTenants.Concat(Scopes.OfOperator).Select(scope => scope.Name).Distinct(StringComparer.Ordinal)],
            ResponseTypesSupported: [],
            SubjectTypesSupported: ["public"],
            IdTokenSigningAlgValuesSupported: ["RS256"]));
    }
}
