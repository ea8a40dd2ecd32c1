using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>The OpenAPI document, and whether a value has the form that a schema of it describes.</summary>
internal sealed class DocumentSchema(JsonObject document)
{
    public JsonObject Document => document;

    /// <summary>Every operation with its method and path.</summary>
    public IEnumerable<(string Method, string Path, JsonObject Operation)> Operations =>
        from path in (JsonObject)document["paths"]!
        from operation in (JsonObject)path.Value!
        select (operation.Key.ToUpperInvariant(), path.Key, (JsonObject)operation.Value!);

    /// <summary>What the answer of an operation has that the document does not name; null when it fits.</summary>
    public string? Fault(JsonObject operation, HttpResponseMessage response, string text)
    {
        int status = (int)response.StatusCode;
        if (operation["responses"]![status.ToString(CultureInfo.InvariantCulture)] is not { } documented) return "is not a documented status";
        string? type = response.Content.Headers.ContentType?.MediaType;
        if (documented["content"] is not JsonObject contents) return text.Length == 0 ? null : "has a body, and none is documented";
        if (type is null || contents[type]?["schema"] is not { } schema) return $"has the content type {type}, which is not documented";
        if (type is "text/csv" or "application/xml") return null;
        JsonNode? body;
        try
        {
            body = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return "is not JSON";
        }
        string[] differences = [.. Differences(schema, body)];
        if (differences.Length > 0) return "differs from its schema: " + string.Join("; ", differences.Take(5));
        if (type != "application/problem+json") return null;
        string code = (string)body!["code"]!;
        return ((string)documented["description"]!).Split(", ").Contains(code, StringComparer.Ordinal) ? null : $"has the code {code}, which is not documented for this status";
    }

    /// <summary>Everything in which the value differs from the schema; a member that the schema does not name is a difference.</summary>
    public IEnumerable<string> Differences(JsonNode schema, JsonNode? value, string at = "")
    {
        if ((string?)schema["$ref"] is { } reference)
            return Differences(document["components"]!["schemas"]![reference.Split('/')[^1]]!, value, at);
        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices)
            return choices.Any(choice => !Differences(choice!, value, at).Any()) ? [] : [$"{at}: fits none of the choices: {value?.ToJsonString()}"];
        string[] types = schema["type"] switch { JsonArray many => [.. many.Select(one => (string)one!)], JsonValue one => [(string)one!], _ => [] };
        string kind = value?.GetValueKind() switch
        {
            null or JsonValueKind.Null => "null",
            JsonValueKind.Number => "integer",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.String => "string",
            JsonValueKind.Array => "array",
            _ => "object",
        };
        if (types.Length > 0 && !types.Contains(kind))
            return [$"{at}: is {kind}, not {string.Join(" or ", types)}"];
        return value switch
        {
            JsonArray items when schema["items"] is { } item => items.SelectMany((one, index) => Differences(item, one, $"{at}/{index}")),
            JsonObject members when schema["properties"] is JsonObject properties => Members(members, properties, schema, at),
            JsonValue text when kind == "string" => Text((string)text!, schema, at),
            _ => [],
        };
    }

    IEnumerable<string> Members(JsonObject members, JsonObject properties, JsonNode schema, string at)
    {
        foreach (JsonNode? name in schema["required"]?.AsArray() ?? [])
            if (!members.ContainsKey((string)name!))
                yield return $"{at}/{name}: is missing";
        foreach ((string name, JsonNode? member) in members)
            if (properties[name] is not { } property)
                yield return $"{at}/{name}: is not in the document";
            else
                foreach (string difference in Differences(property, member, $"{at}/{name}"))
                    yield return difference;
    }

    static IEnumerable<string> Text(string text, JsonNode schema, string at) => (string?)schema["format"] switch
    {
        "uuid" when !Guid.TryParseExact(text, "D", out _) => [$"{at}: {text} is no UUID"],
        "date-time" when !text.EndsWith('Z') || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) => [$"{at}: {text} is no time in UTC"],
        _ => [],
    };
}
