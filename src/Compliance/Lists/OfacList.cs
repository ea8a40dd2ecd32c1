using System.Xml;
using System.Xml.Linq;

namespace Keystone.Compliance.Lists;

/// <summary>
/// Advanced XML of OFAC, of the SDN and of the Consolidated list. Kinds of names, features and parties are looked up in the file's own reference sets; every feature whose
/// kind begins with <c>Digital Currency Address</c> counts, whatever its label.
/// </summary>
internal sealed class OfacList
{
    static readonly string[] Namespaces =
        ["https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML", "http://www.un.org/sanctions/1.0"];

    readonly Dictionary<string, Dictionary<string, string>> _sets = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _partyTypes = new(StringComparer.Ordinal), _countryOfLocation = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<string>> _leiOfIdentity = new(StringComparer.Ordinal);
    readonly Dictionary<string, ListBuilder> _byProfile = new(StringComparer.Ordinal);
    readonly List<ListBuilder> _entries = [];
    readonly List<string> _notes = [];
    DateTimeOffset? _published;

    public static ParsedList Read(Stream stream, long maxCharacters)
    {
        using XmlReader reader = ListXml.Open(stream, maxCharacters, "Sanctions", "OFAC advanced XML");
        OfacList list = new();
        if (!Namespaces.Contains(reader.NamespaceURI, StringComparer.Ordinal)) list._notes.Add($"The namespace {reader.NamespaceURI} of the file is not known.");
        bool parties = false;
        ListXml.Children(reader, section =>
        {
            switch (section)
            {
                case "DateOfIssue":
                    XElement date = ListXml.Element(reader);
                    list._published = Day(date);
                    break;
                case "ReferenceValueSets":
                    ListXml.Children(reader, _ => list.ReadSet(ListXml.Element(reader)));
                    break;
                case "Locations":
                    ListXml.Children(reader, _ => list.ReadLocation(ListXml.Element(reader)));
                    break;
                case "IDRegDocuments":
                    ListXml.Children(reader, _ => list.ReadDocument(ListXml.Element(reader)));
                    break;
                case "DistinctParties":
                    parties = true;
                    ListXml.Children(reader, _ => list.ReadParty(ListXml.Element(reader)));
                    break;
                case "SanctionsEntries":
                    ListXml.Children(reader, _ => list.ReadMeasures(ListXml.Element(reader)));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        });
        if (!parties) throw new ListFileException("wrong_document", "it has no element DistinctParties: it is no full list but a list of changes, or another file of the publisher.");
        return new ParsedList([.. list._entries.Select(entry => entry.Build())], list._published, list._entries.Sum(entry => entry.OtherAddresses), list._notes);
    }

    void ReadSet(XElement set)
    {
        Dictionary<string, string> values = _sets[set.Name.LocalName] = new(StringComparer.Ordinal);
        foreach (XElement value in set.Elements())
        {
            if (value.Get("ID") is not { } id) continue;
            values[id] = set.Name.LocalName == "CountryValues" && value.Get("ISO2") is { Length: 2 } iso ? iso : value.Value;
            if (value.Get("PartyTypeID") is { } type) _partyTypes[id] = type;
        }
    }

    string Value(string set, string? id) => id is not null && _sets.TryGetValue(set, out Dictionary<string, string>? values) ? values.GetValueOrDefault(id, "") : "";

    void ReadLocation(XElement location)
    {
        if (location.Get("ID") is { } id && location.First("LocationCountry")?.Get("CountryID") is { } country) _countryOfLocation[id] = Value("CountryValues", country);
    }

    void ReadDocument(XElement document)
    {
        string kind = Value("IDRegDocTypeValues", document.Get("IDRegDocTypeID"));
        if (!kind.Contains("LEI", StringComparison.Ordinal) && !kind.Contains("Legal Entity", StringComparison.OrdinalIgnoreCase)) return;
        if (document.Get("IdentityID") is not { } identity || document.TextOf("IDRegistrationNo") is not { } number) return;
        if (!_leiOfIdentity.TryGetValue(identity, out List<string>? numbers)) _leiOfIdentity[identity] = numbers = [];
        numbers.Add(number);
    }

    void ReadParty(XElement party)
    {
        foreach (XElement profile in party.Named("Profile"))
        {
            string id = profile.Get("ID") ?? party.Get("FixedRef") ?? throw new FormatException("A DistinctParty has no id.");
            ListBuilder entry = new(id) { Kind = KindOf(profile.Get("PartySubTypeID")) };
            foreach (XElement identity in profile.Named("Identity"))
            {
                HashSet<string> lastNames = LastNameGroups(identity);
                foreach (XElement alias in identity.Named("Alias"))
                    foreach (XElement name in alias.Named("DocumentedName"))
                        // The file has last names first: where a middle name stands matters to the matcher.
                        entry.Name(string.Join(' ', name.Named("DocumentedNamePart").SelectMany(part => part.Named("NamePartValue"))
                            .OrderBy(part => lastNames.Contains(part.Get("NamePartGroupID") ?? "")).Select(part => part.Value)), alias.Get("LowQuality") == "true");
                if (identity.Get("ID") is { } identityId && _leiOfIdentity.TryGetValue(identityId, out List<string>? leis))
                    foreach (string lei in leis) entry.Lei(lei);
            }
            foreach (XElement feature in profile.Named("Feature")) ReadFeature(entry, feature);
            if (!_byProfile.TryAdd(id, entry)) throw new FormatException($"Profile {id} stands in the file twice.");
            if (entry.IsNobody && entry.OtherAddresses == 0) continue;
            _entries.Add(entry);
            if (_entries.Count > ListBounds.Entries) throw new ListFileException("too_large", $"it has more than {ListBounds.Entries} entries.");
        }
    }

    HashSet<string> LastNameGroups(XElement identity) => identity.Named("NamePartGroups").SelectMany(groups => groups.Named("MasterNamePartGroup")).SelectMany(master => master.Named("NamePartGroup"))
        .Where(group => Value("NamePartTypeValues", group.Get("NamePartTypeID")) == "Last Name").Select(group => group.Get("ID") ?? "").ToHashSet(StringComparer.Ordinal);

    void ReadFeature(ListBuilder entry, XElement feature)
    {
        string kind = Value("FeatureTypeValues", feature.Get("FeatureTypeID"));
        foreach (XElement version in feature.Named("FeatureVersion"))
        {
            if (kind.StartsWith("Digital Currency Address", StringComparison.OrdinalIgnoreCase))
                foreach (XElement detail in version.Named("VersionDetail")) entry.Wallet(detail.Value);
            else if (kind == "Birthdate")
                foreach (XElement period in version.Named("DatePeriod")) entry.Born(Year(period, "Start", "From") ?? 0, Year(period, "End", "To") ?? Year(period, "Start", "To") ?? 0);
            else if (kind.StartsWith("Nationality", StringComparison.Ordinal) || kind.StartsWith("Citizenship", StringComparison.Ordinal))
                foreach (XElement location in version.Named("VersionLocation")) entry.Country(_countryOfLocation.GetValueOrDefault(location.Get("LocationID") ?? ""));
        }
    }

    void ReadMeasures(XElement entry)
    {
        if (entry.Get("ProfileID") is not { } profile || !_byProfile.TryGetValue(profile, out ListBuilder? listed)) return;
        foreach (XElement measure in entry.Named("SanctionsMeasure"))
            if (Value("SanctionsTypeValues", measure.Get("SanctionsTypeID")) == "Program") listed.Program(measure.TextOf("Comment"));
    }

    ListedKind KindOf(string? subType)
    {
        string kind = Value("PartySubTypeValues", subType);
        if (kind is not ("Individual" or "Entity" or "Vessel" or "Aircraft") && subType is not null && _partyTypes.TryGetValue(subType, out string? type))
            kind = Value("PartyTypeValues", type);
        return kind switch
        {
            "Individual" => ListedKind.Person,
            "Entity" => ListedKind.Organisation,
            "Vessel" or "Aircraft" or "Transport" => ListedKind.Craft,
            _ => ListedKind.Unknown,
        };
    }

    static int? Year(XElement period, string side, string end) => ListXml.Number(period.First(side)?.First(end)?.TextOf("Year"));

    static DateTimeOffset? Day(XElement date) =>
        ListXml.Number(date.TextOf("Year")) is { } year and > 0 && ListXml.Number(date.TextOf("Month")) is { } month and > 0 && ListXml.Number(date.TextOf("Day")) is { } day and > 0
            && month <= 12 && day <= DateTime.DaysInMonth(year, month) ? new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero) : null;
}
