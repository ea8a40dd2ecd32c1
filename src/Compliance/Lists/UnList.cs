using System.Xml;
using System.Xml.Linq;

namespace Keystone.Compliance.Lists;

/// <summary>Consolidated list of the Security Council, XML. Aliases may be empty, and one may hold several names.</summary>
internal static class UnList
{
    public static ParsedList Read(Stream stream, long maxCharacters)
    {
        using XmlReader reader = ListXml.Open(stream, maxCharacters, "CONSOLIDATED_LIST", "UN consolidated");
        DateTimeOffset? published = ListXml.Time(reader.GetAttribute("dateGenerated"));
        List<ListEntry> entries = [];
        int other = 0;
        ListXml.Children(reader, section =>
        {
            if (section is not ("INDIVIDUALS" or "ENTITIES"))
            {
                reader.Skip();
                return;
            }
            ListXml.Children(reader, _ =>
            {
                ListBuilder entry = ReadEntry(ListXml.Element(reader));
                other += entry.OtherAddresses;
                if (entry.IsNobody) return;
                entries.Add(entry.Build());
                if (entries.Count > ListBounds.Entries) throw new ListFileException("too_large", $"it has more than {ListBounds.Entries} entries.");
            });
        });
        return new ParsedList(entries, published, other, []);
    }

    static ListBuilder ReadEntry(XElement element)
    {
        bool isPerson = element.Name.LocalName == "INDIVIDUAL";
        string prefix = isPerson ? "INDIVIDUAL" : "ENTITY";
        string id = element.TextOf("REFERENCE_NUMBER") is { Length: > 0 } reference ? reference.Trim()
            : element.TextOf("DATAID") is { Length: > 0 } data ? data.Trim() : throw new FormatException($"An {prefix} has neither REFERENCE_NUMBER nor DATAID.");
        ListBuilder entry = new(id) { Kind = isPerson ? ListedKind.Person : ListedKind.Organisation };
        entry.Name(string.Join(' ', ((string[])["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"]).Select(name => element.TextOf(name))), isWeak: false);
        entry.Name(element.TextOf("NAME_ORIGINAL_SCRIPT"), isWeak: false);
        foreach (XElement alias in element.Named(prefix + "_ALIAS"))
            foreach (string name in (alias.TextOf("ALIAS_NAME") ?? "").Split(';'))
                entry.Name(name, alias.TextOf("QUALITY")?.Trim().Equals("Low", StringComparison.OrdinalIgnoreCase) == true);
        foreach (XElement born in element.Named("INDIVIDUAL_DATE_OF_BIRTH"))
        {
            int slack = born.TextOf("TYPE_OF_DATE")?.Trim() == "APPROXIMATELY" ? 1 : 0;
            if (ListXml.Number(born.TextOf("FROM_YEAR")) is { } from && ListXml.Number(born.TextOf("TO_YEAR")) is { } to) entry.Born(from - slack, to + slack);
            else if (ListXml.Number(born.TextOf("YEAR")) is { } year) entry.Born(year - slack, year + slack);
            else if (born.TextOf("DATE") is { Length: >= 4 } date && ListXml.Number(date[..4]) is { } whole) entry.Born(whole - slack, whole + slack);
        }
        foreach (XElement nationality in element.Named("NATIONALITY"))
            foreach (XElement value in nationality.Named("VALUE")) entry.Country(value.Value);
        entry.Program(element.TextOf("UN_LIST_TYPE"));
        return entry;
    }
}
