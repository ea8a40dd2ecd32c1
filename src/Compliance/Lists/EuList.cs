using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Keystone.Compliance.Lists;

/// <summary>Consolidated list of the European Union, XML 1.1. All data stand in attributes; the quality of an alias may stand in a remark alone.</summary>
internal static partial class EuList
{
    const string Namespace = "http://eu.europa.ec/fpi/fsd/export";

    public static ParsedList Read(Stream stream, long maxCharacters)
    {
        using XmlReader reader = ListXml.Open(stream, maxCharacters, "export", "EU consolidated");
        List<string> notes = [];
        if (reader.NamespaceURI != Namespace) notes.Add($"The namespace {reader.NamespaceURI} of the file is not known.");
        DateTimeOffset? published = ListXml.Time(reader.GetAttribute("generationDate"));
        List<ListEntry> entries = [];
        int other = 0;
        ListXml.Children(reader, name =>
        {
            if (name != "sanctionEntity")
            {
                reader.Skip();
                return;
            }
            ListBuilder entry = ReadEntity(ListXml.Element(reader));
            other += entry.OtherAddresses;
            if (entry.IsNobody) return;
            entries.Add(entry.Build());
            if (entries.Count > ListBounds.Entries) throw new ListFileException("too_large", $"it has more than {ListBounds.Entries} entries.");
        });
        return new ParsedList(entries, published, other, notes);
    }

    static ListBuilder ReadEntity(XElement entity)
    {
        string id = entity.Get("euReferenceNumber") is { Length: > 0 } reference ? reference
            : entity.Get("logicalId") is { Length: > 0 } logical ? logical : throw new FormatException("A sanctionEntity has neither euReferenceNumber nor logicalId.");
        ListBuilder entry = new(id)
        {
            Kind = (entity.First("subjectType")?.Get("classificationCode") ?? entity.First("subjectType")?.Get("code")) switch
            {
                "P" or "person" => ListedKind.Person,
                "E" or "enterprise" => ListedKind.Organisation,
                _ => ListedKind.Unknown,
            },
        };
        foreach (XElement alias in entity.Named("nameAlias"))
        {
            string whole = alias.Get("wholeName") is { Length: > 0 } name ? name : string.Join(' ', alias.Get("firstName"), alias.Get("middleName"), alias.Get("lastName"));
            entry.Name(whole, alias.Get("strong") == "false" || alias.Named("remark").Any(remark => LowQuality().IsMatch(remark.Value)));
        }
        foreach (XElement born in entity.Named("birthdate"))
        {
            int slack = born.Get("circa") == "true" ? 1 : 0;
            if (ListXml.Number(born.Get("yearRangeFrom")) is { } from && ListXml.Number(born.Get("yearRangeTo")) is { } to) entry.Born(from - slack, to + slack);
            else if (ListXml.Number(born.Get("year")) is { } year) entry.Born(year - slack, year + slack);
            else if (born.Get("birthdate") is { Length: >= 4 } date && ListXml.Number(date[..4]) is { } whole) entry.Born(whole - slack, whole + slack);
        }
        foreach (XElement citizenship in entity.Named("citizenship")) entry.Country(citizenship.Get("countryIso2Code"));
        foreach (XElement document in entity.Named("identification"))
            if (document.Get("identificationTypeCode")?.Contains("lei", StringComparison.OrdinalIgnoreCase) == true) entry.Lei(document.Get("number"));
        foreach (XElement regulation in entity.Named("regulation")) entry.Program(regulation.Get("programme"));
        return entry;
    }

    // The remarks are typed by hand: "low quality", "lo quality", "Low-qualty".
    [GeneratedRegex(@"\blow?[\s-]+q?ual", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LowQuality();
}
