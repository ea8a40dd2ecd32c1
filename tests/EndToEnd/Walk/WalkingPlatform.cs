using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Dev;
using Keystone.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Keystone.EndToEnd.Walk;

/// <summary>A platform with its credential and its receiver of webhooks, which keeps everything that it is sent.</summary>
internal sealed class WalkingPlatform : IAsyncDisposable
{
    readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(100) };
    readonly WebApplication _receiver;
    readonly string _api;

    WalkingPlatform(string api, DevPlatform platform, WebApplication receiver)
    {
        (_api, _receiver, Slug) = (api, receiver, platform.Slug);
        Sent = new SentTexts(platform.Name);
    }

    public string Slug { get; }

    public SentTexts Sent { get; }

    /// <summary>Signs in and registers the receiver for everything.</summary>
    public static async Task<WalkingPlatform> StartAsync(string api, DevPlatform platform)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WalkingPlatform walking = new(api, platform, builder.Build());
        walking._receiver.MapPost("/", walking.ReceiveAsync);
        await walking._receiver.StartAsync();
        JsonNode token = await walking.SendAsync(HttpMethod.Post, "/oauth/token", new JsonObject
        {
            ["client_id"] = platform.ClientId,
            ["client_secret"] = platform.ClientSecret,
            ["audience"] = "https://api.keystoneos.xyz",
            ["grant_type"] = "client_credentials",
        }, 200);
        walking._client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token["access_token"]!);
        await walking.SendAsync(HttpMethod.Post, "/v1/platforms/me/webhooks", new JsonObject { ["url"] = walking._receiver.Urls.First() + "/", ["events"] = new JsonArray("*") }, 201);
        return walking;
    }

    /// <summary>Sends, keeps what comes, and wants a status; 0 for any refusal.</summary>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, int status)
    {
        using HttpRequestMessage request = new(method, _api + path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        // The address of the own receiver is its own.
        Sent.Add($"{method} {path}", $"{response.StatusCode}\n{response.Headers}{response.Content.Headers}\n{text}".Replace(_receiver.Urls.First(), "", StringComparison.Ordinal));
        Assert.True(status == (int)response.StatusCode || (status == 0 && (int)response.StatusCode is >= 400 and < 500), $"{method} {path}: {response.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, 200);

    public Task<JsonNode> PostAsync(string path, JsonNode? body, int status = 200) => SendAsync(HttpMethod.Post, path, body, status);

    /// <summary>Reads a settlement until it is as wanted.</summary>
    public async Task<JsonNode> AwaitAsync(string id, Func<JsonNode, bool> wanted, string because)
    {
        JsonNode? read = null;
        await Eventually.TrueAsync(async () => wanted(read = await GetAsync($"/v1/settlements/{id}")), TimeSpan.FromSeconds(90), because: $"{Slug}: {because}");
        return read!;
    }

    /// <summary>Waits for a webhook about a settlement; its body.</summary>
    public async Task<JsonNode> AwaitWebhookAsync(string id, string name)
    {
        string? found = null;
        await Eventually.TrueAsync(() => Task.FromResult((found = Sent.Where($"webhook {name}").FirstOrDefault(text => text.Contains(id, StringComparison.Ordinal))) is not null),
            TimeSpan.FromMinutes(2), because: $"{Slug} was sent no {name}");
        return JsonNode.Parse(found![found!.IndexOf('{', StringComparison.Ordinal)..])!;
    }

    /// <summary>Asks for everything that can be read, and for what is refused.</summary>
    public async Task ReadEverythingAsync(IReadOnlyCollection<string> settlements)
    {
        foreach (string path in (string[])["/v1/settlements?limit=200", "/v1/settlements?state=ROLLED_BACK", "/v1/settlement-templates", "/v1/platforms/me/webhooks"]) await GetAsync(path);
        foreach (string id in settlements)
        {
            await GetAsync($"/v1/settlements/{id}");
            await GetAsync($"/v1/settlements/{id}/events?limit=200");
            // Whatever the refusal is, its text counts.
            foreach (string use in (string[])["confirm", "reject"]) await PostAsync($"/v1/settlements/{id}/{use}", new JsonObject(), 0);
        }
    }

    async Task ReceiveAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body);
        string body = await reader.ReadToEndAsync(context.RequestAborted);
        // Host is the receiver's own address.
        string headers = string.Join('\n', context.Request.Headers.Where(header => header.Key != "Host").Select(header => $"{header.Key}: {header.Value}"));
        Sent.Add($"webhook {(string)JsonNode.Parse(body)!["event"]!}", $"{headers}\n{body}");
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _client.Dispose();
    }
}
