using System.Text.Json.Nodes;
using CsCheck;
using Keystone.Dev.Servers;
using Keystone.Testing;

namespace Keystone.Api.Tests;

/// <summary>
/// A1: every operation of the OpenAPI document gets 200 generated requests, 2,000 under <c>scripts/test --deep</c>, right ones and wrong ones. No answer is a 5xx, and each has a status,
/// a content type, a code and a body that the document names for the operation. A failure prints its request; in a deep run the smallest that was found, and the seed that repeats it.
/// </summary>
public sealed class GeneratedRequestTests(ApiFixture api) : IClassFixture<ApiFixture>, IAsyncLifetime
{
    // The first random state of a normal run, in CsCheck's own form.
    const string Seed = "d5iyU9VK4Xu1";

    static readonly int RequestsOfAScene = FuzzSeed.IsDeep ? 200 : 20;

    internal static readonly DocumentSchema Document =
        new((JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(NativeTool.RepositoryRoot, "docs", "openapi.json")))!);

    readonly OperationScenes _scenes = new(api);

    public static TheoryData<string> Operations => [.. Document.Operations.Select(one => (string)one.Operation["operationId"]!)];

    public async Task InitializeAsync()
    {
        await _scenes.PrepareAsync();
        if (await api.Database.CreateCommand("select 1 from identity.credential where client_id = 'limited-a'").ExecuteScalarAsync() is null)
            await api.AddCredentialAsync("limited-a", await api.EnvironmentAsync("platform-a"), "templates:write");
    }

    public Task DisposeAsync() => _scenes.ClearAsync();

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A1_Every_answer_is_one_that_the_document_names(string operationId)
    {
        (string method, string path, JsonObject operation) = Document.Operations.Single(one => (string?)one.Operation["operationId"] == operationId);
        int wanted = FuzzSeed.IsDeep ? 2_000 : 200, sent = 0, taken = 0, refused = 0;
        string client = "", target = "";
        Gen<GeneratedRequest> requests = RequestGenerator.Of(operation);
        if (FuzzSeed.IsDeep) await requests.SampleAsync(SendAsync, iter: wanted, threads: 1, print: request => request.ToString());
        else await SendTheSameAsync();
        Assert.True(sent >= wanted, $"{sent} requests were sent.");
        Assert.True(taken > 0, "No request succeeded: the scene or the example is wrong.");
        // What is public and takes nothing cannot be asked wrongly.
        if (!path.StartsWith("/.well-known", StringComparison.Ordinal)) Assert.True(refused > 0, "No request was refused.");

        // A normal run sends the same requests each time, so that it judges the change and not its luck; a deep run sends new ones, and shrinks what fails.
        async Task SendTheSameAsync()
        {
            PCG random = PCG.Parse(Seed);
            for (int n = 0; n < wanted; n++)
            {
                GeneratedRequest request = requests.Generate(random, null, out _);
                try
                {
                    await SendAsync(request);
                }
                catch (Exception fault)
                {
                    throw new InvalidOperationException($"Request {n}: {request}", fault);
                }
            }
        }

        async Task SendAsync(GeneratedRequest request)
        {
            if (sent++ % RequestsOfAScene == 0)
            {
                await MakeRoomAsync();
                (client, target) = await _scenes.MakeAsync(operationId, path, operation);
            }
            int status = await CheckAsync(method, path, operation, request, client, target);
            if (status < 300) taken++;
            else refused++;
        }
    }

    async Task<int> CheckAsync(string method, string path, JsonObject operation, GeneratedRequest request, string client, string target)
    {
        string at = request.Target is { } other && path.Contains('{', StringComparison.Ordinal) ? Other(path, other) : target;
        if (request.Query.Length > 0) at += "?" + string.Join('&', request.Query);
        using HttpRequestMessage message = new(new HttpMethod(method), api.Url + at);
        string? token = await TokenAsync(request.Caller, client);
        if (token is not null) message.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach ((string name, string value) in request.Headers) message.Headers.TryAddWithoutValidation(name, value);
        string? example = operation["requestBody"]?["content"]?["application/json"]?["example"]?.ToJsonString();
        if (example is not null)
        {
            message.Content = new ByteArrayContent(request.Body(_scenes.Fill(example)!));
            if (request.ContentType.Length > 0) message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }
        using HttpResponseMessage response = await api.Client.SendAsync(message);
        string text = await response.Content.ReadAsStringAsync();
        string? fault = (int)response.StatusCode >= 500 ? "is a failure of the server" : Document.Fault(operation, response, text);
        Assert.True(fault is null, $"{method} {at}: {(int)response.StatusCode} {fault}\n{(text.Length > 2_000 ? text[..2_000] : text)}");
        return (int)response.StatusCode;
    }

    static string Other(string path, string value)
    {
        int start = path.IndexOf('{', StringComparison.Ordinal), end = path.IndexOf('}', StringComparison.Ordinal);
        return path[..start] + value + path[(end + 1)..];
    }

    async Task<string?> TokenAsync(GeneratedCaller caller, string client) => caller switch
    {
        GeneratedCaller.Nobody => null,
        GeneratedCaller.Garbage => "eyJhbGciOiJub25lIn0.e30.",
        GeneratedCaller.Foreign => await api.TokenAsync("manager-c"),
        GeneratedCaller.Limited => await api.TokenAsync("limited-a"),
        GeneratedCaller.Operator => await api.TokenAsync("operator"),
        _ => await api.TokenAsync(client),
    };

    // Many requests meet the limits of one environment, or of the operator in a minute, and a scene needs room below them.
    async Task MakeRoomAsync()
    {
        api.Clock.Shift += TimeSpan.FromSeconds(61);
        if (api.Clock.Shift > TimeSpan.FromHours(20)) throw new InvalidOperationException("The tokens of this run end soon: give the scenes fewer minutes.");
        foreach (string rows in (string[])["webhooks.endpoint", "identity.ip_rule", "settlement.wallet"])
            await api.RunAsync($"delete from {rows}");
        await api.RunAsync("update identity.credential set status = 'revoked', revoked_at = now() where member_id is not null or made_by is not null");
        // Those that scenes made count for a platform that is only their heap.
        await api.RunAsync("""
            insert into identity.platform (id, slug, name, status, created_at) values ($1, 'heap', 'Heap', 'active', now()) on conflict do nothing
            """, Heap);
        await api.RunAsync("update identity.environment set platform_id = $1, slug = id::text where platform_id <> $1 and not is_default", Heap);
    }

    static readonly Guid Heap = new([.. Enumerable.Repeat((byte)0x4e, 16)]);
}
