namespace Keystone.Settlements.Instruments;

/// <summary>International securities identification numbers (ISO 6166).</summary>
public static class Isin
{
    /// <summary>True for two letters, nine letters or digits, and the right check digit: the sum of ISO 6166 over the digits, a letter counting as 10 to 35.</summary>
    public static bool IsValid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length != 12 || !char.IsAsciiLetterUpper(text[0]) || !char.IsAsciiLetterUpper(text[1]) || !char.IsAsciiDigit(text[^1])) return false;
        int sum = 0;
        bool doubled = false;
        for (int i = text.Length - 1; i >= 0; i--)
        {
            char c = text[i];
            if (!char.IsAsciiDigit(c) && !char.IsAsciiLetterUpper(c)) return false;
            int value = char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10;
            // From the right, digit for digit: the units of a letter's number come first.
            for (int digits = value; ; digits /= 10)
            {
                int digit = digits % 10 * (doubled ? 2 : 1);
                sum += digit > 9 ? digit - 9 : digit;
                doubled = !doubled;
                if (digits < 10) break;
            }
        }
        return sum % 10 == 0;
    }
}
