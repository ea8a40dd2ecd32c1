using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Keystone.Api.Conduct;

/// <summary>Ends a request with a problem document (RFC 9457). Thrown by handlers and written by <see cref="ConductMiddleware"/>.</summary>
internal sealed class Refusal(int status, string code, string detail) : Exception(detail)
{
    public int Status => status;

    public string Code => code;

    public bool Retryable { get; init; }

    /// <summary>Seconds of <c>Retry-After</c>; null without the header.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Present state of the settlement, where it is the reason.</summary>
    public string? State { get; init; }

    public IReadOnlyList<Fault> Faults { get; init; } = [];

    public static Refusal NotFound(string what) => new(404, "not_found", $"{what} not found.");

    public static Refusal Malformed(string detail) => new(400, "malformed_body", detail);

    public static Refusal Conflict(string code, string detail, string? state = null) => new(409, code, detail) { State = state };

    public static Refusal NodeUnavailable() =>
        new(503, "node_unavailable", "The chain's node does not answer, so the token could not be read. Nothing was stored; try again.") { Retryable = true, RetryAfter = 5 };

    public static Refusal Validation(IReadOnlyList<Fault> faults)
    {
        Fault first = faults[0];
        bool named = first.Named && faults.All(f => f.Code == first.Code);
        string path = Path(first.Pointer);
        string detail = named || path.Length == 0 ? first.Message : $"{path}: {first.Message}";
        return new Refusal(422, named ? first.Code : "validation_failed", detail) { Faults = faults };
    }

    public JsonObject ToJson(string requestId)
    {
        JsonObject body = new()
        {
            ["type"] = Problems.PathOf(Code),
            ["title"] = Title(Status),
            ["status"] = Status,
            ["code"] = Code,
            ["detail"] = Message,
        };
        if (Faults.Count > 0)
            body["errors"] = new JsonArray([.. Faults.Select(ToJson)]);
        if (State is not null)
            body["state"] = State;
        body["request_id"] = requestId;
        body["retryable"] = Retryable;
        return body;
    }

    static JsonNode ToJson(Fault fault)
    {
        JsonArray loc = ["body"];
        foreach (string part in Parts(fault.Pointer))
            loc.Add(int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? (JsonNode)index : part);
        return new JsonObject
        {
            ["pointer"] = fault.Pointer,
            ["loc"] = loc,
            ["code"] = fault.Code,
            ["msg"] = fault.Message,
            ["detail"] = fault.Message,
            ["type"] = "value_error",
        };
    }

    static string[] Parts(string pointer) =>
        pointer.Length == 0 ? [] : [.. pointer[1..].Split('/').Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    static string Path(string pointer)
    {
        StringBuilder path = new();
        foreach (string part in Parts(pointer))
            if (part.All(char.IsAsciiDigit))
                path.Append('[').Append(part).Append(']');
            else
                path.Append(path.Length == 0 ? "" : ".").Append(part);
        return path.ToString();
    }

    static string Title(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
}
