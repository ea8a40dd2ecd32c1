using System.Globalization;
using System.Net;

namespace Keystone.Compliance.Lists;

/// <summary>UK Sanctions List, CSV: a line with the date of the report, a header, and several rows for each designation.</summary>
internal static class UkList
{
    static readonly string[] NameColumns = ["Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6"];

    public static ParsedList Read(Stream stream, long maxCharacters)
    {
        CsvRows rows = new(stream, maxCharacters);
        List<string>? first = rows.Next();
        if (first is not [{ } report, ..] || !report.StartsWith("Report Date:", StringComparison.OrdinalIgnoreCase))
            throw new ListFileException("wrong_document", "line 1 does not begin with \"Report Date:\", so that it is not the CSV of the UK Sanctions List.");
        DateTimeOffset? published = DateTime.TryParseExact(report["Report Date:".Length..].Trim(), "dd-MMM-yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime day)
            ? new DateTimeOffset(day, TimeSpan.Zero) : null;
        CsvHeader header = new(rows.Next() ?? throw new ListFileException("truncated", "it ends before the header."), rows.Line);
        foreach (string column in (string[])["Unique ID", "Name 6", "Name type"])
            if (!header.Has(column)) throw new ListFileException("shape_changed", $"line {rows.Line}: the header has no column {column}.");
        Dictionary<string, ListBuilder> entries = new(StringComparer.Ordinal);
        while (rows.Next() is { } row)
        {
            header.Check(row, rows.Line);
            string id = header.Of(row, "Unique ID");
            if (id.Length == 0) throw new FormatException($"line {rows.Line}: it has no Unique ID.");
            if (!entries.TryGetValue(id, out ListBuilder? entry)) entries[id] = entry = new ListBuilder(id);
            if (entries.Count > ListBounds.Entries) throw new ListFileException("too_large", $"it has more than {ListBounds.Entries} entries.");
            Read(header, row, entry);
        }
        ListBuilder[] found = [.. entries.Values.Where(entry => !entry.IsNobody)];
        return new ParsedList([.. found.Select(entry => entry.Build())], published, entries.Values.Sum(entry => entry.OtherAddresses), []);
    }

    static void Read(CsvHeader header, List<string> row, ListBuilder entry)
    {
        bool isWeak = header.Of(row, "Alias strength").StartsWith("Low", StringComparison.OrdinalIgnoreCase);
        entry.Name(string.Join(' ', NameColumns.Select(column => Text(header.Of(row, column)))), isWeak);
        entry.Name(Text(header.Of(row, "Name non-latin script")), isWeak);
        string kind = header.Has("Designation Type") ? header.Of(row, "Designation Type") : header.Of(row, "Individual, Entity, Ship");
        entry.Kind = kind.ToUpperInvariant() switch
        {
            "INDIVIDUAL" => ListedKind.Person,
            "ENTITY" => ListedKind.Organisation,
            "SHIP" => ListedKind.Craft,
            _ => entry.Kind,
        };
        foreach (string born in header.Of(row, "D.O.B").Split('|'))
            if (born.Trim() is { Length: >= 4 } date && ListXml.Number(date[^4..]) is { } year) entry.Born(year, year);
        foreach (string column in (string[])["Nationality(/ies)", "Nationality"])
            foreach (string country in header.Of(row, column).Split('|')) entry.Country(Text(country));
        entry.Program(Text(header.Of(row, "Regime Name")));
    }

    // The publisher's export holds HTML entities.
    static string Text(string value) => value.Contains('&', StringComparison.Ordinal) ? WebUtility.HtmlDecode(value) : value;
}
