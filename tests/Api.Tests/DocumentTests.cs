using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Dev.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Tests;

/// <summary>The OpenAPI document: the one in docs is the one that the build writes and the API serves, and what it says is so.</summary>
[Collection(ApiCollection.Name)]
public sealed partial class DocumentTests(ApiFixture api) : IAsyncLifetime
{
    /// <summary>An environment has one endpoint for a URL and one rule for a network, and tests take the same ones.</summary>
    public async Task InitializeAsync()
    {
        // What the example of a resumption names.
        await DisposeAsync();
        await api.RunAsync("insert into settlement.pause (id, scope, escrow_id, reason, set_by, created_at) values ($1, 'settlement', $2, 'r', 'operator', now())", Guid.Empty, new byte[32]);
        await api.AddPlatformAsync(_tokens);
        await api.AddCredentialAsync(_tokens + "-manager", await api.EnvironmentAsync(_tokens), "instruments:manage");
    }

    public async Task DisposeAsync()
    {
        foreach (string rows in Left) await api.RunAsync($"delete from {rows}");
    }

    // A member that made credentials stays with them.
    static readonly string[] Left =
    [
        "webhooks.endpoint", "identity.ip_rule", "settlement.wallet", "identity.member m where not exists (select from identity.credential c where c.member_id = m.id)", "settlement.pause",
        "settlement.template",
    ];

    // Its own registry: another test has registered the example's token.
    readonly string _tokens = "platform-" + Guid.NewGuid().ToString("n")[..8];

    static string Path(params string[] parts) => System.IO.Path.Combine([NativeTool.RepositoryRoot, .. parts]);

    static DocumentSchema Document() => new((JsonObject)JsonNode.Parse(File.ReadAllText(Path("docs", "openapi.json")))!);

    [Fact]
    public async Task The_committed_document_is_what_the_build_writes_and_the_API_serves()
    {
        string committed = Normal(await File.ReadAllTextAsync(Path("docs", "openapi.json")));
        Assert.True(committed == Normal(await File.ReadAllTextAsync(Path("src", "Api", "obj", "openapi", "openapi.json"))),
            "docs/openapi.json is not what the build wrote. Look at the difference; when it is meant: cp src/Api/obj/openapi/openapi.json docs/openapi.json, "
            + "then node scripts/lib/client-models.mjs.");
        Assert.Equal(committed, Normal(await api.Client.GetStringAsync(api.Url + "/openapi.json")));
        Assert.StartsWith("3.1.", (string?)Document().Document["openapi"], StringComparison.Ordinal);

        static string Normal(string json) => JsonNode.Parse(json)!.ToJsonString();
    }

