using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Keystone.Api.Settlements;

/// <summary>Canonical JSON (RFC 8785) for texts, integers, booleans, objects and arrays, which is all that bodies and events hold.</summary>
internal static class Canonical
{
    static readonly JsonSerializerOptions Text = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes(JsonNode node)
    {
        StringBuilder text = new();
        Write(node, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>
    /// What makes two requests the same one: the body without its key, after spelling addresses, times, quantities and the template in one way,
    /// so that a retry by another serializer is recognised.
    /// </summary>
    public static byte[] Fingerprint(string route, JsonElement body, Func<string, string> template)
    {
        StringBuilder text = new(route);
        text.Append('\n');
        JsonObject normal = (JsonObject)Normalise("", body, template)!;
        normal.Remove("idempotency_key");
        if (normal["template_id"] is null && normal["template_slug"] is { } slug)
            normal["template_id"] = slug.DeepClone();
        normal.Remove("template_slug");
        Write(normal, text);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    static JsonNode? Normalise(string name, JsonElement value, Func<string, string> template)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                JsonObject copy = [];
                foreach (JsonProperty member in value.EnumerateObject())
                    if (Normalise(member.Name, member.Value, template) is { } kept)
                        copy[member.Name] = kept;
                return copy;
            case JsonValueKind.Array:
                return new JsonArray([.. value.EnumerateArray().Select(item => Normalise(name, item, template))]);
            case JsonValueKind.String:
                return JsonValue.Create(NormaliseText(name, value.GetString()!, template));
            case JsonValueKind.Null:
                return null;
            default:
                return JsonNode.Parse(value.GetRawText());
        }
    }

    static string NormaliseText(string name, string text, Func<string, string> template) => name switch
    {
        "template_id" or "template_slug" => template(text),
        "quantity" when text.Contains('.', StringComparison.Ordinal) => text.TrimEnd('0').TrimEnd('.'),
        "timeout_at" or "confirm_by" when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) =>
            time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        _ when text.Length == 42 && text.StartsWith("0x", StringComparison.Ordinal) => text.ToLowerInvariant(),
        _ => text,
    };

    static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                text.Append('{');
                bool first = true;
                foreach ((string name, JsonNode? value) in members.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    if (!first)
                        text.Append(',');
                    first = false;
                    text.Append(JsonSerializer.Serialize(name, Text)).Append(':');
                    Write(value, text);
                }
                text.Append('}');
                break;
            case JsonArray items:
                text.Append('[');
                for (int i = 0; i < items.Count; i++)
                {
                    if (i > 0)
                        text.Append(',');
                    Write(items[i], text);
                }
                text.Append(']');
                break;
            default:
                text.Append(node.ToJsonString(Text));
                break;
        }
    }
}
