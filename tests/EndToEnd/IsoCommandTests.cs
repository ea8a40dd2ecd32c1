using System.CommandLine;

namespace Keystone.EndToEnd;

/// <summary>Messages are validated against the schema that an operator has; here a small one of our own.</summary>
public sealed class IsoCommandTests : IDisposable
{
    const string Schema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:test:status" targetNamespace="urn:test:status" elementFormDefault="qualified">
          <xs:simpleType name="Max35Text"><xs:restriction base="xs:string"><xs:minLength value="1"/><xs:maxLength value="35"/></xs:restriction></xs:simpleType>
          <xs:element name="Document"><xs:complexType><xs:sequence>
            <xs:element name="TxId" type="Max35Text"/>
            <xs:element name="Sts"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="PACK"/><xs:enumeration value="PEND"/></xs:restriction></xs:simpleType></xs:element>
          </xs:sequence></xs:complexType></xs:element>
        </xs:schema>
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("keystone-iso-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string File(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    static async Task<(int Code, string Said)> CheckAsync(params string[] arguments)
    {
        StringWriter said = new() { NewLine = "\n" };
        int code = await Cli.EntryPoint.AddCommands(new RootCommand()).Parse(["iso", "check", .. arguments])
            .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = said, Error = said });
        return (code, said.ToString());
    }

    [Fact]
    public async Task A_message_conforms_or_each_fault_is_named_with_its_place()
    {
        string xsd = File("status.xsd", Schema);
        string good = File("good.xml", "<Document xmlns=\"urn:test:status\"><TxId>0199a0c27d1e7a449c1f2f6f0c1f8a11</TxId><Sts>PEND</Sts></Document>");
        (int code, string said) = await CheckAsync("--xsd", xsd, "--", good);
        Assert.True(code == 0, said);
        Assert.Equal($"{good}: conforms\n", said);

        string bad = File("bad.xml", $"<Document xmlns=\"urn:test:status\">\n<TxId>{new string('x', 36)}</TxId>\n<Sts>DONE</Sts>\n<Extra/></Document>");
        (code, said) = await CheckAsync("--xsd", xsd, "--", good, bad);
        Assert.Equal(1, code);
        foreach (string place in (string[])["line 2", "line 3", "line 4"]) Assert.Contains($"{bad}: {place}, column ", said, StringComparison.Ordinal);
        Assert.Contains($"{good}: conforms", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_of_another_schema_is_not_taken_for_one_that_conforms()
    {
        string xsd = File("status.xsd", Schema);
        (int code, string said) = await CheckAsync("--xsd", xsd, "--", File("other.xml", "<Document xmlns=\"urn:test:other\"><TxId>1</TxId></Document>"));
        Assert.Equal(1, code);
        Assert.Contains("the message is of urn:test:other, and the schema of urn:test:status", said, StringComparison.Ordinal);
        // No entity is expanded and nothing else is read.
        (code, said) = await CheckAsync("--xsd", xsd, "--", File("entity.xml", "<!DOCTYPE Document [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Document xmlns=\"urn:test:status\"><TxId>&e;</TxId><Sts>PEND</Sts></Document>"));
        Assert.Equal(1, code);
        Assert.DoesNotContain("root:", said, StringComparison.Ordinal);
        Assert.Contains("entity.xml: ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("conforms", said, StringComparison.Ordinal);
        (code, said) = await CheckAsync("--xsd", File("no.xsd", "<html/>"), "--", File("good.xml", "<Document xmlns=\"urn:test:status\"/>"));
        Assert.Equal((1, ""), (code, said));
    }
}
