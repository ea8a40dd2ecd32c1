using System.Globalization;

namespace Keystone.Compliance.Lists;

/// <summary>
/// A list of the operator's own. Header: <c>id</c> and any of <c>type</c> (person, organisation, craft), <c>name</c>, <c>weak</c> (true for a weak alias), <c>country</c>, <c>born</c>
/// (a year, or two with a dash), <c>wallet</c>, <c>lei</c>, <c>program</c>. Rows of one id are one entry.
/// </summary>
internal static class CsvList
{
    static readonly string[] Columns = ["id", "type", "name", "weak", "country", "born", "wallet", "lei", "program", "published"];

    public static ParsedList Read(Stream stream, long maxCharacters)
    {
        CsvRows rows = new(stream, maxCharacters);
        List<string>? first = rows.Next() ?? throw new ListFileException("empty", "it has no header.");
        CsvHeader header = new(first, rows.Line);
        if (first.Find(column => !Columns.Contains(column, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new ListFileException("wrong_document", $"line {rows.Line}: the column \"{unknown}\" is not known. Use some of: {string.Join(", ", Columns)}.");
        if (!header.Has("id")) throw new ListFileException("wrong_document", $"line {rows.Line}: the header has no column id.");
        Dictionary<string, ListBuilder> entries = new(StringComparer.Ordinal);
        DateTimeOffset? published = null;
        while (rows.Next() is { } row)
        {
            header.Check(row, rows.Line);
            string Of(string column) => header.Of(row, column);
            string id = Of("id");
            if (id.Length == 0) throw new FormatException($"line {rows.Line}: it has no id.");
            if (!entries.TryGetValue(id, out ListBuilder? entry)) entries[id] = entry = new ListBuilder(id);
            if (entries.Count > ListBounds.Entries) throw new ListFileException("too_large", $"it has more than {ListBounds.Entries} entries.");
            entry.Kind = Of("type").ToUpperInvariant() switch
            {
                "PERSON" => ListedKind.Person,
                "ORGANISATION" => ListedKind.Organisation,
                "CRAFT" => ListedKind.Craft,
                "" => entry.Kind,
                _ => throw new FormatException($"line {rows.Line}: type \"{Of("type")}\" is not known. Use person, organisation or craft."),
            };
            bool isWeak = Of("weak").ToUpperInvariant() switch
            {
                "" or "FALSE" => false,
                "TRUE" => true,
                _ => throw new FormatException($"line {rows.Line}: weak is \"{Of("weak")}\". Use true or false."),
            };
            entry.Name(Of("name"), isWeak);
            entry.Country(Of("country"));
            ReadBorn(entry, Of("born"), rows.Line);
            if (Of("wallet") is { Length: > 0 } wallet)
            {
                // In a list of one's own an address that cannot be read is a mistake and not another chain's.
                if (ListedAddress.Read(wallet) is null) throw new FormatException($"line {rows.Line}: wallet \"{wallet}\" is no address: 0x and 40 hexadecimal digits.");
                entry.Wallet(wallet);
            }
            if (Of("lei") is { Length: > 0 and not 20 } lei) throw new FormatException($"line {rows.Line}: lei \"{lei}\" does not have 20 characters.");
            entry.Lei(Of("lei"));
            entry.Program(Of("program"));
            if (Of("published") is { Length: > 0 } day)
                published = ListXml.Time(day) ?? throw new FormatException($"line {rows.Line}: published \"{day}\" is no date.");
        }
        if (entries.Values.FirstOrDefault(entry => entry.IsNobody) is { } nobody) throw new FormatException($"Entry {nobody.Id} has no name, no wallet and no lei.");
        return new ParsedList([.. entries.Values.Select(entry => entry.Build())], published, 0, []);
    }

    static void ReadBorn(ListBuilder entry, string born, int line)
    {
        if (born.Length == 0) return;
        string[] years = born.Split('-');
        if (years.Length > 2 || !years.All(year => year.Length == 4 && int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            throw new FormatException($"line {line}: born \"{born}\" is no year such as 1970 and no range such as 1969-1971.");
        entry.Born(int.Parse(years[0], CultureInfo.InvariantCulture), int.Parse(years[^1], CultureInfo.InvariantCulture));
    }
}
