using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Dev.Servers;

namespace Keystone.Api.Tests;

/// <summary>Over every route of the document: what belongs to others is answered like what never was, for every verb, byte for byte.</summary>
[Collection(ApiCollection.Name)]
public sealed partial class ForeignIdTests(ApiFixture api) : IAsyncLifetime
{
    // Headers that count requests, name the request or tell the time.
    static readonly string[] Changing = ["Date", "X-Request-Id", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Content-Length"];

    public Task InitializeAsync() => api.RunAsync("delete from identity.ip_rule; delete from webhooks.endpoint");

    public Task DisposeAsync() => InitializeAsync();

    [Fact]
    public async Task S1_A_foreign_id_is_answered_like_an_absent_one()
    {
        DocumentSchema document = new((JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(NativeTool.RepositoryRoot, "docs", "openapi.json")))!);
        List<string> wrong = [];
        HashSet<string> run = [];
        foreach ((string method, string path, JsonObject operation) in document.Operations)
        {
            if (!path.Contains('{', StringComparison.Ordinal) || !path.StartsWith("/v1/", StringComparison.Ordinal) || (string?)operation["tags"]?[0] == "admin") continue;
            // Names in paths that are no ids: the built-in templates are everybody's.
            if (path.StartsWith("/v1/settlement-templates/{name}", StringComparison.Ordinal)) continue;
            (string parameter, string foreign) = await TenantScenes.MakeAsync(api, path) ?? await SceneAsync(path);
            string absent = parameter == "client_id" ? "0" + foreign[1..] : Guid.NewGuid().ToString();
            foreach (string? body in method is "GET" or "DELETE" ? (string?[])[null] : ["{}", "{\"reason\":7,\"name\":[]}", "{nonsense", ""])
            {
                string theirs = await AnswerAsync(method, path, parameter, foreign, body), nobodys = await AnswerAsync(method, path, parameter, absent, body);
                if (theirs != nobodys || !theirs.StartsWith("404 ", StringComparison.Ordinal)) wrong.Add($"{method} {path} {body}\n  {theirs}\n  {nobodys}");
            }
            run.Add($"{method} {path}");
        }
        Assert.Equal("", string.Join('\n', wrong));
        Assert.True(run.Count >= 20, string.Join('\n', run));
    }

    async Task<string> AnswerAsync(string method, string path, string parameter, string value, string? body)
    {
        string target = Parameter().Replace(path, match => match.Groups["name"].Value == parameter ? value : Guid.Empty.ToString());
        var (status, answer, response) = await api.SendAsync("manager-c", new HttpMethod(method), target, body);
        answer["request_id"] = "";
        string headers = string.Join(' ', response.Headers.Concat(response.Content.Headers).Where(header => !Changing.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}={string.Join(',', header.Value)}"));
        return $"{status} {answer.ToJsonString()} {headers}";
    }

    // A settlement of a and b, or a receiver of a: neither is anything to c.
    async Task<(string, string)> SceneAsync(string path)
    {
        if (path.StartsWith("/v1/platforms/me/webhooks/{id}", StringComparison.Ordinal))
            return ("id", (string)(await api.SendAsync("platform-a", HttpMethod.Post, "/v1/platforms/me/webhooks", $"{{\"url\":\"https://hooks.example.com/{Guid.NewGuid()}\",\"events\":[\"*\"]}}")).Body["id"]!);
        if (path.StartsWith("/v1/instructions/{id}", StringComparison.Ordinal))
            return ("id", (string)(await InstructionTests.SubmitAsync(api, "platform-a", InstructionTests.Side(api, "seller", Guid.NewGuid().ToString())))["id"]!);
        if (path.StartsWith("/v1/settlements/{id}", StringComparison.Ordinal))
            return ("id", (string)(await api.CreateAsync("platform-a", api.Cross()))["id"]!);
        if (path.StartsWith("/v1/instruments/{id}", StringComparison.Ordinal))
            return ("id", (await api.Database.CreateCommand($"select id from settlement.instrument where environment_id = '{await api.EnvironmentAsync("platform-a")}' limit 1").ExecuteScalarAsync())!.ToString()!);
        throw new InvalidOperationException($"{path} needs a scene: add what makes one of another tenant's.");
    }

    [GeneratedRegex(@"\{(?<name>\w+)\}")]
    private static partial Regex Parameter();
}
