using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>One request to an operation of the OpenAPI document, in a form that a failure can print and that shrinks: less is closer to the example.</summary>
/// <param name="Caller">Whose token goes along.</param>
/// <param name="Target">What stands in the path for the thing that the operation is about.</param>
/// <param name="Query">Parameters, encoded.</param>
/// <param name="Headers">Further headers.</param>
/// <param name="Changes">Changes to the example body.</param>
/// <param name="Bytes">What is done to the bytes of the body afterwards.</param>
/// <param name="ContentType">Type that the body is sent with.</param>
internal sealed record GeneratedRequest(
    GeneratedCaller Caller, string? Target, string[] Query, (string Name, string Value)[] Headers, BodyChange[] Changes, BytesChange Bytes, string ContentType)
{
    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1_000 };

    /// <summary>True when nothing of the example was changed that the API has to refuse.</summary>
    public bool IsExample => Caller == GeneratedCaller.Right && Target is null && Changes.Length == 0 && Bytes == BytesChange.None;

    /// <summary>The body that is sent: the example with the changes.</summary>
    public byte[] Body(string example)
    {
        JsonNode? body = JsonNode.Parse(example);
        foreach (BodyChange change in Changes) body = change.Apply(body);
        string text = body?.ToJsonString(Json) ?? "null";
        return Bytes switch
        {
            BytesChange.Cut => Encoding.UTF8.GetBytes(text[..(text.Length / 2)]),
            BytesChange.Empty => [],
            BytesChange.Mark => [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(text)],
            BytesChange.NoText => [.. Encoding.UTF8.GetBytes(text[..1]), 0xff, 0xc3, 0x28, .. Encoding.UTF8.GetBytes(text[1..])],
            BytesChange.Twice => Encoding.UTF8.GetBytes(text + text),
            BytesChange.SameMember => Encoding.UTF8.GetBytes($"{{\"name\":1,\"name\":2,{text.TrimStart('{')}"),
            BytesChange.HalfCharacter => Encoding.UTF8.GetBytes($"{{\"name\":\"\\ud800\",{text.TrimStart('{')}"),
            BytesChange.Deep => Encoding.UTF8.GetBytes($"{new string('[', 40)}{text}{new string(']', 40)}"),
            BytesChange.Large => Encoding.UTF8.GetBytes(text.TrimEnd('}') + $",\"more\":\"{new string('x', 300_000)}\"}}"),
            BytesChange.HugeNumber => Encoding.UTF8.GetBytes($"{{\"limit\":1e999,\"chain_id\":{new string('9', 400)},{text.TrimStart('{')}"),
            _ => Encoding.UTF8.GetBytes(text),
        };
    }

    /// <summary>What a person needs to see the request.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"as {Caller}, target {Target ?? "of the scene"}, ?{string.Join('&', Query)}, headers [{string.Join("; ", Headers.Select(header => $"{header.Name}: {header.Value}"))}], "
        + $"body {string.Join(", ", (object[])Changes)} {Bytes} as {ContentType}");
}

/// <summary>Who sends a generated request.</summary>
internal enum GeneratedCaller
{
    /// <summary>Who may.</summary>
    Right,

    /// <summary>Another tenant with every scope.</summary>
    Foreign,

    /// <summary>The same tenant with a scope that serves nothing here.</summary>
    Limited,

    /// <summary>A credential of the operator.</summary>
    Operator,

    /// <summary>Nobody.</summary>
    Nobody,

    /// <summary>A token that is none.</summary>
    Garbage,
}

/// <summary>What is done to the bytes of a body.</summary>
internal enum BytesChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The second half is missing.</summary>
    Cut,

    /// <summary>No body.</summary>
    Empty,

    /// <summary>A byte order mark in front, which is allowed.</summary>
    Mark,

    /// <summary>Bytes that are not UTF-8.</summary>
    NoText,

    /// <summary>Two values.</summary>
    Twice,

    /// <summary>A member twice.</summary>
    SameMember,

    /// <summary>Half a surrogate pair.</summary>
    HalfCharacter,

    /// <summary>Deeper than allowed.</summary>
    Deep,

    /// <summary>Larger than allowed.</summary>
    Large,

    /// <summary>Numbers that no type holds.</summary>
    HugeNumber,
}

/// <summary>One change of a JSON body.</summary>
/// <param name="At">Which of the body's values: the remainder by their number.</param>
/// <param name="Kind">What happens to it.</param>
/// <param name="Value">JSON of the new value.</param>
internal sealed record BodyChange(int At, BodyChangeKind Kind, string Value)
{
    /// <summary>The body after the change.</summary>
    public JsonNode? Apply(JsonNode? body)
    {
        List<(JsonNode Parent, string? Name, int Index)> places = [];
        Collect(body, places);
        if (places.Count == 0) return JsonNode.Parse(Value);
        (JsonNode parent, string? name, int index) = places[At % places.Count];
        switch (Kind, parent)
        {
            case (BodyChangeKind.Remove, JsonObject members): members.Remove(name!); break;
            case (BodyChangeKind.Remove, JsonArray items): items.RemoveAt(index); break;
            case (BodyChangeKind.Add, JsonObject members): members["unknown_member"] = JsonNode.Parse(Value); break;
            case (BodyChangeKind.Add, JsonArray items): items.Add(items[index]?.DeepClone()); break;
            case (_, JsonObject members): members[name!] = JsonNode.Parse(Value); break;
            case (_, JsonArray items): items[index] = JsonNode.Parse(Value); break;
        }
        return body;
    }

    /// <inheritdoc />
    public override string ToString() => Kind == BodyChangeKind.Replace ? $"{At} := {(Value.Length > 90 ? Value[..90] + "..." : Value)}" : $"{Kind} {At}";

    static void Collect(JsonNode? node, List<(JsonNode, string?, int)> places)
    {
        if (node is JsonObject members)
        {
            foreach ((string name, JsonNode? member) in members)
            {
                places.Add((members, name, -1));
                Collect(member, places);
            }
        }
        if (node is JsonArray items)
        {
            for (int index = 0; index < items.Count; index++)
            {
                places.Add((items, null, index));
                Collect(items[index], places);
            }
        }
    }
}

/// <summary>What a change does.</summary>
internal enum BodyChangeKind
{
    /// <summary>Another value.</summary>
    Replace,

    /// <summary>No value.</summary>
    Remove,

    /// <summary>A member that the schema does not name, or an item once more.</summary>
    Add,
}
