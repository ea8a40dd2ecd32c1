using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Keystone.Settlements.Events;

/// <summary>Canonical JSON (RFC 8785) of texts, integers, booleans, objects and arrays, which is all that instructions and events hold.</summary>
public static class CanonicalJson
{
    static readonly JsonSerializerOptions Text = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text whose UTF-8 bytes are hashed and stored.</summary>
    public static string Of(JsonNode? node)
    {
        StringBuilder text = new();
        Write(node, text);
        return text.ToString();
    }

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
                foreach ((string name, JsonNode? value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    if (!first) text.Append(',');
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
                    if (i > 0) text.Append(',');
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
