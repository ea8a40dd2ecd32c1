using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Keystone.Settlements.Errors;

namespace Keystone.Api.Http;

/// <summary>
/// Reads a parsed body into a record, in one pass over the body along the record's <see cref="JsonTypeInfo"/>. The serializer alone stops at the first
/// member of a wrong type and does not name unknown members; this pass collects every one with its JSON pointer, copies what fits, and lets the serializer
/// bind the copy.
/// </summary>
internal sealed class RecordReader
{
    readonly Faults _faults = new();
    readonly List<string> _ignored = [];
    readonly Utf8JsonWriter _copy;

    RecordReader(Utf8JsonWriter copy) => _copy = copy;

    /// <exception cref="Refusal">The body is no object.</exception>
    /// <exception cref="InvalidOperationException">The body holds an unpaired surrogate.</exception>
    public static RequestBody<T> Read<T>(JsonElement body, JsonTypeInfo<T> type)
    {
        ArrayBufferWriter<byte> bytes = new();
        using Utf8JsonWriter copy = new(bytes);
        RecordReader reader = new(copy);
        if (body.ValueKind != JsonValueKind.Object)
        {
            RequireText(body);
            throw new Refusal(DomainError.Validation([new Fault("", "wrong_type", "The body must be a JSON object.")]));
        }
        reader.CopyObject(body, type, "");
        copy.Flush();
        T value = JsonSerializer.Deserialize(bytes.WrittenSpan, type)!;
        return new RequestBody<T>(value, reader._faults, reader._ignored, body.EnumerateObject().Select(member => member.Name).ToHashSet(StringComparer.Ordinal));
    }

    void CopyObject(JsonElement element, JsonTypeInfo type, string pointer)
    {
        _copy.WriteStartObject();
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string name = member.Name;
            string at = $"{pointer}/{JsonPointer.Escape(name)}";
            JsonPropertyInfo? known = type.Properties.FirstOrDefault(property => property.Name == name);
            if (known is null)
            {
                RequireText(member.Value);
                _ignored.Add(HeaderSafe(at[1..].Replace('/', '.')));
            }
            else if (member.Value.ValueKind != JsonValueKind.Null)
            {
                CopyMember(name, member.Value, known, type, at);
            }
        }
        _copy.WriteEndObject();
    }

    void CopyMember(string name, JsonElement value, JsonPropertyInfo property, JsonTypeInfo owner, string at)
    {
        JsonTypeInfo type = owner.Options.GetTypeInfo(property.PropertyType);
        string? expected = Expected(type, value);
        if (expected is not null)
        {
            RequireText(value);
            _faults.Add(at, "wrong_type", $"Must be {expected}.");
            return;
        }
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            int count = value.GetArrayLength(), most = MostItems(property);
            if (count > most)
            {
                RequireText(value);
                _faults.Add(at, "too_many", $"At most {most.ToString(CultureInfo.InvariantCulture)} are allowed.");
                return;
            }
        }
        _copy.WritePropertyName(name);
        CopyValue(value, type, at);
    }

    void CopyValue(JsonElement value, JsonTypeInfo type, string at)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                CopyObject(value, type, at);
                break;
            case JsonTypeInfoKind.Enumerable:
                CopyItems(value, type.Options.GetTypeInfo(type.ElementType!), at);
                break;
            default:
                RequireText(value);
                value.WriteTo(_copy);
                break;
        }
    }

    // An item of a wrong type leaves a null, so that the items behind it keep their places.
    void CopyItems(JsonElement array, JsonTypeInfo type, string pointer)
    {
        _copy.WriteStartArray();
        int index = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            string at = $"{pointer}/{(index++).ToString(CultureInfo.InvariantCulture)}";
            if (Expected(type, item) is { } expected)
            {
                RequireText(item);
                _faults.Add(at, "wrong_type", $"Must be {expected}.");
                _copy.WriteNullValue();
            }
            else
            {
                CopyValue(item, type, at);
            }
        }
        _copy.WriteEndArray();
    }

    // What the value should have been; null when it is that.
    static string? Expected(JsonTypeInfo type, JsonElement value) => type.Kind switch
    {
        JsonTypeInfoKind.Object => value.ValueKind == JsonValueKind.Object ? null : "an object",
        JsonTypeInfoKind.Enumerable => value.ValueKind == JsonValueKind.Array ? null : "an array",
        _ when type.Type == typeof(JsonElement?) => value.ValueKind == JsonValueKind.Object ? null : "an object",
        _ when type.Type == typeof(string) => value.ValueKind == JsonValueKind.String ? null : "a string",
        _ when type.Type == typeof(bool?) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "true or false",
        _ when type.Type == typeof(long?) => IsInteger(value) ? null : "a JSON integer",
        _ => throw new NotSupportedException($"Requests have no members of type {type.Type}."),
    };

    static bool IsInteger(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) && !value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E');

    static int MostItems(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(MaxLengthAttribute), inherit: true) is [MaxLengthAttribute limit] ? limit.Length : int.MaxValue;

    static void RequireText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                    RequireText(item);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    _ = member.Name;
                    RequireText(member.Value);
                }
                break;
        }
    }

    static string HeaderSafe(string name) =>
        string.Concat(name.Take(64).Select(c => c is > ' ' and < (char)127 and not ',' ? c : '?'));
}
