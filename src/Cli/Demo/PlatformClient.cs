using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Cli.Dev;

namespace Keystone.Cli.Demo;

/// <summary>A platform's own program: it has its credentials and the public API, nothing else.</summary>
internal sealed class PlatformClient : IDisposable
{
    readonly HttpClient _http;
    readonly DevPlatform _platform;

    PlatformClient(string apiUrl, DevPlatform platform)
    {
        _platform = platform;
        _http = new HttpClient { BaseAddress = new Uri(apiUrl), Timeout = TimeSpan.FromSeconds(30) };
    }

    public string Slug => _platform.Slug;

    /// <summary>Signs in as the guide does.</summary>
    public static async Task<PlatformClient> SignInAsync(string apiUrl, DevPlatform platform, CancellationToken cancellationToken)
    {
        PlatformClient client = new(apiUrl, platform);
        JsonObject token = await client.SendAsync(HttpMethod.Post, "/oauth/token", 200, cancellationToken, new JsonObject
        {
            ["client_id"] = platform.ClientId,
            ["client_secret"] = platform.ClientSecret,
            ["audience"] = "https://api.keystoneos.xyz",
            ["grant_type"] = "client_credentials",
        });
        client._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token["access_token"]!);
        return client;
    }

    public Task<JsonObject> CreateAsync(JsonObject instruction, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "/v1/settlements", 201, cancellationToken, instruction);

    public Task<JsonObject> GetAsync(string settlement, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"/v1/settlements/{settlement}", 200, cancellationToken);

    public Task<JsonObject> EventsAsync(string settlement, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"/v1/settlements/{settlement}/events?limit=200", 200, cancellationToken);

    public Task<JsonObject> ConfirmAsync(string settlement, JsonObject party, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/v1/settlements/{settlement}/confirm", 200, cancellationToken, party);

    public Task<JsonObject> RejectAsync(string settlement, string reason, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/v1/settlements/{settlement}/reject", 200, cancellationToken, new JsonObject { ["reason"] = reason });

    /// <summary>Registers a receiver of webhooks.</summary>
    /// <returns>Its id and the secret that signs.</returns>
    public async Task<(string Id, string Secret)> ListenAsync(Uri url, CancellationToken cancellationToken)
    {
        JsonObject endpoint = await SendAsync(HttpMethod.Post, "/v1/platforms/me/webhooks", 201, cancellationToken,
            new JsonObject { ["url"] = url.ToString(), ["events"] = new JsonArray("settlement.*") });
        return ((string)endpoint["id"]!, (string)endpoint["secret"]!);
    }

    /// <summary>Takes a receiver away again.</summary>
    public Task ForgetAsync(string endpoint, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"/v1/platforms/me/webhooks/{endpoint}", 204, cancellationToken);

    public void Dispose() => _http.Dispose();

    async Task<JsonObject> SendAsync(HttpMethod method, string path, int expected, CancellationToken cancellationToken, JsonObject? body = null)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        StoryFault.Unless((int)response.StatusCode == expected, $"{Slug}: {method} {path} was answered {(int)response.StatusCode}, not {expected}: {text}");
        return text.Length == 0 ? [] : (JsonObject)JsonNode.Parse(text)!;
    }
}
