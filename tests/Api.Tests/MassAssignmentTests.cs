using System.Text.Json.Nodes;
using Keystone.Dev.Servers;

namespace Keystone.Api.Tests;

/// <summary>S2: what an answer shows and a request does not have is not taken from a request.</summary>
public sealed class MassAssignmentTests(ApiFixture api) : IClassFixture<ApiFixture>, IAsyncLifetime
{
    const string Poison = "poison-4711";

    readonly OperationScenes _scenes = new(api);

    public Task InitializeAsync() => _scenes.PrepareAsync();

    public Task DisposeAsync() => _scenes.ClearAsync();

    [Fact]
    public async Task S2_A_member_that_only_answers_have_is_ignored_on_every_write()
    {
        DocumentSchema document = new((JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(NativeTool.RepositoryRoot, "docs", "openapi.json")))!);
        List<string> wrong = [];
        int run = 0;
        foreach ((string method, string path, JsonObject operation) in document.Operations)
        {
            string name = (string)operation["operationId"]!;
            if (operation["requestBody"]?["content"]?["application/json"] is not { } request || name == "createToken") continue;
            HashSet<string> taken = [.. Properties(document, request["schema"]!).Select(member => member.Key)];
            JsonObject? answer = ((JsonObject)operation["responses"]!).Where(one => one.Key[0] == '2').Select(one => one.Value!["content"]?["application/json"]?["schema"]).OfType<JsonNode>()
                .Select(schema => Properties(document, schema)).FirstOrDefault();
            string[] shown = [.. (answer ?? []).Select(member => member.Key).Where(member => !taken.Contains(member))];
            if (shown.Length == 0) continue;
            (string client, string target) = await _scenes.MakeAsync(name, path, operation);
            JsonObject body = (JsonObject)JsonNode.Parse(_scenes.Fill(request["example"]!.ToJsonString())!)!;
            foreach (string member in shown) body[member] = Poison;
            var (status, got, response) = await api.SendAsync(client, new HttpMethod(method), target, body.ToJsonString());
            if (status >= 300) wrong.Add($"{name}: {status} {got.ToJsonString()}");
            else if (got.ToJsonString().Contains(Poison, StringComparison.Ordinal)) wrong.Add($"{name}: shows what was sent: {got.ToJsonString()}");
            string[] ignored = response.Headers.TryGetValues("Keystone-Ignored-Fields", out IEnumerable<string>? named) ? string.Join(',', named).Split(',', StringSplitOptions.TrimEntries) : [];
            // The header names the first of many.
            if (status < 300 && (ignored.Except(shown).Any() || ignored.Length < Math.Min(shown.Length, 10))) wrong.Add($"{name}: of {string.Join(", ", shown)} only {string.Join(", ", ignored)} are named as ignored");
            run++;
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(run >= 15, $"Only {run} operations have such members.");
        // Nor does it stand anywhere in the database.
        await using Npgsql.NpgsqlCommand tables = api.Database.CreateCommand("""
            select table_schema || '.' || table_name from information_schema.tables where table_type = 'BASE TABLE' and table_schema in ('settlement', 'identity', 'webhooks', 'compliance', 'transactions')
            """);
        List<string> all = [];
        await using (Npgsql.NpgsqlDataReader row = await tables.ExecuteReaderAsync())
            while (await row.ReadAsync()) all.Add(row.GetString(0));
        foreach (string table in all) Assert.Equal((table, 0L), (table, await api.CountAsync($"{table} t where t::text like '%{Poison}%'")));
    }

    static JsonObject Properties(DocumentSchema document, JsonNode schema) =>
        (string?)schema["$ref"] is { } reference ? Properties(document, document.Document["components"]!["schemas"]![reference.Split('/')[^1]]!) : schema["properties"] as JsonObject ?? [];
}
