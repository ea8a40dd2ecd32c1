using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>Over every operation of the document: a query parameter that takes certain words or forms refuses others, and the answer names the parameter and the words.</summary>
[Collection(ApiCollection.Name)]
public sealed class QueryParameterTests(ApiFixture api) : IAsyncLifetime
{
    readonly OperationScenes _examples = new(api);

    public Task InitializeAsync() => _examples.PrepareAsync();

    public Task DisposeAsync() => _examples.ClearAsync();

    [Fact]
    public async Task A_word_that_a_parameter_does_not_take_is_422_with_those_that_it_takes()
    {
        List<string> wrong = [];
        int sent = 0;
        foreach ((string method, string path, JsonObject operation) in GeneratedRequestTests.Document.Operations)
        {
            (string Name, JsonNode Schema, bool Many)[] parameters =
            [
                .. (operation["parameters"]?.AsArray() ?? []).Where(one => (string?)one!["in"] == "query")
                    .Select(one => ((string)one!["name"]!, one["schema"]!["items"] ?? one["schema"]!, one["schema"]!["items"] is not null)),
            ];
            if (parameters.Length == 0) continue;
            (string client, string target) = await _examples.MakeAsync((string)operation["operationId"]!, path, operation);
            foreach ((string name, JsonNode schema, bool many) in parameters)
            {
                string[] words = schema["enum"] is JsonArray choices ? [.. choices.Select(choice => (string)choice!)] : (string?)schema["type"] == "boolean" ? ["true", "false"] : [];
                if (words.Length == 0 && (string?)schema["type"] != "integer" && (string?)schema["format"] != "date-time") continue;
                string[] queries = [$"{name}=NOPE", .. words.Length > 0 ? [$"{name}=", $"{name}={words[0].ToUpperInvariant()}x"] : Array.Empty<string>(), .. words.Length > 0 && !many ? [$"{name}={words[0]}&{name}={words[0]}"] : Array.Empty<string>()];
                foreach (string query in queries)
                {
                    // The table of a CSV is a parameter of a CSV alone.
                    var (status, body, _) = await api.SendAsync(client, new HttpMethod(method), $"{target}?{query}", headers: name == "table" ? [("Accept", "text/csv")] : []);
                    sent++;
                    JsonNode? fault = body["errors"]?.AsArray().SingleOrDefault();
                    string said = (string?)fault?["msg"] ?? "";
                    if (status != 422 || (string?)fault!["pointer"] != "/" + name || fault["loc"]!.ToJsonString() != $"[\"query\",\"{name}\"]"
                        || (!query.Contains('&', StringComparison.Ordinal) && !words.All(word => said.Contains(word, StringComparison.Ordinal))))
                        wrong.Add($"{operation["operationId"]} {query}: {status} {body.ToJsonString()}");
                }
            }
        }
        Assert.Equal("", string.Join('\n', wrong));
        Assert.True(sent > 60, $"{sent} requests");
    }
}
