using System.Globalization;
using System.Text.RegularExpressions;
using Keystone.Ethereum;
using Keystone.Identity;

namespace Keystone.Settlements.Errors;

/// <summary>
/// Rules of single members of a request's object. Each method returns the checked value, or null after adding a fault. A member that has a
/// fault already (its JSON type was wrong) gets no second one.
/// </summary>
/// <param name="faults">Where faults go.</param>
/// <param name="pointer">JSON pointer of the object; empty for the whole request.</param>
public sealed partial class MemberRules(Faults faults, string pointer = "")
{
    /// <summary>All faults of the request so far.</summary>
    public Faults Faults => faults;

    /// <summary>JSON pointer of the object.</summary>
    public string Pointer => pointer;

    /// <summary>Rules of an object in an array of this object.</summary>
    public MemberRules Item(string name, int index) => new(faults, $"{pointer}/{name}/{index.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>JSON pointer of a member.</summary>
    public string At(string name) => $"{pointer}/{name}";

    /// <summary>True when the member has a fault.</summary>
    public bool IsBad(string name) => faults.Has(At(name));

    /// <summary>Adds a fault of a member.</summary>
    public string? Bad(string name, string code, string message)
    {
        faults.Add(At(name), code, message);
        return null;
    }

    /// <summary>Adds a fault when the member must be there, is not, and has no fault yet.</summary>
    public void Missing(string name, bool required = true)
    {
        if (required && !IsBad(name))
            Bad(name, "missing", "This member is required.");
    }

    /// <summary>Text without control characters, of a length in UTF-16 units.</summary>
    public string? Text(string name, string? value, bool required = false, int max = 255, int min = 1)
    {
        if (value is null)
        {
            Missing(name, required);
            return null;
        }
        if (value.Length < min || value.Length > max)
            return Bad(name, "length", min == 0 ? $"At most {max} characters are allowed." : $"Between {min} and {max} characters are allowed.");
        return value.Any(char.IsControl) ? Bad(name, "control_character", "Control characters are not allowed.") : value;
    }

    /// <summary>One of the words, compared exactly.</summary>
    public string? Word(string name, string? value, bool required, params string[] words)
    {
        string? text = Text(name, value, required);
        return text is null || words.Contains(text, StringComparer.Ordinal) ? text : Bad(name, "unknown_value", $"Use one of: {string.Join(", ", words)}.");
    }

    /// <summary>A name of a role or a type: small letters, digits, hyphen and underscore.</summary>
    public string? Slug(string name, string? value, bool required = false)
    {
        string? text = Text(name, value, required, max: 63);
        return text is null || SlugForm().IsMatch(text) ? text
            : Bad(name, "invalid_slug", "Use small letters, digits, hyphens and underscores, a letter or digit first, at most 63.");
    }

    /// <summary>An instant with offset (RFC 3339), in UTC.</summary>
    public DateTimeOffset? Instant(string name, string? value) =>
        Text(name, value, max: 64) is { } text ? ReadInstant(text, At(name), faults) : null;

    /// <summary>Reads an instant with offset (RFC 3339), in UTC; null after adding a fault at <paramref name="at"/>.</summary>
    public static DateTimeOffset? ReadInstant(string text, string at, Faults faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        Match match = InstantForm().Match(text);
        if (!match.Success)
        {
            faults.Add(at, "invalid_time", InstantNoOffset().IsMatch(text)
                ? "The time has no offset: end it with Z or an offset such as +00:00."
                : "Use an RFC 3339 time such as 2026-03-17T00:00:00Z.");
            return null;
        }
        // DateTimeOffset resolves 100 ns; further digits are truncated.
        string fraction = match.Groups["f"].Value;
        string kept = fraction.Length > 8 ? fraction[..8] : fraction;
        string normal = $"{match.Groups["d"].Value}T{match.Groups["t"].Value}{kept}{match.Groups["o"].Value.ToUpperInvariant()}";
        if (DateTimeOffset.TryParse(normal, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset instant))
            return instant;
        faults.Add(at, "invalid_time", "There is no such time. Use an RFC 3339 time such as 2026-03-17T00:00:00Z.");
        return null;
    }

    /// <summary>A wallet's address: one case, or mixed with its right EIP-55 checksum; not zero.</summary>
    public Address? Wallet(string name, string? value, bool required = false)
    {
        if (Text(name, value, required) is not { } text)
            return null;
        Address? address = ReadAddress(text, At(name), faults);
        if (address is { IsZero: true })
        {
            faults.Add(At(name), "zero_address", "The zero address is nobody's wallet.");
            return null;
        }
        return address;
    }

    /// <summary>Reads an address in one case, or mixed with its right EIP-55 checksum; null after adding a fault at <paramref name="at"/>.</summary>
    public static Address? ReadAddress(string text, string at, Faults faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
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

    /// <summary>The chain of the environment, or none named.</summary>
    public void Chain(long? chainId, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (chainId is { } chain && chain != caller.ChainId)
            faults.AddNamed(At("chain_id"), ErrorCodes.CrossChainNotSupported,
                $"All parties and legs settle on chain {caller.ChainId}, the chain of this environment.");
    }

    /// <summary>A legal entity identifier (ISO 17442): 20 characters whose check digits are right by ISO 7064 mod 97-10, letters counting 10 to 35.</summary>
    public string? Lei(string name, string? value)
    {
        if (Text(name, value) is not { } lei)
            return null;
        bool form = lei.Length == 20 && lei.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c));
        int rest = 0;
        if (form)
            foreach (char c in lei)
                rest = char.IsAsciiDigit(c) ? (rest * 10 + c - '0') % 97 : (rest * 100 + c - 'A' + 10) % 97;
        return form && rest == 1 ? lei : Bad(name, "invalid_lei", "Not a legal entity identifier: 20 characters with the right check digits (ISO 17442).");
    }

    /// <summary>A date of birth: a day of the calendar that somebody alive, or lately dead, may have been born on.</summary>
    public string? DateOfBirth(string name, string? value) => Text(name, value) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) && day.Year is >= 1850 and < 2100 ? text
        : Bad(name, "invalid_date", "Use a day such as 1961-04-30, from 1850 on.");

    /// <summary>A country by its two letters (ISO 3166-1 alpha-2).</summary>
    public string? Country(string name, string? value) => Text(name, value) is not { } text ? null
        : CountryCodes.IsKnown(text) ? text
        : Bad(name, "invalid_country", "Use the two capital letters of the country (ISO 3166-1 alpha-2), such as NL.");

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex SlugForm();

    [GeneratedRegex(@"\A0x[0-9a-fA-F]{40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AddressForm();

    [GeneratedRegex(@"\A(?<d>\d{4}-\d{2}-\d{2})[Tt ](?<t>\d{2}:\d{2}:\d{2})(?<f>\.\d{1,12})?(?<o>[Zz]|[+-]\d{2}:\d{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex InstantForm();

    [GeneratedRegex(@"\A\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex InstantNoOffset();
}
