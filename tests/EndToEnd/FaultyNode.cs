using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Keystone.EndToEnd;

/// <summary>A JSON-RPC node in front of another one, which lies, lags or is silent as a test wants.</summary>
internal sealed class FaultyNode : IAsyncDisposable
{
    readonly HttpListener _listener = new();
    readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    readonly Uri _behind;
    readonly Task _accepting;
    volatile Func<string, JsonArray, JsonNode?, JsonNode?>? _change;
    volatile bool _silent;

    public FaultyNode(int port, Uri behind)
    {
        _behind = behind;
        Url = $"http://127.0.0.1:{port}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>Answers every request with 503.</summary>
    public bool IsSilent
    {
        get => _silent;
        set => _silent = value;
    }

    /// <summary>Makes of a method, its parameters and the true result the one that is given; null for the truth.</summary>
    public Func<string, JsonArray, JsonNode?, JsonNode?>? Change
    {
        get => _change;
        set => _change = value;
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.GetContextAsync());
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    async Task ServeAsync(HttpListenerContext context)
    {
        try
        {
            using StreamReader reader = new(context.Request.InputStream, Encoding.UTF8);
            string asked = await reader.ReadToEndAsync();
            if (_silent)
            {
                context.Response.StatusCode = 503;
                context.Response.Close();
                return;
            }
            using StringContent body = new(asked, Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await _client.PostAsync(_behind, body);
            string answered = await response.Content.ReadAsStringAsync();
            if (_change is { } change) answered = Changed(JsonNode.Parse(asked)!, JsonNode.Parse(answered)!, change);
            byte[] bytes = Encoding.UTF8.GetBytes(answered);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
        }
        catch (Exception fault) when (fault is HttpRequestException or HttpListenerException or IOException or ObjectDisposedException or TaskCanceledException)
        {
            context.Response.Abort();
        }
    }

    static string Changed(JsonNode asked, JsonNode answered, Func<string, JsonArray, JsonNode?, JsonNode?> change)
    {
        JsonObject[] requests = asked is JsonArray several ? [.. several.Select(one => one!.AsObject())] : [asked.AsObject()];
        Dictionary<string, JsonObject> byId = requests.ToDictionary(one => one["id"]!.ToJsonString(), StringComparer.Ordinal);
        foreach (JsonObject answer in answered is JsonArray many ? many.Select(one => one!.AsObject()) : [answered.AsObject()])
        {
            if (answer["error"] is not null || !byId.TryGetValue(answer["id"]!.ToJsonString(), out JsonObject? request)) continue;
            JsonNode? changed = change((string)request["method"]!, request["params"] as JsonArray ?? [], answer["result"]);
            if (!ReferenceEquals(changed, answer["result"])) answer["result"] = changed?.DeepClone();
        }
        return answered.ToJsonString();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _accepting;
        _client.Dispose();
    }
}
