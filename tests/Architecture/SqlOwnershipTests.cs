using System.Text.RegularExpressions;

namespace Keystone.Architecture;

/// <summary>
/// A schema has one owner, which offers its write side and its read side: SQL of a room names the schemas of that room and no others. What is looked at are the
/// texts in the built assemblies, so no way of writing a text in a source file hides it. Migrations are files of their own and may refer to other schemas.
/// </summary>
public sealed partial class SqlOwnershipTests
{
    static readonly Dictionary<string, string[]> Owned = new(StringComparer.Ordinal)
    {
        ["Mirror"] = ["chain"],
        ["Settlements"] = ["settlement"],
        ["Compliance"] = ["compliance"],
        ["Transactions"] = ["transactions"],
        ["Webhooks"] = ["webhooks"],
        ["Identity"] = ["identity"],
        ["Keeper"] = ["quartz"],
    };

    [Fact]
    public void Sql_of_a_room_names_its_own_schemas() => Sources.None(
        from room in Rooms()
        from schema in Foreign(Sources.AssemblyOf(room), room)
        select $"{room}: {schema.Schema} in {schema.Text}");

    [Fact]
    public void Every_schema_has_one_owner() =>
        Assert.Equal(Relations().Select(one => one.Schema).Append("quartz").Distinct().Order(StringComparer.Ordinal), Owned.Values.SelectMany(schemas => schemas).Order(StringComparer.Ordinal));

    /// <summary>The planted texts are in this assembly: the rule finds those of another schema, and neither an event's name nor a room's own table.</summary>
    [Theory]
    [InlineData("Settlements", "chain transactions")]
    [InlineData("Mirror", "settlement transactions")]
    [InlineData("Transactions", "chain settlement")]
    public void The_rule_finds_planted_sql(string room, string foreign) => Assert.Equal(
        foreign, string.Join(' ', Foreign("Keystone.Architecture", room).Where(one => one.Text.Contains("planted", StringComparison.Ordinal)).Select(one => one.Schema).Distinct().Order(StringComparer.Ordinal)));

    static IEnumerable<string> Rooms() => Sources.Projects("src").Select(project => Path.GetFileNameWithoutExtension(project)!);

    static IEnumerable<(string Schema, string Text)> Foreign(string assembly, string room)
    {
        string[] own = Owned.GetValueOrDefault(room, []);
        HashSet<(string Schema, string Name)> relations = [.. Relations()];
        foreach (string text in Metadata.Texts(assembly).Where(text => Statement().IsMatch(text)))
            foreach (Match named in Qualified().Matches(text))
            {
                (string Schema, string Name) relation = (named.Groups["schema"].Value, named.Groups["name"].Value);
                if ((relations.Contains(relation) || relation.Schema == "quartz") && !own.Contains(relation.Schema, StringComparer.Ordinal))
                    yield return (relation.Schema, text.ReplaceLineEndings(" "));
            }
    }

    /// <summary>Tables, views and types that the migrations create.</summary>
    static IEnumerable<(string Schema, string Name)> Relations() =>
        from file in Directory.EnumerateFiles(Path.Combine(Sources.Root, "src"), "*.sql", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        from Match created in Created().Matches(File.ReadAllText(file))
        where created.Groups["schema"].Value != "public"
        select (created.Groups["schema"].Value, created.Groups["name"].Value);

    [GeneratedRegex(@"\b(select|insert|update|delete|copy|truncate|lock|from|join)\s", RegexOptions.IgnoreCase)]
    private static partial Regex Statement();

    [GeneratedRegex(@"(?<![\w.])(?<schema>[a-z_]+)\.(?<name>[a-z_]+)\b")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"\bcreate\s+(or\s+replace\s+)?(table|view|type|materialized\s+view)\s+(if\s+not\s+exists\s+)?(?<schema>[a-z_]+)\.(?<name>[a-z_]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Created();
}
