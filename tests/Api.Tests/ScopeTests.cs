using System.Text.Json.Nodes;
using Keystone.Api.Identity;
using Keystone.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Tests;

/// <summary>Every endpoint has a scope, or a written reason to be open; a scope opens what it names and nothing else.</summary>
[Collection(ApiCollection.Name)]
public sealed class ScopeTests(ApiFixture api)
{
    const string Page = "/docs";

    /// <summary>What anybody may call, and why.</summary>
    static readonly Dictionary<string, string> Anonymous = new(StringComparer.Ordinal)
    {
        ["/oauth/token"] = "whoever asks for a token has none yet",
        ["/.well-known/jwks.json"] = "public keys",
        ["/.well-known/openid-configuration"] = "a client reads it before it has a token",
        ["/.well-known/oauth-authorization-server"] = "the same document under the path of RFC 8414",
        ["/errors/{name}"] = "says what a code means, to those too who were refused for want of a token",
        ["/v1/screening-results/{layer}"] = "a provider of screenings proves itself by the signature of its result",
        ["/openapi.json"] = "the description of the API holds nothing of any tenant",
        ["/v1/screening-results/{layer}"] = "a provider of screenings signs what it sends",
        [Page] = "the guides, the page that shows the document, and its scripts",
    };

    async Task<IReadOnlyList<RouteEndpoint>> EndpointsAsync()
    {
        await using WebApplication app = await api.StartAsync();
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];
    }

    static string PathOf(RouteEndpoint endpoint) =>
        ("/" + endpoint.RoutePattern.RawText!.TrimStart('/')) is var path && path.StartsWith(Page + "/", StringComparison.Ordinal) ? Page : path;

    [Fact]
    public async Task Every_endpoint_has_its_scope_or_its_reason_to_be_anonymous()
    {
        HashSet<string> known = [.. Scopes.OfTenants.Concat(Scopes.OfOperator).Select(scope => scope.Name)];
        List<string> wrong = [];
        HashSet<string> open = [];
        foreach (RouteEndpoint endpoint in await EndpointsAsync())
        {
            string path = PathOf(endpoint);
            RequiredScope? scope = endpoint.Metadata.GetMetadata<RequiredScope>();
            if (scope is null)
            {
                open.Add(path);
                if (!Anonymous.ContainsKey(path)) wrong.Add($"{path} has no scope and no reason");
            }
            else if (scope.Parts.Prepend(scope.Name).Any(one => !known.Contains(one)))
                wrong.Add($"{path} has a scope that nobody can be granted");
            else if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is null)
                wrong.Add($"{path} names a scope and does not ask for it");
            // A platform is made by the operator, and by nobody else.
            if ((path == "/v1/platforms" || path.StartsWith("/v1/admin", StringComparison.Ordinal)) != (scope?.Name == Scopes.Admin)) wrong.Add($"{path}: the scope admin is for /v1/admin, and for nothing else");
        }
        Assert.Empty(wrong);
        Assert.Equal(Anonymous.Keys.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
    }

    /// <summary>Over all endpoints: without a token 401, and with every scope but its own 403, whatever the path and body hold.</summary>
    [Fact]
    public async Task No_other_scope_opens_an_endpoint()
    {
        Guid environment = await api.AddPlatformAsync("platform-all-scopes");
        Dictionary<string, string> clients = new(StringComparer.Ordinal);
        List<string> wrong = [];
        int calls = 0;
        foreach (RouteEndpoint endpoint in await EndpointsAsync())
        {
            if (endpoint.Metadata.GetMetadata<RequiredScope>() is not { } needed) continue;
            string name = "without-" + needed.Name + string.Concat(needed.Parts);
            if (clients.TryAdd(name, needed.Name))
            {
                string[] others = [.. Scopes.OfTenants.Select(scope => scope.Name)
                    .Where(scope => !Scopes.Effective([scope], fourEyes: false).Overlaps(needed.Parts.Prepend(needed.Name)))];
                await api.AddCredentialAsync(name, environment, others);
            }
            string path = PathOf(endpoint);
            while (path.IndexOf('{', StringComparison.Ordinal) is >= 0 and int from)
                path = path[..from] + Guid.NewGuid() + path[(path.IndexOf('}', StringComparison.Ordinal) + 1)..];
            foreach (string method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                string? body = method is "GET" or "DELETE" ? null : "{nonsense";
                var (anonymous, problem, _) = await api.SendAsync(null, new HttpMethod(method), path, body);
                var (status, refused, response) = await api.SendAsync(name, new HttpMethod(method), path, body);
                calls++;
                if ((anonymous, (string?)problem["code"], status, (string?)refused["code"]) != (401, "invalid_token", 403, "insufficient_scope")
                    || response.Headers.WwwAuthenticate.ToString() != $"Bearer error=\"insufficient_scope\", scope=\"{needed.Name}\"")
                    wrong.Add($"{method} {path}: {anonymous} {problem.ToJsonString()}, {status} {refused.ToJsonString()}");
            }
        }
        Assert.Empty(wrong);
        Assert.True(calls >= 14);
    }

    [Fact]
    public async Task Instruct_and_confirm_are_the_two_parts_of_write()
    {
        Guid environment = await api.AddPlatformAsync("platform-parts");
        await api.AddCredentialAsync("instructs", environment, Scopes.SettlementsInstruct, Scopes.SettlementsRead);
        await api.AddCredentialAsync("confirms", environment, Scopes.SettlementsConfirm);
        JsonObject made = await api.CreateAsync("instructs", api.Single());
        Assert.Equal(403, (await api.SendAsync("instructs", HttpMethod.Post, $"/v1/settlements/{made["id"]}/confirm", "{}")).Status);
        Assert.Equal(403, (await api.SendAsync("instructs", HttpMethod.Post, $"/v1/settlements/{made["id"]}/reject", "{}")).Status);
        Assert.Equal(403, (await api.SendAsync("confirms", HttpMethod.Post, "/v1/settlements", api.Single().ToJsonString())).Status);
        // It is let in; there is nothing to confirm in a settlement of one platform.
        Assert.Equal(409, (await api.SendAsync("confirms", HttpMethod.Post, $"/v1/settlements/{made["id"]}/confirm", "{}")).Status);
        Assert.Equal("confirmed", (string?)((JsonArray)made["parties"]!)[0]!["status"]);
    }

    [Fact]
    public async Task The_operator_s_credential_belongs_to_no_tenant()
    {
        NewCredential admin = await new OperatorCredentialStore(api.Database, TimeProvider.System).CreateAsync("On duty", null, CancellationToken.None);
        var (status, token, _) = await api.SendAsync(null, HttpMethod.Post, "/oauth/token",
            $$"""{"client_id":"{{admin.ClientId}}","client_secret":"{{admin.ClientSecret}}","grant_type":"client_credentials"}""");
        Assert.Equal((200, "admin"), (status, (string?)token["scope"]));
        string claims = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(((string)token["access_token"]!).Split('.')[1]));
        Assert.DoesNotContain("environment_id", claims, StringComparison.Ordinal);
        (string, string) bearer = ("Authorization", $"Bearer {token["access_token"]}");
        foreach (string path in (string[])["/v1/settlements", $"/v1/settlements/{Guid.NewGuid()}", "/v1/settlement-templates", "/v1/platforms/me/webhooks"])
            Assert.Equal(403, (await api.SendAsync(null, HttpMethod.Get, path, headers: bearer)).Status);
        await new OperatorCredentialStore(api.Database, TimeProvider.System).RevokeAsync(admin.ClientId, CancellationToken.None);
        // By 429 when other tests have failed often enough from this address.
        var (revoked, _, _) = await api.SendAsync(null, HttpMethod.Post, "/oauth/token",
            $$"""{"client_id":"{{admin.ClientId}}","client_secret":"{{admin.ClientSecret}}","grant_type":"client_credentials"}""");
        Assert.True(revoked is 401 or 429, $"{revoked}");
    }
}
