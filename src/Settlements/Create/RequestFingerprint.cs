using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Storage.Settlements;

namespace Keystone.Api.Settlements;

/// <summary>Recognises a request that was sent before.</summary>
internal static class RequestFingerprint
{
    /// <summary>
    /// What makes two requests the same one: the body without its key, after spelling addresses, times, quantities, types of legs and the template in one way,
    /// so that a retry by another serializer is recognised.
    /// </summary>
    public static byte[] Of(string route, JsonElement body, Func<string, string> template)
    {
        JsonObject normal = (JsonObject)Normalise("", body, template)!;
        normal.Remove("idempotency_key");
        if (normal["template_id"] is null && normal["template_slug"] is { } slug)
            normal["template_id"] = slug.DeepClone();
        normal.Remove("template_slug");
        // An empty list of counterparties says what its absence says.
        if (normal["counterparty_parties"] is JsonArray { Count: 0 })
            normal.Remove("counterparty_parties");
        return SHA256.HashData(Encoding.UTF8.GetBytes(route + "\n" + CanonicalJson.Of(normal)));
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
        "leg_type" when text == "asset_delivery" => "asset",
        "quantity" when text.Contains('.', StringComparison.Ordinal) => text.TrimEnd('0').TrimEnd('.'),
        "timeout_at" or "confirm_by" when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) =>
            time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        _ when text.Length == 42 && text.StartsWith("0x", StringComparison.Ordinal) => text.ToLowerInvariant(),
        _ => text,
    };
}
