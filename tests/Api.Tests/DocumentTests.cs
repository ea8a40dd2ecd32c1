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
    readonly OperationScenes _scenes = new(api);

    public Task InitializeAsync() => _scenes.PrepareAsync();

    public Task DisposeAsync() => _scenes.ClearAsync();

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
        static bool Unlisted(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText is "/openapi.json" or "/v1/screening-results/{layer}" || endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("docs", StringComparison.Ordinal);
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
            (string client, string target) = await _scenes.MakeAsync(name, path, operation);
            // The token endpoint alone reads forms as forms; JSON is recognised by its first character there too.
            var (status, body, response) = await api.SendAsync(client, new HttpMethod(method), target, _scenes.Fill(example), example is null ? null : contentType);
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
        using HttpResponseMessage page = await api.Client.GetAsync(new Uri(api.Url + "/docs/api"));
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

    [GeneratedRegex("(src|href)=\"(?<url>[^\"#][^\"]*)\"")]
    private static partial Regex Source();
}
