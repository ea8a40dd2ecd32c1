using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Keystone.Testing.Scripted;

/// <summary>Stands before a real node and answers some requests as nodes and providers were reported to. Everything else is the node's own answer.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    readonly HttpClient _client = new();
    readonly Uri _inner;
    ScriptedEndpoint _endpoint = null!;

    FaultProxy(Uri inner) => _inner = inner;

    /// <summary>Where it listens.</summary>
    public Uri Url => _endpoint.Url;

    /// <summary>Rules, of which the first that fits is applied; may be changed at any time.</summary>
    public IReadOnlyList<FaultRule> Rules { get; set; } = [];

    /// <summary>Methods that came, each member of a batch.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>Calls in each request that came.</summary>
    public ConcurrentQueue<int> Batches { get; } = [];

    /// <summary>Starts on a free port of the loopback.</summary>
    /// <param name="inner">The real node.</param>
    /// <param name="rules">What is answered otherwise.</param>
    public static async Task<FaultProxy> StartAsync(Uri inner, params FaultRule[] rules)
    {
        FaultProxy proxy = new(inner) { Rules = rules };
        proxy._endpoint = await ScriptedEndpoint.StartAsync(proxy.ServeAsync);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _client.Dispose();
    }

    async Task ServeAsync(HttpContext context)
    {
        JsonNode request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        JsonNode?[] calls = request is JsonArray many ? [.. many] : [request];
        Batches.Enqueue(calls.Length);
        foreach (JsonNode? call in calls) Asked.Enqueue(call!["method"]!.GetValue<string>());
        if (Rules.FirstOrDefault(rule => rule.Http is not null && rule.Fits(calls[0])) is { } whole)
        {
            whole.Used();
            (int status, string body, (string Name, string Value)[] headers) = whole.Http!.Value;
            context.Response.StatusCode = status;
            foreach ((string name, string value) in headers) context.Response.Headers[name] = value;
            await context.Response.WriteAsync(body, context.RequestAborted);
            return;
        }
        JsonNode answer;
        if (request is JsonArray && Rules.FirstOrDefault(rule => calls.Length > rule.BatchLimit) is { } limit)
        {
            limit.Used();
            answer = Refusal(null, limit.Error!.Value);
        }
        else if (request is JsonArray)
        {
            answer = new JsonArray(await Task.WhenAll(calls.Select(call => AnswerAsync(call!, context.RequestAborted))));
        }
        else
        {
            answer = await AnswerAsync(request, context.RequestAborted);
        }
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    async Task<JsonNode> AnswerAsync(JsonNode call, CancellationToken cancellationToken)
    {
        FaultRule? rule = Rules.FirstOrDefault(rule => rule.BatchLimit is null && rule.Http is null && rule.Fits(call));
        rule?.Used();
        if (rule?.Error is { } error) return Refusal(call["id"]?.DeepClone(), error);
        using HttpResponseMessage response = await _client.PostAsJsonAsync(_inner, call, cancellationToken);
        JsonNode answer = (await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
        if (rule?.Patch is { } patch && answer is JsonObject members && members.ContainsKey("result")) members["result"] = patch(members["result"]?.DeepClone());
        return answer;
    }

    static JsonObject Refusal(JsonNode? id, (int Code, string Message) error) =>
        new() { ["jsonrpc"] = "2.0", ["id"] = id, ["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message } };
}
