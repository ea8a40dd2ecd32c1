namespace Keystone.Dashboard.Http;

/// <summary>Rows of CSV by RFC 4180.</summary>
internal static class CsvText
{
    /// <summary>A row with its end of line: cells in quotes where they need them.</summary>
    public static string Row(IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    // A spreadsheet computes what begins like a formula: such text of strangers begins with an apostrophe.
    static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        string cell = text.TrimStart() is ['=' or '+' or '-' or '@', ..] || text is ['\t' or '\r' or '\n', ..] ? "'" + text : text;
        return cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
