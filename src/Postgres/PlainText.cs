namespace Keystone.Postgres;

/// <summary>Sanitises text from outside (nodes, tokens, providers) for storage. Postgres rejects a text with a zero in it, and with it all else of the statement.</summary>
public static class PlainText
{
    /// <summary>At most so many characters, with a question mark for each that is no character of a line of text.</summary>
    /// <param name="text">Any.</param>
    /// <param name="length">Characters at most.</param>
    public static string Of(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        int kept = Math.Min(text.Length, length);
        return string.Create(kept, text, static (line, from) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                bool isPair = char.IsHighSurrogate(from[i]) && i + 1 < line.Length && char.IsLowSurrogate(from[i + 1]);
                if (isPair)
                {
                    (line[i], line[i + 1]) = (from[i], from[i + 1]);
                    i++;
                    continue;
                }
                line[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) ? '?' : from[i];
            }
        });
    }
}
