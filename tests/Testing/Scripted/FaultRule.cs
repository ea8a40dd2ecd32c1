using System.Text.Json.Nodes;

namespace Keystone.Testing.Scripted;

/// <summary>What a <see cref="FaultProxy"/> answers in the place of the node, or makes of its answer.</summary>
/// <param name="Method">Name of the method; null for every request.</param>
public sealed record FaultRule(string? Method = null)
{
    int _left = int.MaxValue;

    /// <summary>The error of JSON-RPC; null for none.</summary>
    public (int Code, string Message)? Error { get; init; }

    /// <summary>Makes another result of the node's; null for none.</summary>
    public Func<JsonNode?, JsonNode?>? Patch { get; init; }

    /// <summary>Status, body and headers of the whole answer; null for none.</summary>
    public (int Status, string Body, (string Name, string Value)[] Headers)? Http { get; init; }

    /// <summary>Calls in the largest batch that is answered; a larger one gets <see cref="Error"/>. Null for no limit.</summary>
    public int? BatchLimit { get; init; }

    /// <summary>Which requests it fits, by their parameters; all where it is null.</summary>
    public Func<JsonArray, bool>? When { get; init; }

    /// <summary>Times that it is applied.</summary>
    public int Times { get => _left; init => _left = value; }

    internal bool Fits(JsonNode? request) => (Method is null || request?["method"]?.GetValue<string>() == Method)
        && (When is null || When(request?["params"]?.AsArray() ?? [])) && Volatile.Read(ref _left) > 0;

    internal void Used() => Interlocked.Decrement(ref _left);
}
