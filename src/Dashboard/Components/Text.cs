using System.Globalization;
using System.Text;
using Keystone.Settlements.Read;

namespace Keystone.Dashboard.Components;

/// <summary>Numbers, times, addresses and strangers' words as pages show them.</summary>
internal static class Text
{
    const int MaxGraphemes = 120;

    /// <summary>A share in ten-thousandths as a percentage, such as 91.5 %.</summary>
    public static string PerCent(int tenThousandths) => (tenThousandths / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "\u00a0%";

    /// <summary>An amount from its decimal text: grouped by commas, at least so many decimals, never rounded. Text that is no decimal number is left as it is.</summary>
    public static string Amount(string quantity, int decimals = 0)
    {
        ArgumentNullException.ThrowIfNull(quantity);
        int point = quantity.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? quantity : quantity[..point], fraction = point < 0 ? "" : quantity[(point + 1)..].TrimEnd('0');
        if (whole.Length == 0 || !whole.All(char.IsAsciiDigit) || !fraction.All(char.IsAsciiDigit)) return quantity;
        whole = whole.TrimStart('0').PadLeft(1, '0');
        StringBuilder text = new();
        for (int i = 0; i < whole.Length; i++)
        {
            if (i > 0 && (whole.Length - i) % 3 == 0) text.Append(',');
            text.Append(whole[i]);
        }
        fraction = fraction.PadRight(decimals, '0');
        return fraction.Length == 0 ? text.ToString() : text.Append('.').Append(fraction).ToString();
    }

    /// <summary>A whole number, grouped.</summary>
    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Wei as ether, to the last digit that is not zero.</summary>
    public static string Ether(string wei) => Units(wei, 18);

    /// <summary>Smallest units as an amount of so many decimals, to the last digit that is not zero; without known decimals the smallest units themselves.</summary>
    public static string Units(string smallest, int? decimals)
    {
        ArgumentNullException.ThrowIfNull(smallest);
        if (!smallest.All(char.IsAsciiDigit)) return smallest;
        if (decimals is not { } places || places <= 0) return Amount(smallest);
        string padded = smallest.PadLeft(places + 1, '0');
        return Amount($"{padded[..^places]}.{padded[^places..]}");
    }

    /// <summary>Date and time with their zone.</summary>
    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("d MMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The same without the seconds, for tables.</summary>
    public static string Short(DateTimeOffset time) => time.ToUniversalTime().ToString("d MMM HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The same for columns whose head names the zone.</summary>
    public static string Bare(DateTimeOffset time) => time.ToUniversalTime().ToString("d MMM HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The time of a day.</summary>
    public static string Clock(DateTimeOffset time) => time.ToUniversalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The day.</summary>
    public static string Day(DateTimeOffset time) => time.ToUniversalTime().ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339.</summary>
    public static string Rfc(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A length of time: seconds under ten minutes, days from two days on.</summary>
    public static string Length(TimeSpan span)
    {
        if (span < TimeSpan.Zero) span = TimeSpan.Zero;
        return span.TotalSeconds < 60 ? Format($"{(int)span.TotalSeconds} s")
            : span.TotalMinutes < 10 ? Format($"{span.Minutes} min {span.Seconds} s")
            : span.TotalHours < 1 ? Format($"{span.Minutes} min")
            : span.TotalDays < 2 ? Format($"{(int)span.TotalHours} h {span.Minutes} min") : Format($"{(int)span.TotalDays} d {span.Hours} h");
    }

    /// <summary>An address for tables: 0x, eight digits, eight digits.</summary>
    public static string ShortAddress(string address) => address.Length == 42 ? $"{address[..10]}…{address[^8..]}" : address;

    /// <summary>A hash for tables: ten digits, six digits.</summary>
    public static string ShortHash(string hash) => hash.Length > 20 ? $"{hash[..12]}…{hash[^6..]}" : hash;

    /// <summary>What stands for a settlement: its reference, else the end of its id, whose beginning is a clock and looks alike.</summary>
    public static string Reference(SettlementView settlement) => settlement.ExternalReference is { Length: > 0 } own ? Stranger(own) : "…" + settlement.Id.ToString()[^8..];

    /// <summary>Words of somebody else: without control and format characters, cut to 120 characters as people count them.</summary>
    public static string Stranger(string? text, int most = MaxGraphemes)
    {
        if (string.IsNullOrEmpty(text)) return "";
        StringBuilder clean = new();
        StringInfo all = new(string.Concat(text.Where(c => !IsUnseen(c))));
        int length = all.LengthInTextElements;
        clean.Append(length <= most ? all.String : all.SubstringByTextElements(0, most) + "…");
        return clean.ToString();
    }

    static bool IsUnseen(char c) => char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
