using System.Text.RegularExpressions;
using Keystone.Hosting.Reports;
using Keystone.Postgres.Migrations;
using Keystone.Settlements;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Postgres.Tests;

/// <summary>docs/schema.md says what a migrated database has: every table and column, and who may write and read it.</summary>
public sealed partial class SchemaDocumentTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    static readonly MigrationSource[] All = [.. Schemas.All, HostingSchema.Migrations];

    /// <summary>The schema of the hosts beside those of the application.</summary>
    public Task InitializeAsync() => new MigrationStore(database.Source, TimeProvider.System, All).ApplyAsync(CancellationToken.None);

    public Task DisposeAsync() => Task.CompletedTask;

    static readonly string Root = FindRoot();

    static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "schema.md"));

    /// <summary>Tables and views that the page has.</summary>
    internal static IEnumerable<string> TablesOfThePage => Tables(Page).Select(table => table.Table);

    static readonly Dictionary<string, string> Owners = OwnerForm().Matches(Page).ToDictionary(match => match.Groups["schema"].Value, match => match.Groups["room"].Value, StringComparer.Ordinal);

    [Fact]
    public async Task Every_table_and_column_is_on_the_page_with_its_meaning_and_no_other()
    {
        Assert.Equal(All.Select(source => source.Schema).Order(), Owners.Keys.Order());
        Assert.Equal(await ColumnsAsync(database.Source), Listed(Page).Order(StringComparer.Ordinal));
    }

    /// <summary>What a rebuild writes takes the place of the mirror's rows as it is.</summary>
    [Fact]
    public async Task The_tables_of_a_rebuild_are_those_of_the_mirror()
    {
        const string Sql = """
            select replace(c.relname, 'rebuild_', '') || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) from pg_attribute a join pg_class c on c.oid = a.attrelid
            where a.attnum > 0 and not a.attisdropped and c.relkind = 'r' and c.relnamespace = 'chain'::regnamespace and (c.relname like 'rebuild%') = {0}
            order by c.relname, a.attnum
            """;
        string[] rebuild = await TextsAsync(database.Source, Sql.Replace("{0}", "true", StringComparison.Ordinal));
        Assert.NotEmpty(rebuild);
        Assert.Equal(await TextsAsync(database.Source, Sql.Replace("{0}", "false", StringComparison.Ordinal)), rebuild);
    }

    [Theory]
    [InlineData("alter table chain.block drop column proof", "chain.block.proof")]
    [InlineData("alter table identity.platform add column motto text", "identity.platform.motto")]
    [InlineData("create table settlement.shadow (id int)", "settlement.shadow.id")]
    public async Task A_table_or_column_that_is_missing_or_superfluous_is_found(string change, string column)
    {
        await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using (NpgsqlCommand alter = new(change.Replace(" proof", " proof cascade", StringComparison.Ordinal), connection)) await alter.ExecuteNonQueryAsync();
        HashSet<string> found = [.. await ColumnsAsync(connection)], listed = [.. Listed(Page)];
        found.SymmetricExceptWith(listed);
        Assert.Equal([column], found);
    }

    [Fact]
    public async Task The_roles_of_each_table_are_those_of_its_grants()
    {
        List<string> wrong = [];
        foreach ((string table, string block) in Tables(Page))
        {
            Match said = RolesForm().Match(block);
            foreach ((string privileges, string group) in new[] { ("insert,update,delete", "writers"), ("select", "readers") })
            {
                string[] named = [.. NameForm().Matches(said.Groups[group].Value).Select(match => match.Groups[1].Value)];
                string[] granted = await GrantedAsync(table, privileges);
                if (!said.Success || !named.SequenceEqual(granted)) wrong.Add($"{table} {group}: the page has {string.Join(", ", named)}, the database {string.Join(", ", granted)}");
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task References_between_schemas_are_listed()
    {
        string[] found = await TextsAsync(database.Source, """
            select format('| `%s.%s.%s` | `%s.%s` |', n.nspname, c.relname, a.attname, fn.nspname, f.relname)
            from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
            join pg_class f on f.oid = k.confrelid join pg_namespace fn on fn.oid = f.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum = any(k.conkey)
            where k.contype = 'f' and n.oid <> fn.oid and n.nspname <> 'quartz' order by 1
            """);
        Assert.Equal(found.Order(StringComparer.Ordinal), Page.Split('\n').Where(line => ReferenceForm().IsMatch(line)).Order(StringComparer.Ordinal));
    }

    static IEnumerable<(string Table, string Block)> Tables(string page) =>
        TableForm().Matches(page).Select(match => (match.Groups["table"].Value, match.Groups["block"].Value));

    static IEnumerable<string> Listed(string page) =>
        Tables(page).SelectMany(table => ColumnForm().Matches(table.Block).Select(column => $"{table.Table}.{column.Groups["column"].Value}"));

    const string ColumnsSql = """
        select n.nspname || '.' || c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'v', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public', 'quartz')
        """;

    static async Task<string[]> ColumnsAsync(NpgsqlDataSource source)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        return await ColumnsAsync(connection);
    }

    static async Task<string[]> ColumnsAsync(NpgsqlConnection connection)
    {
        await using NpgsqlCommand select = new(ColumnsSql, connection);
        List<string> columns = [];
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync();
        while (await rows.ReadAsync()) columns.Add(rows.GetString(0));
        return [.. columns.Order(StringComparer.Ordinal)];
    }

    Task<string[]> GrantedAsync(string table, string privileges) => TextsAsync(database.Source, $"""
        select r.rolname::text from pg_roles r where r.rolname in ('keystone_api', 'keystone_indexer', 'keystone_keeper')
          and (has_table_privilege(r.oid, '{table}', '{privileges}')
            or '{privileges}' <> 'select' and has_any_column_privilege(r.oid, '{table}', 'insert,update')) order by 1
        """);

    static async Task<string[]> TextsAsync(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand select = source.CreateCommand(sql);
        List<string> texts = [];
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync();
        while (await rows.ReadAsync()) texts.Add(rows.GetString(0));
        return [.. texts];
    }

    static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "KeystoneOs.sln"))) return folder.FullName;
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    [GeneratedRegex(@"^## `(?<schema>\w+)`: room (?<room>\w+)$", RegexOptions.Multiline)]
    private static partial Regex OwnerForm();

    [GeneratedRegex(@"^### `(?<table>\w+\.\w+)`\n(?<block>(?:(?!^##).*\n)*)", RegexOptions.Multiline)]
    private static partial Regex TableForm();

    [GeneratedRegex(@"^\| `(?<column>\w+)` \| \S.* \|$", RegexOptions.Multiline)]
    private static partial Regex ColumnForm();

    [GeneratedRegex(@"^Written by: (?<writers>[^.]+)\. Read by: (?<readers>[^.]+)\.", RegexOptions.Multiline)]
    private static partial Regex RolesForm();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^\| `\w+\.\w+\.\w+` \| `\w+\.\w+` \|$")]
    private static partial Regex ReferenceForm();
}
