using System.Globalization;
using System.Text.RegularExpressions;

namespace Keystone.Identity.Errors;

/// <summary>
/// Collects every fault of a request, so that all are reported at once, and checks single members. A member that has a fault gets no second one.
/// </summary>
public sealed partial class MemberFaults
{
    readonly List<MemberFault> _all = [];

    /// <summary>All faults in the order in which they were found.</summary>
    public IReadOnlyList<MemberFault> All => _all;

    /// <summary>True when there is at least one.</summary>
    public bool Any => _all.Count > 0;

    /// <summary>Adds a fault, unless the member has one.</summary>
    public void Add(string member, string code, string message)
    {
        if (!Has(member)) _all.Add(new MemberFault(member, code, message));
    }

    /// <summary>True when the member has a fault.</summary>
    public bool Has(string member) => _all.Any(fault => fault.Member == member);

    /// <summary>Text without control characters.</summary>
    public string? Text(string member, string? value, bool required = false, int max = 255)
    {
        if (value is null)
        {
            if (required) Add(member, "missing", "This member is required.");
            return null;
        }
        if (value.Length == 0 || value.Length > max)
            Add(member, "length", $"Between 1 and {max} characters are allowed.");
        else if (value.Any(char.IsControl))
            Add(member, "control_character", "Control characters are not allowed.");
        else
            return value;
        return null;
    }

    /// <summary>A name in paths: 1 to 63 lower-case letters, digits and hyphens, the first not a hyphen.</summary>
    public string? Slug(string member, string? value, bool required = false)
    {
        if (Text(member, value, required) is not { } text) return null;
        if (SlugForm().IsMatch(text)) return text;
        Add(member, "invalid_slug", "Use 1 to 63 lower-case letters, digits and hyphens, the first not a hyphen.");
        return null;
    }

    /// <summary>One of the words.</summary>
    public string? Word(string member, string? value, params string[] words)
    {
        if (value is null || words.Contains(value, StringComparer.Ordinal)) return value;
        Add(member, "unknown_value", $"Use one of: {string.Join(", ", words)}.");
        return null;
    }

    /// <summary>A whole number in a range.</summary>
    public int? Number(string member, long? value, int least, int most)
    {
        if (value is null) return null;
        if (value >= least && value <= most) return (int)value;
        Add(member, "out_of_range", string.Create(CultureInfo.InvariantCulture, $"Use a whole number from {least} to {most}."));
        return null;
    }

    /// <summary>An https URL for people.</summary>
    public string? Url(string member, string? value)
    {
        if (Text(member, value, max: 2048) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme == Uri.UriSchemeHttps && url.UserInfo.Length == 0 && url.Host.Length > 0) return text;
        Add(member, "invalid_url", "Use an https URL without user name.");
        return null;
    }

    /// <summary>An e-mail address, as far as its form says: mail to it is the only proof.</summary>
    public string? Email(string member, string? value, bool required = false)
    {
        if (Text(member, value, required) is not { } text) return null;
        if (EmailForm().IsMatch(text)) return text;
        Add(member, "invalid_email", "Use an e-mail address such as name@example.com.");
        return null;
    }

    /// <summary>Different words of a list, at least one.</summary>
    public IReadOnlyList<string>? Words(string member, IReadOnlyList<string?>? values, Func<string, string?> refuse, int most = 32)
    {
        if (values is null)
        {
            Add(member, "missing", "This member is required.");
            return null;
        }
        if (values.Count == 0 || values.Count > most)
        {
            Add(member, "length", string.Create(CultureInfo.InvariantCulture, $"Between 1 and {most} entries are allowed."));
            return null;
        }
        for (int i = 0; i < values.Count; i++)
            if (values[i] is null)
                Add($"{member}/{i}", "wrong_type", "Must be a string.");
            else if (refuse(values[i]!) is { } reason)
                Add($"{member}/{i}", "unknown_value", reason);
        return [.. values.OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}\\z")]
    private static partial Regex SlugForm();

    [GeneratedRegex(@"^[^@\s<>()\[\],;:""\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?\.[A-Za-z]{2,63}\z")]
    private static partial Regex EmailForm();
}
