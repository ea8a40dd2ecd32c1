using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Keystone.Ethereum;

namespace Keystone.Api.Conduct;

/// <summary>Reads members of one JSON object, notes every fault with its pointer, and remembers which members nobody asked for.</summary>
internal sealed partial class ObjectReader(JsonElement element, string pointer, Faults faults, List<string>? ignored = null)
{
    readonly HashSet<string> _read = new(StringComparer.Ordinal);
    readonly List<string> _ignored = ignored ?? [];

    public Faults Faults => faults;

    public string Pointer => pointer;

    public JsonElement Element => element;

    public string At(string name) => $"{pointer}/{name}";

    /// <summary>True when the member is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>Text without control characters, of a length in UTF-16 units; null when absent or wrong.</summary>
    public string? Text(string name, bool required = false, int max = 255, int min = 1)
    {
        if (Find(name) is not { } value)
            return Missing(name, required);
        if (value.ValueKind != JsonValueKind.String)
            return Wrong(name, "a string");
        string text = value.GetString()!;
        if (text.Length < min || text.Length > max)
            return Bad(name, "length", min == 0 ? $"At most {max} characters are allowed." : $"Between {min} and {max} characters are allowed.");
        if (text.Any(char.IsControl))
            return Bad(name, "control_character", "Control characters are not allowed.");
        return text;
    }

    /// <summary>One of the words, compared exactly.</summary>
    public string? Word(string name, bool required, params string[] words)
    {
        string? text = Text(name, required);
        return text is null || words.Contains(text, StringComparer.Ordinal) ? text : Bad(name, "unknown_value", $"Use one of: {string.Join(", ", words)}.");
    }

    /// <summary>A name of a role or a type: small letters, digits, hyphen and underscore.</summary>
    public string? Slug(string name, bool required = false)
    {
        string? text = Text(name, required, max: 63);
        return text is null || SlugForm().IsMatch(text) ? text
            : Bad(name, "invalid_slug", "Use small letters, digits, hyphens and underscores, a letter or digit first, at most 63.");
    }

    /// <summary>A JSON integer; a string of digits is refused.</summary>
    public long? Integer(string name, bool required = false)
    {
        if (Find(name) is not { } value)
        {
            Missing(name, required);
            return null;
        }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && !value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E'))
            return number;
        Wrong(name, "a JSON integer");
        return null;
    }

    public bool? Boolean(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Wrong(name, "true or false");
        return null;
    }

    /// <summary>An instant with offset (RFC 3339), in UTC.</summary>
    public DateTimeOffset? Instant(string name)
    {
        return Text(name, max: 64) is { } text ? ReadInstant(text, At(name), faults) : null;
    }

    public static DateTimeOffset? ReadInstant(string text, string at, Faults faults)
    {
        Match match = InstantForm().Match(text);
        if (!match.Success)
        {
            faults.Add(at, "invalid_time", InstantNoOffset().IsMatch(text)
                ? "The time has no offset: end it with Z or an offset such as +00:00."
                : "Use an RFC 3339 time such as 2026-03-17T00:00:00Z.");
            return null;
        }
        // The chain and we know less than a tick; more digits are cut.
        string fraction = match.Groups["f"].Value;
        string kept = fraction.Length > 8 ? fraction[..8] : fraction;
        string normal = $"{match.Groups["d"].Value}T{match.Groups["t"].Value}{kept}{match.Groups["o"].Value.ToUpperInvariant()}";
        if (DateTimeOffset.TryParse(normal, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset instant))
            return instant;
        faults.Add(at, "invalid_time", "There is no such time. Use an RFC 3339 time such as 2026-03-17T00:00:00Z.");
        return null;
    }

    /// <summary>A wallet's address: one case, or mixed with its right EIP-55 checksum; not zero.</summary>
    public Address? Wallet(string name, bool required = false)
    {
        string? text = Text(name, required);
        if (text is null)
            return null;
        Address? address = ReadAddress(text, At(name), faults);
        if (address is { IsZero: true })
        {
            faults.Add(At(name), "zero_address", "The zero address is nobody's wallet.");
            return null;
        }
        return address;
    }

    public static Address? ReadAddress(string text, string at, Faults faults)
    {
        if (!AddressForm().IsMatch(text))
        {
            faults.Add(at, "invalid_address", "Use 0x and 40 hexadecimal digits.");
            return null;
        }
        if (Address.TryParse(text, out Address address, out _))
            return address;
        faults.Add(at, "address_checksum", "The mix of cases does not match the EIP-55 checksum; most likely a typing error.");
        return null;
    }

    /// <summary>Readers of the objects of an array; empty when it is absent.</summary>
    public IReadOnlyList<ObjectReader> Objects(string name, bool required, int max)
    {
        if (Find(name) is not { } value)
        {
            Missing(name, required);
            return [];
        }
        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong(name, "an array");
            return [];
        }
        int count = value.GetArrayLength();
        if (required && count == 0)
            Bad(name, "too_few", "At least one is needed.");
        if (count > max)
        {
            Bad(name, "too_many", $"At most {max} are allowed.");
            return [];
        }
        List<ObjectReader> readers = [];
        for (int i = 0; i < count; i++)
        {
            string at = $"{pointer}/{name}/{i.ToString(CultureInfo.InvariantCulture)}";
            if (value[i].ValueKind == JsonValueKind.Object)
                readers.Add(new ObjectReader(value[i], at, faults, _ignored));
            else
                faults.Add(at, "wrong_type", "Must be an object.");
        }
        return readers;
    }

    public string[]? Texts(string name, int max)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            Wrong(name, "an array of strings");
            return null;
        }
        if (value.GetArrayLength() is 0 || value.GetArrayLength() > max)
        {
            Bad(name, "length", $"Between 1 and {max} entries are allowed.");
            return null;
        }
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>Notes the members that nobody read. Call it when the object is done.</summary>
    public void Done()
    {
        foreach (JsonProperty member in element.EnumerateObject())
            if (!_read.Contains(member.Name))
                _ignored.Add(HeaderSafe($"{pointer}/{member.Name}".TrimStart('/').Replace('/', '.')));
    }

    /// <summary>Tells the caller what was ignored, so that a typing error is seen.</summary>
    public void TellIgnored(Microsoft.AspNetCore.Http.HttpResponse response)
    {
        if (_ignored.Count > 0)
            response.Headers["Keystone-Ignored-Fields"] = string.Join(',', _ignored.Take(32));
    }

    public string? Bad(string name, string code, string message)
    {
        faults.Add(At(name), code, message);
        return null;
    }

    JsonElement? Find(string name)
    {
        _read.Add(name);
        return element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    string? Missing(string name, bool required) => required ? Bad(name, "missing", "This member is required.") : null;

    string? Wrong(string name, string expected) => Bad(name, "wrong_type", $"Must be {expected}.");

    static string HeaderSafe(string name) =>
        string.Concat(name.Take(64).Select(c => c is > ' ' and < (char)127 and not ',' ? c : '?'));

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex SlugForm();

    [GeneratedRegex(@"\A0x[0-9a-fA-F]{40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AddressForm();

    [GeneratedRegex(@"\A(?<d>\d{4}-\d{2}-\d{2})[Tt ](?<t>\d{2}:\d{2}:\d{2})(?<f>\.\d{1,12})?(?<o>[Zz]|[+-]\d{2}:\d{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex InstantForm();

    [GeneratedRegex(@"\A\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex InstantNoOffset();
}
