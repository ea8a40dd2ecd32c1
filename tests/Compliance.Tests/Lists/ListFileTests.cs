using System.Text;
using Keystone.Compliance.Lists;
using Keystone.Ethereum;

namespace Keystone.Compliance.Tests.Lists;

/// <summary>Small files in each published format, written for these tests: what is read of them, and what is refused with file and line.</summary>
public sealed class ListFileTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keystone-lists");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Ofac_entries_have_names_of_every_script_wallets_of_every_label_years_countries_and_programmes()
    {
        ParsedList list = Read(ListFormat.Ofac, "ofac.xml");
        Assert.Equal(new DateTimeOffset(2026, 11, 27, 0, 0, 0, TimeSpan.Zero), list.PublishedAt);
        Assert.Equal(["900001", "900002", "900003"], list.Entries.Select(entry => entry.Id));
        ListEntry person = list.Entries[0];
        Assert.Equal(ListedKind.Person, person.Kind);
        Assert.Equal([("Borimir TESTOVSKY", false), ("Боримир ТЕСТОВСКИЙ", false), ("Bobo", true)], person.Names.Select(name => (name.Text, name.IsWeak)));
        // One account under four labels, one of them new, one in TRON's writing, one with a wrong checksum: two accounts.
        Assert.Equal(["0x3333333333333333333333333333333333333333", "0xabcdefabcdefabcdefabcdefabcdefabcdefabcd"],
            person.Wallets.Select(wallet => wallet.ToString().ToLowerInvariant()).Order(StringComparer.Ordinal));
        Assert.Equal(1, list.OtherAddresses);
        Assert.Equal([new BirthYears(1969, 1971)], person.Births);
        Assert.Equal(["BG"], person.Countries);
        Assert.Equal(["DEMO1", "DEMO2"], person.Programs);
        Assert.Equal((ListedKind.Organisation, "Orlana Trading LLC"), (list.Entries[1].Kind, list.Entries[1].Names[0].Text));
        Assert.Equal(["9999KEYSTONEDEMO0092"], list.Entries[1].Leis);
        Assert.Equal(ListedKind.Craft, list.Entries[2].Kind);
        Assert.Empty(list.Notes);
    }

    [Fact]
    public void The_older_namespace_passes_and_an_unknown_one_is_noted()
    {
        string text = File.ReadAllText("data/ofac.xml");
        const string Current = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML";
        Assert.Empty(Parse(ListFormat.Ofac, text.Replace(Current, "http://www.un.org/sanctions/1.0", StringComparison.Ordinal)).Notes);
        Assert.Contains("urn:new", Assert.Single(Parse(ListFormat.Ofac, text.Replace(Current, "urn:new", StringComparison.Ordinal)).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Eu_aliases_are_weak_by_attribute_or_by_a_remark_with_a_slip()
    {
        ParsedList list = Read(ListFormat.Eu, "eu.xml");
        Assert.Equal(new DateTimeOffset(2026, 11, 27, 9, 0, 0, TimeSpan.Zero), list.PublishedAt);
        ListEntry person = list.Entries[0];
        Assert.Equal([("Borimir Testovsky", false), ("Боримир Тестовский", false), ("Bobo", true), ("Bobcho", true)], person.Names.Select(name => (name.Text, name.IsWeak)));
        Assert.Equal([new BirthYears(1969, 1971)], person.Births);
        Assert.Equal(["BG"], person.Countries);
        Assert.Equal(("EU.9002.02", ListedKind.Organisation), (list.Entries[1].Id, list.Entries[1].Kind));
        Assert.Equal("Orlana Trading", Assert.Single(list.Entries[1].Names).Text);
    }

    [Fact]
    public void Un_aliases_may_be_empty_and_one_may_hold_several_names()
    {
        ParsedList list = Read(ListFormat.Un, "un.xml");
        Assert.Equal([("Borimir Testovsky", false), ("Боримир Тестовский", false), ("Bobo", true), ("Bobcho", true)], list.Entries[0].Names.Select(name => (name.Text, name.IsWeak)));
        Assert.Equal([new BirthYears(1969, 1971)], list.Entries[0].Births);
        Assert.Equal(["Bulgaria"], list.Entries[0].Countries);
        Assert.Equal(("DMe.001", ListedKind.Organisation, "Demo Front Trading"), (list.Entries[1].Id, list.Entries[1].Kind, list.Entries[1].Names[0].Text));
    }

    [Fact]
    public void Uk_rows_of_one_designation_are_one_entry_wherever_they_stand()
    {
        ParsedList list = Read(ListFormat.Uk, "uk.csv");
        Assert.Equal(new DateTimeOffset(2026, 11, 27, 0, 0, 0, TimeSpan.Zero), list.PublishedAt);
        Assert.Equal(["DMO0001", "DMO0002"], list.Entries.Select(entry => entry.Id));
        Assert.Equal([("Borimir TESTOVSKY", false), ("Bobo", true)], list.Entries[0].Names.Select(name => (name.Text, name.IsWeak)));
        Assert.Equal([new BirthYears(1970, 1970)], list.Entries[0].Births);
        Assert.Equal(("O'Tarn & Sons, Limited", ListedKind.Organisation), (list.Entries[1].Names[0].Text, list.Entries[1].Kind));
    }

    [Fact]
    public void A_list_of_the_operators_own_is_a_csv_with_a_header()
    {
        ParsedList list = Read(ListFormat.Csv, "own.csv");
        Assert.Equal(["1", "2", "3"], list.Entries.Select(entry => entry.Id));
        Assert.Equal([("Borimir TESTOVSKY", false), ("Bobo", true)], list.Entries[0].Names.Select(name => (name.Text, name.IsWeak)));
        Assert.Equal([Address.Parse("0x3333333333333333333333333333333333333333")], list.Entries[0].Wallets);
        Assert.Equal([new BirthYears(1969, 1971)], list.Entries[0].Births);
        Assert.Equal("Orlana, \"the\" Trading", list.Entries[1].Names[0].Text);
        Assert.Equal(["9999KEYSTONEDEMO0092"], list.Entries[2].Leis);
    }

    [Theory]
    [InlineData(ListFormat.Ofac, "ofac.xml")]
    [InlineData(ListFormat.Eu, "eu.xml")]
    [InlineData(ListFormat.Un, "un.xml")]
    public void Xml_that_is_cut_off_is_truncated_at_every_length_and_never_a_shorter_list(ListFormat format, string file)
    {
        string text = File.ReadAllText("data/" + file).TrimEnd();
        for (int length = 1; length < text.Length; length += 61)
            Assert.Contains(Refusal(format, text[..length]).Reason, (string[])["truncated", "malformed"]);
    }

    [Theory]
    [InlineData(ListFormat.Ofac, "<html><body>Sign in</body></html>", "wrong_document", "html")]
    [InlineData(ListFormat.Eu, "<html/>", "wrong_document", "export")]
    [InlineData(ListFormat.Un, "<sdnList/>", "wrong_document", "sdnList")]
    [InlineData(ListFormat.Ofac, "<Sanctions xmlns='http://www.un.org/sanctions/1.0'><DateOfIssue/></Sanctions>", "wrong_document", "list of changes")]
    [InlineData(ListFormat.Ofac, "<Sanctions xmlns='http://www.un.org/sanctions/1.0'><DistinctParties/></Sanctions>", "empty", "no entry")]
    [InlineData(ListFormat.Eu, "<!DOCTYPE export [<!ENTITY a 'b'>]><export xmlns='http://eu.europa.ec/fpi/fsd/export'>&a;</export>", "malformed", "DTD")]
    [InlineData(ListFormat.Un, "<CONSOLIDATED_LIST>\n<INDIVIDUALS>\n<INDIVIDUAL><FIRST_NAME>A</FIRST_NAME></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>", "malformed", "line 3")]
    [InlineData(ListFormat.Un, "<CONSOLIDATED_LIST>\n<INDIVIDUALS>\n<INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>", "malformed", "line 3")]
    [InlineData(ListFormat.Un, "<CONSOLIDATED_LIST/>", "empty", "no entry")]
    [InlineData(ListFormat.Uk, "<html/>", "wrong_document", "line 1")]
    [InlineData(ListFormat.Uk, "Report Date: 27-Nov-2026\nLast Updated,Unique ID,Name 6\n", "shape_changed", "line 2")]
    [InlineData(ListFormat.Uk, "Report Date: 27-Nov-2026\nUnique ID,Name 6,Name type\nDMO1,A,Primary\n,B,Primary\n", "malformed", "line 4")]
    [InlineData(ListFormat.Uk, "Report Date: 27-Nov-2026\nUnique ID,Name 6,Name type\nDMO1,\"A,Primary\n", "truncated", "line 3")]
    [InlineData(ListFormat.Uk, "Report Date: 27-Nov-2026\nUnique ID,Name 6,Name type\nDMO1,A,Primary,more\n", "malformed", "line 3")]
    [InlineData(ListFormat.Csv, "", "empty", "own")]
    [InlineData(ListFormat.Csv, "id,name\n", "empty", "no entry")]
    [InlineData(ListFormat.Csv, "name\nA\n", "wrong_document", "line 1")]
    [InlineData(ListFormat.Csv, "id,nome\n1,A\n", "wrong_document", "nome")]
    [InlineData(ListFormat.Csv, "id,wallet\n1,0x12\n", "malformed", "line 2")]
    [InlineData(ListFormat.Csv, "id,name,weak\n1,A,maybe\n", "malformed", "line 2")]
    [InlineData(ListFormat.Csv, "id,name,born\n1,A,long ago\n", "malformed", "line 2")]
    [InlineData(ListFormat.Csv, "id,name,country\n1,,BG\n", "malformed", "Entry 1")]
    public void What_is_no_whole_list_is_refused_with_file_reason_and_place(ListFormat format, string text, string reason, string says)
    {
        ListFileException refused = Refusal(format, text);
        Assert.Equal(reason, refused.Reason);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.FullName, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bom_crlf_a_final_control_character_and_bytes_that_are_no_utf8()
    {
        Assert.Equal("A, B", Assert.Single(Parse(ListFormat.Csv, "\uFEFFid,name\r\n1,\"A, B\"\r\n\u001A").Entries).Names[0].Text);
        string path = Path.Combine(_folder.FullName, "own.list");
        File.WriteAllBytes(path, [.. "id,name\n1,"u8, 0xC3, 0x28, .. "\n"u8]);
        ListFileException refused = Assert.Throws<ListFileException>(() => ListFile.Load(path, ListFormat.Csv, 1_000));
        Assert.Contains("UTF-8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_large_or_missing_is_refused_before_it_is_read()
    {
        string path = Write(File.ReadAllText("data/eu.xml"));
        Assert.Equal("too_large", Assert.Throws<ListFileException>(() => ListFile.Load(path, ListFormat.Eu, 1_000)).Reason);
        Assert.Equal("missing", Assert.Throws<ListFileException>(() => ListFile.Load(path + ".none", ListFormat.Eu, 1_000)).Reason);
        string many = "id,name\n1," + new string('a', ListBounds.Text + 1) + "\n";
        Assert.Contains("4096", Refusal(ListFormat.Csv, many).Message, StringComparison.Ordinal);
        string wide = "<export xmlns='http://eu.europa.ec/fpi/fsd/export'><sanctionEntity logicalId='1'>"
            + string.Concat(Enumerable.Range(0, ListBounds.PerEntry + 1).Select(at => $"<nameAlias wholeName='A{at}'/>")) + "</sanctionEntity></export>";
        Assert.Contains("more than 2000 names", Refusal(ListFormat.Eu, wide).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_element_that_was_renamed_is_a_change_of_shape_and_no_list_of_nobody()
    {
        string text = "<CONSOLIDATED_LIST><ENTITIES><ENTITY><REFERENCE_NUMBER>1</REFERENCE_NUMBER><NAME>A</NAME></ENTITY></ENTITIES></CONSOLIDATED_LIST>";
        Assert.Equal("empty", Refusal(ListFormat.Un, text).Reason);
        string eu = File.ReadAllText("data/eu.xml").Replace("nameAlias", "alias", StringComparison.Ordinal);
        Assert.Contains(Refusal(ListFormat.Eu, eu).Reason, (string[])["empty", "shape_changed"]);
    }

    [Fact]
    public void What_is_kept_of_a_file_is_its_bytes_and_its_hash()
    {
        LoadedFile file = ListFile.Load("data/ofac.xml", ListFormat.Ofac, 1_000_000);
        byte[] bytes = File.ReadAllBytes("data/ofac.xml");
        Assert.Equal(new Hash32(System.Security.Cryptography.SHA256.HashData(bytes)), file.Hash);
        Assert.Equal(bytes, ListFileStore.Unpack(file.Packed.ToArray()));
        Assert.Equal(bytes.Length, file.Size);
    }

    static ParsedList Read(ListFormat format, string file) => ListFile.Load("data/" + file, format, 1_000_000).List;

    ParsedList Parse(ListFormat format, string text) => ListFile.Load(Write(text), format, 1_000_000).List;

    ListFileException Refusal(ListFormat format, string text) => Assert.Throws<ListFileException>(() => Parse(format, text));

    string Write(string text)
    {
        string path = Path.Combine(_folder.FullName, "own.list");
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }
}
