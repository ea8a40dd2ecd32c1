using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Api.Http;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>Every answer that the OpenAPI document names is given: each operation is brought to each of its statuses and codes. What cannot be brought about is no answer of it.</summary>
[Collection(ApiCollection.Name)]
public sealed partial class DocumentedAnswerTests(ApiFixture api) : IAsyncLifetime
{
    // Brought about for all operations together.
    static readonly string[] OfOutages = ["internal_error", "database_unavailable", "issuer_unavailable"];

    // Codes of no operation, and why.
    static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["method_not_allowed"] = "of a method that is no operation: TransportTests",
        ["presence_required"] = "of a member's session in the pages, never of a token",
    };

    // Pairs that clients of other makes were promised.
    static readonly (int Status, string Code)[] Promised =
    [
        (401, "invalid_token"), (403, "insufficient_scope"), (403, "no_pending_party"), (404, "not_found"), (409, "settlement_not_cross_platform"), (409, "settlement_ended"), (409, "confirmation_differs"),
        (409, "already_executed"), (409, "idempotency_in_progress"), (409, "escrow_not_registered"), (409, "symbol_taken"), (410, "cursor_expired"), (422, "validation_failed"), (422, "missing_required_role"),
        (422, "idempotency_key_reused"), (422, "counterparty_is_self"), (422, "counterparty_platform_unknown"), (422, "template_lacks_confirmation"), (422, "cross_chain_not_supported"), (422, "leg_mirrored"),
        (422, "self_delivery"), (422, "symbol_confusable"), (429, "rate_limited"), (429, "quota_reached"), (503, "node_unavailable"),
    ];

    static readonly DocumentSchema Document = GeneratedRequestTests.Document;

    readonly OperationScenes _examples = new(api);

    public static TheoryData<string> Operations => GeneratedRequestTests.Operations;

    public async Task InitializeAsync()
    {
        await _examples.PrepareAsync();
        if (await api.CountAsync("identity.credential where client_id = 'answers-spent'") == 0) await AddCallersAsync();
        // Rules are forgotten between tests.
        await api.RunAsync("insert into identity.ip_rule (id, environment_id, network, created_at) values (gen_random_uuid(), $1, '203.0.113.0/24', now())", await api.EnvironmentAsync("answers-closed"));
    }

    async Task AddCallersAsync()
    {
        string[] all = [.. Keystone.Identity.Scopes.OfTenants.Select(scope => scope.Name)];
        await api.AddPlatformAsync("answers-spent", rateLimit: 1, scopes: all);
        await api.AddPlatformAsync("answers-closed", scopes: all);
        // Each has one scope, and no operation needs both.
        foreach (string scope in (string[])["templates:write", "wallets:manage"])
            await api.AddCredentialAsync("answers-" + scope, await api.EnvironmentAsync("platform-a"), scope);
    }

    public async Task DisposeAsync()
    {
        await _examples.ClearAsync();
        await SettlementScene.ClearAsync(api);
        api.Clock.Shift = TimeSpan.Zero;
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Every_answer_that_the_document_names_is_given(string operationId)
    {
        (string method, string path, JsonObject operation) = Document.Operations.Single(one => (string?)one.Operation["operationId"] == operationId);
        AnswerScenes scenes = new(api);
        (string client, string target) = await _examples.MakeAsync(operationId, path, operation);
        AnswerScene example = new(operation["security"]![0]!.AsObject().Count == 0 ? null : client, target, _examples.Fill(operation["requestBody"]?["content"]?["application/json"]?["example"]?.ToJsonString()));
        List<string> wrong = [];
        // What succeeds last: it may take away what the others are about.
        foreach ((int status, string code) in Answers(operation).OrderByDescending(answer => answer.Status))
        {
            if (OfOutages.Contains(code, StringComparer.Ordinal)) continue;
            string name = $"{operationId} {(code.Length > 0 ? code : status.ToString(CultureInfo.InvariantCulture))}";
            await using AnswerScene? scene = await scenes.MakeAsync(name) ?? await CommonAsync(path, operation, example, status, code);
            if (scene is null) wrong.Add($"{name}: no scene brings it about. Add one to AnswerScenes, or take the answer out of the document.");
            else if (await FaultAsync(method, operation, scene, status, code) is { } fault) wrong.Add($"{name}: {fault}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_table_that_cannot_be_read_is_500_for_every_operation_and_nothing_of_it_leaves()
    {
        await using WebApplication app = await api.StartAsync();
        string[] tokens = [await api.TokenAsync("manager-a"), await api.TokenAsync("operator")];
        await api.RunAsync("alter table identity.credential rename to credential_away");
        try
        {
            await RequireAsync(500, "internal_error", app.Urls.First());
        }
        finally
        {
            await api.RunAsync("alter table identity.credential_away rename to credential");
        }
        Assert.All(tokens, Assert.NotEmpty);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_503_for_every_operation()
    {
        await using WebApplication app = await api.StartAsync();
        foreach (string client in (string[])["manager-a", "operator"]) await api.TokenAsync(client);
        await using NpgsqlConnection connection = await api.Database.OpenConnectionAsync();
        await using NpgsqlTransaction held = await connection.BeginTransactionAsync();
        await using (NpgsqlCommand hold = new("lock table identity.credential in access exclusive mode", connection, held)) await hold.ExecuteNonQueryAsync();
        await RequireAsync(503, "database_unavailable", app.Urls.First());
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_503_for_every_operation()
    {
        const string authority = "http://127.0.0.1:9";
        await using WebApplication app = await api.StartAsync(("Auth:Authority", authority));
        string token = string.Join('.', ((string[])["""{"alg":"RS256","typ":"JWT","kid":"k"}""", $$"""{"iss":"{{authority}}","azp":"machine","sub":"machine"}""", "signature"])
            .Select(part => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part))));
        await RequireAsync(503, "issuer_unavailable", app.Urls.First(), token);
    }

    [Fact]
    public void Every_code_of_the_table_is_documented_for_an_operation_and_every_scene_for_an_answer()
    {
        HashSet<string> documented = [.. Document.Operations.SelectMany(one => Answers(one.Operation)).Select(answer => answer.Code)];
        Assert.Equal("", string.Join('\n', ErrorTable.Entries.Keys.Where(code => !documented.Contains(code) && !Elsewhere.ContainsKey(code))));
        Assert.DoesNotContain(Elsewhere.Keys, documented.Contains);
        HashSet<string> answers = [.. Document.Operations.SelectMany(one => Answers(one.Operation).Select(answer =>
            $"{one.Operation["operationId"]} {(answer.Code.Length > 0 ? answer.Code : answer.Status.ToString(CultureInfo.InvariantCulture))}"))];
        Assert.Equal("", string.Join('\n', new AnswerScenes(api).Names.Where(name => !answers.Contains(name))));
        Assert.All(Promised, pair => Assert.Equal(pair.Status, ErrorTable.Of(pair.Code).Status));
    }

    /// <summary>Statuses and codes of an operation; the code is empty where the answer is no problem document.</summary>
    static IEnumerable<(int Status, string Code)> Answers(JsonObject operation) =>
        from response in operation["responses"]!.AsObject()
        from code in response.Value!["content"]?["application/problem+json"] is null ? [""] : ((string)response.Value["description"]!).Split(", ")
        select (int.Parse(response.Key, CultureInfo.InvariantCulture), code);

    // What every operation answers in the same way; null for what needs a scene.
    async Task<AnswerScene?> CommonAsync(string path, JsonObject operation, AnswerScene example, int status, string code)
    {
        bool hasBody = operation["requestBody"] is not null;
        switch (code)
        {
            case "" when status < 300: return example;
            case "invalid_token": return example with { Client = null };
            case "insufficient_scope": return example with { Client = "answers-" + (operation["security"]!.ToJsonString().Contains("templates:write", StringComparison.Ordinal) ? "wallets:manage" : "templates:write") };
            case "address_not_allowed": return example with { Client = "answers-closed" };
            case "version_unknown": return example with { Headers = [("Keystone-Version", "1999-01-01")] };
            case "malformed_body": return example with { Body = "{" };
            case "body_too_large": return example with { Body = new string(' ', BodyReader.MaxBytes) + "{}" };
            case "unsupported_media_type": return example with { Headers = [("Content-Type", "application/xml")] };
            case "unsupported_content_encoding": return example with { Headers = [("Content-Encoding", "gzip")] };
            case "validation_failed" when hasBody: return example with { Body = "[]" };
            case "validation_failed": return FaultyParameter(operation) is { } faulty ? example with { Path = $"{example.Path}?{faulty}" } : null;
            case "not_found" when path.Contains('{', StringComparison.Ordinal):
                // Before body and query are read, so that nothing is said of what is another's.
                return example with { Path = Parameter().Replace(path, "0199a0c2-7d1e-7a44-9c1f-2f6f0c1f8a11") + (FaultyParameter(operation) is { } query ? "?" + query : ""), Body = hasBody ? "{nonsense" : example.Body };
            case "rate_limited":
                // Not across the end of a minute.
                if (api.Clock.GetUtcNow().Second >= 57) api.Clock.Shift += TimeSpan.FromSeconds(4);
                await api.SendAsync("answers-spent", HttpMethod.Get, "/v1/platforms/me");
                return example with { Client = "answers-spent" };
            default: return null;
        }
    }

    static string? FaultyParameter(JsonObject operation)
    {
        string[] names = [.. (operation["parameters"]?.AsArray() ?? []).Where(one => (string?)one!["in"] == "query").Select(one => (string)one!["name"]!)];
        return names.Contains("limit", StringComparer.Ordinal) ? "limit=0" : names.FirstOrDefault(name => name is "from" or "date" or "period" or "minutes") is { } other ? other + "=nonsense" : null;
    }

    async Task<string?> FaultAsync(string method, JsonObject operation, AnswerScene scene, int status, string code, string? token = null)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), (scene.Url ?? api.Url) + scene.Path);
        if (token is null && scene.Client is { } client) token = await api.TokenAsync(client);
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        if (scene.Body is { } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (!scene.Headers.Any(header => header.Name == "Content-Type")) request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }
        foreach ((string name, string value) in scene.Headers)
            if (name.StartsWith("Content-", StringComparison.Ordinal)) request.Content!.Headers.TryAddWithoutValidation(name, value);
            else request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        string said = text.Length > 500 ? text[..500] : text;
        if ((int)response.StatusCode != status) return $"{(int)response.StatusCode} {said}";
        if (Document.Fault(operation, response, text) is { } fault) return $"{fault}: {said}";
        if (code.Length == 0) return null;
        JsonNode problem = JsonNode.Parse(text)!;
        if ((string?)problem["code"] != code) return said;
        if ((string?)problem["type"] != ErrorTable.PathOf(code) || (int?)problem["status"] != status || problem["request_id"] is null) return $"type, status or request_id: {said}";
        // What may succeed later says when; what we do not know we do not promise.
        if ((bool)problem["retryable"]! != ErrorTable.Of(code).Retryable || (ErrorTable.Of(code).Retryable && code != "internal_error") != (response.Headers.RetryAfter is not null)) return $"Retry-After {response.Headers.RetryAfter}: {said}";
        return status == 401 && response.Headers.WwwAuthenticate.Count == 0 ? "has no WWW-Authenticate" : null;
    }

    async Task RequireAsync(int status, string code, string url, string? token = null)
    {
        (string Method, string Path, JsonObject Operation)[] all = [.. Document.Operations.Where(one => Answers(one.Operation).Contains((status, code)))];
        Assert.True(all.Length > 100, $"{all.Length} operations name {code}.");
        string?[] faults = await Task.WhenAll(all.Select(async one =>
        {
            string? example = _examples.Fill(one.Operation["requestBody"]?["content"]?["application/json"]?["example"]?.ToJsonString());
            string client = (string?)one.Operation["security"]![0]!.AsObject().Select(scheme => scheme.Value![0]).FirstOrDefault() == "admin" ? "operator" : "manager-a";
            AnswerScene scene = new(client, Parameter().Replace(one.Path, "0199a0c2-7d1e-7a44-9c1f-2f6f0c1f8a11"), example) { Url = url };
            return await FaultAsync(one.Method, one.Operation, scene, status, code, token) is { } fault ? $"{one.Operation["operationId"]}: {fault}" : null;
        }));
        Assert.True(faults.All(fault => fault is null), string.Join('\n', faults.Where(fault => fault is not null)));
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
