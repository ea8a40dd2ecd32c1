using System.Text.Json.Nodes;
using Keystone.Api.Conduct;
using Keystone.Storage.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Keystone.Api.Identity;

/// <summary>
/// The built-in issuer's public documents: its keys (RFC 7517), and its metadata under the paths of OpenID Connect Discovery 1.0 and of RFC 8414. The
/// issuer gives access tokens by client credentials alone, so the members about users are there because the standard requires them.
/// </summary>
internal static class DiscoveryDocument
{
    const string KeysPath = "/.well-known/jwks.json";

    public static void Map(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        SigningKeys keys = services.GetRequiredService<SigningKeys>();
        ApiOptions api = services.GetRequiredService<IOptions<ApiOptions>>().Value;
        string address = (api.PublicUrl.Length > 0 ? api.PublicUrl : api.Url).TrimEnd('/');
        string issuer = services.GetRequiredService<IOptions<IdentityOptions>>().Value.Issuer;
        routes.MapGet(KeysPath, (RequestDelegate)(context => Answer.WriteAsync(context, 200, keys.ToJwks()))).AllowAnonymous();
        foreach (string path in (string[])["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"])
            routes.MapGet(path, (RequestDelegate)(context => Answer.WriteAsync(context, 200, Write(issuer, address)))).AllowAnonymous();
    }

    static JsonObject Write(string issuer, string address) => new()
    {
        ["issuer"] = issuer,
        ["jwks_uri"] = address + KeysPath,
        ["token_endpoint"] = address + "/oauth/token",
        ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "client_secret_basic"),
        ["grant_types_supported"] = new JsonArray("client_credentials"),
        ["scopes_supported"] = new JsonArray([.. PlatformStore.DefaultScopes.Select(scope => (JsonNode)scope)]),
        ["response_types_supported"] = new JsonArray(),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
    };
}
