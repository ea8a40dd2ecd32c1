using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Keystone.Settlements.Audit;

/// <summary>Canonical JSON (RFC 8785): one text, and so one hash, for every spelling of the same value.</summary>
internal static class CanonicalJson
{
    /// <summary>The text whose UTF-8 bytes are hashed and stored.</summary>
    /// <exception cref="ArgumentException">A text holds a lone surrogate, or a number is no IEEE 754 double: RFC 8785 has no form for them.</exception>
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
                // Ordinal order of strings is the order of their UTF-16 code units (RFC 8785 3.2.3).
                foreach ((string name, JsonNode? value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    if (!first) text.Append(',');
                    first = false;
                    WriteText(name, text);
                    text.Append(':');
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
                WriteValue((JsonValue)node, text);
                break;
        }
    }

    static void WriteValue(JsonValue value, StringBuilder text)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                WriteText(value.TryGetValue(out string? held) ? held : value.GetValue<string>(), text);
                break;
            case JsonValueKind.True:
                text.Append("true");
                break;
            case JsonValueKind.False:
                text.Append("false");
                break;
            default:
                text.Append(Number(value.ToJsonString()));
                break;
        }
    }

    // Only what JSON demands is escaped, in the shortest form (RFC 8785 3.2.2.2).
    static void WriteText(string value, StringBuilder text)
    {
        text.Append('"');
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == value.Length || !char.IsLowSurrogate(value[i + 1]))
                    throw new ArgumentException("A text holds a lone surrogate; it is no Unicode text.");
                text.Append(c).Append(value[++i]);
                continue;
            }
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }

    /// <summary>A number as ECMAScript writes it (RFC 8785 3.2.2.3): the shortest digits that give the double back, plain from 1e-7 to below 1e21.</summary>
    static string Number(string json)
    {
        double number = double.Parse(json, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) throw new ArgumentException($"{json} is no finite number.");
        if (long.TryParse(json, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) && (Int128)number != whole)
            throw new ArgumentException($"{json} has no exact double; put it into a text.");
        if (number == 0) return "0";
        string sign = number < 0 ? "-" : "";
        // "R" gives the shortest digits; only their layout differs.
        string shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        return sign + Layout(Digits(shortest), PointOf(shortest));
    }

    // The significant digits of a number that .NET wrote, with or without an exponent.
    static string Digits(string text)
    {
        int e = text.IndexOf('E', StringComparison.Ordinal);
        return (e < 0 ? text : text[..e]).Replace(".", "", StringComparison.Ordinal).Trim('0');
    }

    // Places of the point right of the first digit, plus one: n of ECMAScript's Number::toString.
    static int PointOf(string text)
    {
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e >= 0) return int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) + 1;
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        string before = (dot < 0 ? text : text[..dot]).TrimStart('0');
        if (before.Length > 0) return before.Length;
        string after = text[(dot + 1)..];
        return after.TrimStart('0').Length - after.Length;
    }

    static string Layout(string digits, int n)
    {
        int k = digits.Length;
        if (k <= n && n <= 21) return digits + new string('0', n - k);
        if (n is > 0 and <= 21) return $"{digits[..n]}.{digits[n..]}";
        if (n is > -6 and <= 0) return $"0.{new string('0', -n)}{digits}";
        string exponent = (n - 1 < 0 ? "-" : "+") + Math.Abs(n - 1).ToString(CultureInfo.InvariantCulture);
        return k == 1 ? $"{digits}e{exponent}" : $"{digits[..1]}.{digits[1..]}e{exponent}";
    }
}
