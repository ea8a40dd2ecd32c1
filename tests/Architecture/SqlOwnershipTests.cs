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
        ["Hosting"] = ["hosting"],
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

    /// <summary>A migration makes tables of its room's schema, and names another one only to refer to its rows.</summary>
    [Fact]
    public void Migrations_name_the_schemas_of_their_room() => Sources.None(
        from file in Migrations()
        from wrong in ForeignIn(Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(file)))!, File.ReadAllText(file))
        select $"{Path.GetRelativePath(Sources.Root, file)}: {wrong}");

    [Theory]
    [InlineData("Webhooks", "create table webhooks.note (id uuid primary key, environment_id uuid not null references identity.environment (id));", "")]
    [InlineData("Webhooks", "-- as settlement.settlement has it\ncreate table webhooks.note (id uuid primary key);", "")]
    [InlineData("Webhooks", "create table settlement.note (id uuid primary key);", "settlement.note")]
    [InlineData("Webhooks", "update settlement.settlement set attempts = 0;", "settlement.settlement")]
    [InlineData("Webhooks", "insert into webhooks.note select id from identity.environment;", "identity.environment")]
    [InlineData("Identity", "grant select on identity.platform, settlement.settlement to keystone_api;", "settlement.settlement")]
    public void A_migration_of_another_room_s_tables_is_found(string room, string sql, string found) => Assert.Equal(found, string.Join(' ', ForeignIn(room, sql)));

    // Without what a foreign key refers to, and without texts and comments.
    static IEnumerable<string> ForeignIn(string room, string sql) =>
        from named in Qualified().Matches(Reference().Replace(TextOrComment().Replace(sql, ""), ""))
        let schema = named.Groups["schema"].Value
        where Owned.Values.Any(schemas => schemas.Contains(schema, StringComparer.Ordinal)) && !Owned.GetValueOrDefault(room, []).Contains(schema, StringComparer.Ordinal)
        select named.Value;

    static IEnumerable<string> Migrations() => Directory.EnumerateFiles(Path.Combine(Sources.Root, "src"), "*.sql", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

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
        from file in Migrations()
        from Match created in Created().Matches(File.ReadAllText(file))
        where created.Groups["schema"].Value != "public"
        select (created.Groups["schema"].Value, created.Groups["name"].Value);

    [GeneratedRegex(@"\b(select|insert|update|delete|copy|truncate|lock|from|join)\s", RegexOptions.IgnoreCase)]
    private static partial Regex Statement();

    [GeneratedRegex(@"(?<![\w.])(?<schema>[a-z_]+)\.(?<name>[a-z_]+)\b")]
    private static partial Regex Qualified();

    [GeneratedRegex("'[^']*'|--[^\n]*")]
    private static partial Regex TextOrComment();

    [GeneratedRegex(@"\breferences\s+[a-z_]+\.[a-z_]+", RegexOptions.IgnoreCase)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\bcreate\s+(or\s+replace\s+)?(table|view|type|materialized\s+view)\s+(if\s+not\s+exists\s+)?(?<schema>[a-z_]+)\.(?<name>[a-z_]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Created();
}
