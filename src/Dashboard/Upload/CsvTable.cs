using System.Globalization;
using System.Text;

namespace Keystone.Dashboard.Upload;

/// <summary>Rows of a CSV file (RFC 4180) by the names in its first line.</summary>
/// <param name="Rows">Each row by the names of its columns.</param>
/// <param name="Faults">What keeps the file from being read, all of it; the rows are then empty.</param>
internal sealed record CsvTable(IReadOnlyList<IReadOnlyDictionary<string, string>> Rows, IReadOnlyList<string> Faults)
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">UTF-8, with or without byte order mark.</param>
    /// <param name="required">Columns that have to be there.</param>
    /// <param name="most">Most rows.</param>
    public static CsvTable Read(ReadOnlySpan<byte> bytes, IReadOnlyCollection<string> required, int most)
    {
        string text;
        try
        {
            text = Strict.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return Wrong("The file is not UTF-8. Save it as CSV UTF-8.");
        }
        if (Split(text) is not { } lines) return Wrong("A field begins with a quotation mark and does not end with one.");
        if (lines.Count == 0) return Wrong("The file is empty. Its first line names the columns.");
        string[] names = [.. lines[0].Select(name => name.Trim().ToLowerInvariant())];
        List<string> faults = [];
        if (required.Except(names, StringComparer.Ordinal).ToArray() is { Length: > 0 } missing) faults.Add($"The first line lacks the columns {string.Join(", ", missing)}.");
        if (names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key).ToArray() is { Length: > 0 } twice) faults.Add($"The first line names twice: {string.Join(", ", twice)}.");
        if (lines.Count - 1 > most) faults.Add(string.Create(CultureInfo.InvariantCulture, $"The file has {lines.Count - 1} rows; at most {most} are taken."));
        if (lines.Count == 1) faults.Add("The file has no rows below the names of its columns.");
        for (int i = 1; i < lines.Count && faults.Count < 20; i++)
            if (lines[i].Count != names.Length) faults.Add(string.Create(CultureInfo.InvariantCulture, $"Row {i} has {lines[i].Count} fields where the first line has {names.Length}."));
        return faults.Count > 0 ? new CsvTable([], faults)
            : new CsvTable([.. lines.Skip(1).Select(line => names.Zip(line).ToDictionary(pair => pair.First, pair => Plain(pair.Second), StringComparer.Ordinal))], []);
    }

    static CsvTable Wrong(string fault) => new([], [fault]);

    // The apostrophe that our own export puts in front of what a spreadsheet would compute.
    static string Plain(string field) => field is ['\'', '=' or '+' or '-' or '@', ..] ? field[1..] : field;

    // Null for a quotation that does not end. Lines without anything in them are left out.
    static List<List<string>>? Split(string text)
    {
        List<List<string>> lines = [];
        List<string> line = [];
        StringBuilder field = new();
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (isQuoted)
            {
                if (c != '"') field.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') field.Append(text[i++]);
                else isQuoted = false;
            }
            else if (c == '"' && field.Length == 0) isQuoted = true;
            else if (c == ',') EndField();
            else if (c is '\r' or '\n') EndLine();
            else field.Append(c);
        }
        if (isQuoted) return null;
        EndLine();
        return lines;

        void EndField()
        {
            line.Add(field.ToString());
            field.Clear();
        }

        void EndLine()
        {
            if (line.Count == 0 && field.Length == 0) return;
            EndField();
            lines.Add(line);
            line = [];
        }
    }
}