    [Fact]
    public async Task Every_endpoint_is_in_the_document_and_none_binds_its_body()
    {
        await using WebApplication app = await api.StartAsync();
        RouteEndpoint[] endpoints = [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];
        string[] mapped = [.. endpoints.Where(endpoint => !Unlisted(endpoint)).SelectMany(endpoint =>
            endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {Slashed(endpoint.RoutePattern.RawText!)}")).Order(StringComparer.Ordinal)];
        string[] documented = [.. Document().Operations.Select(operation => $"{operation.Method} {operation.Path}").Order(StringComparer.Ordinal)];
        Assert.Equal(mapped, documented);
        // Either would answer 415 to JSON that is labelled as a form.
        Assert.DoesNotContain(endpoints, endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null);

        static string Slashed(string path) => "/" + path.Trim('/');
        static bool Unlisted(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText is "/openapi.json" || endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("docs", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Every_example_works_and_is_answered_as_the_document_says(string contentType)
    {
        DocumentSchema document = Document();
        List<string> differences = [];
        HashSet<string> run = [];
        foreach ((string method, string path, JsonObject operation) in document.Operations)
        {
            string name = (string)operation["operationId"]!;
            string? example = operation["requestBody"]?["content"]?["application/json"]?["example"]?.ToJsonString();
            Assert.True(operation["requestBody"] is null || example is not null, $"{name} has a body without an example.");
            // Of XML; tested beside what it says.
            if (operation["responses"]?["200"]?["content"]?["application/xml"] is not null && run.Add(name)) continue;
            (string client, string target) = await SceneAsync(name, path, operation);
            // The token endpoint alone reads forms as forms; JSON is recognised by its first character there too.
            var (status, body, response) = await api.SendAsync(client, new HttpMethod(method), target, Fill(example), example is null ? null : contentType);
            run.Add(name);
            string key = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (status >= 300 || operation["responses"]![key] is not { } documented)
            {
                differences.Add($"{name}: {status} {body.ToJsonString()}");
                continue;
            }
            if (documented["content"]?["application/json"]?["schema"] is { } schema)
                differences.AddRange(document.Differences(schema, body).Select(difference => $"{name}{difference}"));
            else if (body.Count > 0)
                differences.Add($"{name}: a body that is not documented");
            Assert.Equal(documented["content"] is null ? null : "application/json", response.Content.Headers.ContentType?.MediaType);
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.Equal(document.Operations.Count(), run.Count);
    }

    [Fact]
    public async Task A_problem_has_the_documented_form()
    {
        DocumentSchema document = Document();
        JsonNode schema = document.Document["components"]!["schemas"]!["Problem"]!;
        JsonObject cross = await api.CreateAsync("platform-a", api.Cross());
        foreach ((string? client, string path, string body) in ((string?, string, string)[])[("platform-a", "/v1/settlements", "{\"legs\":[7]}"), (null, "/v1/settlements", "{}"),
            ("platform-a", "/v1/settlements", "{"), ("platform-c", $"/v1/settlements/{cross["id"]}/confirm", "{}"), ("platform-a", $"/v1/settlements/{cross["id"]}/confirm", "{}")])
        {
            var (status, problem, _) = await api.SendAsync(client, HttpMethod.Post, path, body);
            Assert.InRange(status, 400, 499);
            Assert.Equal("", string.Join('\n', document.Differences(schema, problem)));
            JsonNode operation = document.Document["paths"]![path.Replace((string)cross["id"]!, "{id}", StringComparison.Ordinal)]!["post"]!;
            Assert.Contains((string)problem["code"]!, (string)operation["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)]!["description"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_asks_nothing_of_the_outside()
    {
        using HttpResponseMessage page = await api.Client.GetAsync(new Uri(api.Url + "/docs"));
        Assert.Equal(200, (int)page.StatusCode);
        string html = await page.Content.ReadAsStringAsync();
        Assert.Contains("openapi.json", html, StringComparison.Ordinal);
        // The browser refuses what is not on this host, whatever the page's script would like.
        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
        string[] sources = [.. Source().Matches(html).Select(match => match.Groups["url"].Value)];
        Assert.NotEmpty(sources);
        foreach (string source in sources)
        {
            Uri url = new(page.RequestMessage!.RequestUri!, source);
            Assert.Equal(new Uri(api.Url).Authority, url.Authority);
            using HttpResponseMessage part = await api.Client.GetAsync(url);
            Assert.True(part.IsSuccessStatusCode, $"{url} {part.StatusCode}");
        }
        Assert.Contains("\"withDefaultFonts\":false", html.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    // Who calls, and where, so that the example meets a settlement or receiver in the state that it needs.
    async Task<(string Client, string Path)> SceneAsync(string name, string path, JsonObject operation)
    {
        string client = name is "confirmSettlement" or "rejectSettlement" ? "platform-b"
            : path.StartsWith("/v1/instruments", StringComparison.Ordinal) ? _tokens + "-manager" : (string?)operation["tags"]?[0] switch
            {
                "admin" => "operator",
                "platform" or "wallets" => "manager-a",
                _ => "platform-a",
            };
        if (name is "createTemplate" or "validateTemplate" or "updateTemplate")
        {
            if (name != "createTemplate") await api.RunAsync("delete from settlement.template where slug = 'two-checks' and environment_id = $1", await api.EnvironmentAsync("platform-a"));
            if (name == "updateTemplate") await TemplateUploadTests.UploadAsync(api, "manager-a", "two-checks");
            return ("manager-a", path.Replace("{name}", "two-checks", StringComparison.Ordinal));
        }
        if (path == "/v1/instruments/{id}")
            return (client, path.Replace("{id}", (string)(await api.GetAsync(client, "/v1/instruments"))["items"]![0]!["id"]!, StringComparison.Ordinal));
        if (await TenantScenes.MakeAsync(api, path) is { } tenant) return (client, path.Replace($"{{{tenant.Parameter}}}", tenant.Value, StringComparison.Ordinal));
        if (name is "getDepositInstructions" or "submitSignature")
        {
            JsonObject single = await api.CreateAsync(client, api.Single());
            (string at, _scene) = await DepositTests.FreezeAsync(api, single);
            return (client, at + path[path.LastIndexOf('/')..]);
        }
        if (path.Contains("{id}", StringComparison.Ordinal))
        {
            JsonObject made = path.Contains("/webhooks", StringComparison.Ordinal)
                ? (await api.SendAsync(client, HttpMethod.Post, "/v1/platforms/me/webhooks", $"{{\"url\":\"https://hooks.example.com/{Guid.NewGuid()}\",\"events\":[\"*\"]}}")).Body
                : await api.CreateAsync("platform-a", api.Cross());
            if (path.Contains("{delivery_id}", StringComparison.Ordinal))
                path = path.Replace("{delivery_id}", (await WebhookScene.DeliveryAsync(api, Guid.Parse((string)made["id"]!))).ToString(), StringComparison.Ordinal);
            if (path.StartsWith("/v1/instructions", StringComparison.Ordinal))
                made = await InstructionTests.SubmitAsync(api, "platform-a", InstructionTests.Side(api, "seller", Guid.NewGuid().ToString()));
            if (name == "triggerMaturity") made = await api.CreateAsync("platform-a", RepoTests.Opening(api));
            // A release is of a hold, a decision of a flag.
            SettlementScene scene = new(api, Guid.Parse((string)made["id"]!), $"/v1/settlements/{made["id"]}");
            if (name == "decideCompliance")
                await scene.FlagAsync("seller");
            return (client, path.Replace("{id}", (string)made["id"]!, StringComparison.Ordinal));
        }
        foreach (JsonNode? parameter in operation["parameters"]?.AsArray() ?? [])
            if ((string?)parameter!["in"] == "path")
                path = path.Replace($"{{{parameter["name"]}}}", (string)parameter["example"]!, StringComparison.Ordinal);
        return (client, path);
    }

    // The settlement of the last example that needs frozen terms.
    Keystone.Domain.Escrow.EscrowTerms? _scene;

    // What an example cannot know: this chain's token, a time that is still ahead, a key that is not used yet, a credential.
    string? Fill(string? example) => example?
        .Replace("0x5fbdb2315678afecb367f032d93f642f64180aa3", api.Bond.ToString(), StringComparison.Ordinal)
        .Replace("0xa57c0b9f6d5c1e3bb7f2d5f3a1c0e9d8b7a6958473625140f1e2d3c4b5a697881122334455667788990011223344556677889900112233445566778899001122b31b",
            _scene is null ? "" : Keystone.Ethereum.Hex.Encode(api.Chain.Accounts[2].SignDigest(_scene.Id).ToBytes()), StringComparison.Ordinal)
        .Replace("2026-12-17T12:00:00Z", api.Clock.GetUtcNow().AddDays(1).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("bilateral-2026-001", Guid.NewGuid().ToString(), StringComparison.Ordinal)
        .Replace("dvp-2026-001", Guid.NewGuid().ToString(), StringComparison.Ordinal)
        .Replace("harbour-custody", "h" + Guid.NewGuid().ToString("n"), StringComparison.Ordinal)
        .Replace("Harbour Custody", "Harbour " + Guid.NewGuid(), StringComparison.Ordinal)
        .Replace("sandbox-2", "e" + Guid.NewGuid().ToString("n"), StringComparison.Ordinal)
        .Replace("YOUR_CLIENT_ID", "platform-a", StringComparison.Ordinal)
        .Replace("YOUR_CLIENT_SECRET", "secret-platform-a", StringComparison.Ordinal);

    [GeneratedRegex("(src|href)=\"(?<url>[^\"#][^\"]*)\"")]
    private static partial Regex Source();
}
