using Keystone.Mirror;
using Keystone.Postgres.Migrations;
using Keystone.Settlements;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Postgres.Tests;

public sealed class MigrationTests : IAsyncLifetime
{
    readonly string _name = $"migrations_{Guid.NewGuid():n}";
    NpgsqlDataSource _database = null!;
    PostgresServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.Shared;
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(_server.ConnectionString);
        await server.CreateCommand($"create database {_name}").ExecuteNonQueryAsync();
        _database = NpgsqlDataSource.Create(_server.For(_name));
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    static IReadOnlyList<Migration> Files { get; } = MigrationSource.Order(Schemas.All);

    MigrationStore Store() => new(_database, TimeProvider.System, Schemas.All);

    [Fact]
    public async Task An_empty_database_gets_everything_once()
    {
        MigrationException behind = await Assert.ThrowsAsync<MigrationException>(() => Store().CheckAsync(CancellationToken.None));
        Assert.Contains("keystone migrate", behind.Message, StringComparison.Ordinal);
        Assert.Equal(Files, await Store().ApplyAsync(CancellationToken.None));
        await Store().CheckAsync(CancellationToken.None);
        Assert.Empty(await Store().ApplyAsync(CancellationToken.None));
        Assert.Equal((long)Files.Count, await ScalarAsync("select count(*) from public.schema_version"));
    }

    [Fact]
    public async Task A_file_that_changed_after_it_was_applied_is_refused()
    {
        await Store().ApplyAsync(CancellationToken.None);
        await ScalarAsync("update public.schema_version set sha256 = sha256(sha256) where schema = 'settlement' and number = 1");
        foreach (Func<Task> call in (Func<Task>[])[() => Store().CheckAsync(CancellationToken.None), () => Store().ApplyAsync(CancellationToken.None)])
        {
            MigrationException tampered = await Assert.ThrowsAsync<MigrationException>(call);
            Assert.Contains("settlement/0001_settlements", tampered.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_newer_database_and_one_with_a_gap_are_refused()
    {
        await Store().ApplyAsync(CancellationToken.None);
        await ScalarAsync("insert into public.schema_version values ('settlement', 9999, 'later', sha256('x'), now())");
        Assert.Contains("newer build", (await Assert.ThrowsAsync<MigrationException>(() => Store().CheckAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
        MigrationSource two = new("planted", [new Migration("planted", 1, "first", "create schema planted"), new Migration("planted", 2, "second", "select 1")]);
        MigrationStore planted = new(_database, TimeProvider.System, [.. Schemas.All, two]);
        await ScalarAsync("delete from public.schema_version where number = 9999");
        await planted.ApplyAsync(CancellationToken.None);
        await ScalarAsync("delete from public.schema_version where schema = 'planted' and number = 1");
        foreach (Func<Task> call in (Func<Task>[])[() => planted.ApplyAsync(CancellationToken.None), () => planted.CheckAsync(CancellationToken.None)])
            Assert.Contains("planted/0001_first before it was not", (await Assert.ThrowsAsync<MigrationException>(call)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_appliers_at_once_apply_each_file_once()
    {
        IReadOnlyList<Migration>[] applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Store().ApplyAsync(CancellationToken.None)));
        Assert.Equal(Files, applied.SelectMany(one => one));
        Assert.Single(applied, one => one.Count > 0);
        // The lock is not left behind on a pooled connection.
        Assert.Equal(0L, await ScalarAsync("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"));
    }

    /// <summary>With the limits of a service's session, and none of the driver: a file takes longer than a statement may, and who comes second waits for it.</summary>
    [Fact]
    public async Task A_file_may_take_longer_than_a_statement_of_a_service_and_who_comes_second_waits()
    {
        await Store().ApplyAsync(CancellationToken.None);
        MigrationSource slow = new("planted", [new Migration("planted", 1, "slow", "create schema planted; select pg_sleep(2.5)")]);
        await using NpgsqlDataSource first = Limited(), second = Limited();
        IReadOnlyList<Migration>[] applied = await Task.WhenAll(new[] { first, second }.Select(source => new MigrationStore(source, TimeProvider.System, [.. Schemas.All, slow]).ApplyAsync(CancellationToken.None)));
        Assert.Equal("planted/0001_slow", Assert.Single(applied.SelectMany(one => one)).ToString());
        // The session is one of a service again.
        await using NpgsqlConnection connection = await first.OpenConnectionAsync();
        await using NpgsqlCommand shown = new("select current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')", connection);
        Assert.Equal("1s 2s", await shown.ExecuteScalarAsync());
    }

    NpgsqlDataSource Limited()
    {
        NpgsqlConnectionStringBuilder connection = new(_server.For(_name)) { CommandTimeout = 1 };
        return StorageRegistration.Open(new StorageOptions { ConnectionString = connection.ConnectionString, StatementTimeoutSeconds = 1 });
    }

    [Fact]
    public async Task A_file_whose_table_is_in_use_is_given_up_after_five_seconds_by_its_name_and_leaves_nothing()
    {
        await Store().ApplyAsync(CancellationToken.None);
        MigrationSource[] next = [.. Schemas.All.Select(source => source.Schema == "settlement"
            ? new MigrationSource("settlement", [.. source.Files, new Migration("settlement", 9_999, "planted", "create table settlement.planted (id int); alter table settlement.settlement add column planted text")], [.. source.After])
            : source)];
        MigrationStore store = new(_database, TimeProvider.System, next);
        await using (NpgsqlConnection reader = await _database.OpenConnectionAsync())
        await using (NpgsqlTransaction reading = await reader.BeginTransactionAsync())
        {
            await using NpgsqlCommand read = new("select count(*) from settlement.settlement", reader, reading);
            await read.ExecuteScalarAsync();
            MigrationException busy = await Assert.ThrowsAsync<MigrationException>(() => store.ApplyAsync(CancellationToken.None));
            Assert.StartsWith("settlement/9999_planted waited five seconds", busy.Message, StringComparison.Ordinal);
            Assert.Equal(false, await ScalarAsync("select to_regclass('settlement.planted') is not null"));
            // Nobody waits behind it, and its lock is free for who comes next.
            Assert.Equal(0L, await ScalarAsync("select count(*) from settlement.settlement"));
            Assert.Equal(0L, await ScalarAsync("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"));
        }
        Assert.Equal("settlement/9999_planted", Assert.Single(await store.ApplyAsync(CancellationToken.None)).ToString());
    }

    [Fact]
    public async Task A_file_that_fails_leaves_those_before_it_and_can_be_applied_later()
    {
        await ScalarAsync("create schema settlement"); // in the way of settlement/0001
        PostgresException failed = await Assert.ThrowsAsync<PostgresException>(() => Store().ApplyAsync(CancellationToken.None));
        Assert.Equal(PostgresErrorCodes.DuplicateSchema, failed.SqlState);
        Assert.Equal(0L, await ScalarAsync("select count(*) from public.schema_version where schema = 'settlement'"));
        await ScalarAsync("drop schema settlement");
        Assert.Contains(await Store().ApplyAsync(CancellationToken.None), one => one.Schema == "settlement");
        await Store().CheckAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_service_checks_the_schemas_whose_code_it_holds_and_no_others()
    {
        MigrationStore mirror = new(_database, TimeProvider.System, [MirrorSchema.Migrations]);
        Assert.Contains($"lacks {Files.Count(file => file.Schema == "chain")} migrations, the first is chain/0001_mirror", (await Assert.ThrowsAsync<MigrationException>(() => mirror.CheckAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
        await Store().ApplyAsync(CancellationToken.None);
        await mirror.CheckAsync(CancellationToken.None);
        await ScalarAsync("insert into public.schema_version values ('settlement', 9999, 'later', sha256('x'), now())");
        await mirror.CheckAsync(CancellationToken.None);
        // A schema that no room of this build owns was made by another build.
        await ScalarAsync("update public.schema_version set schema = 'elsewhere', number = 1 where number = 9999");
        await Store().CheckAsync(CancellationToken.None);
        Assert.Contains("newer build: it has (elsewhere, 1)", (await Assert.ThrowsAsync<MigrationException>(() => Store().ApplyAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_comes_after_those_to_which_it_refers()
    {
        List<string> order = [.. Files.Select(file => file.Schema).Distinct()];
        Assert.Equal(["chain", "identity", "settlement", "compliance", "transactions", "webhooks"], order);
        foreach (Migration file in Files)
            foreach (string later in order[(order.IndexOf(file.Schema) + 1)..])
                Assert.DoesNotContain($"references {later}.", file.Sql, StringComparison.Ordinal);
        MigrationSource a = Source("a", "b"), b = Source("b", "c"), c = Source("c"), circle = Source("c", "a");
        Assert.Equal(["c", "b", "a"], MigrationSource.Order([a, b, c]).Select(file => file.Schema));
        Assert.Equal(["b", "a"], MigrationSource.Order([a, b]).Select(file => file.Schema));
        Assert.Contains("a, b, c refer to each other in a circle", Assert.Throws<InvalidOperationException>(() => MigrationSource.Order([a, b, circle])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => MigrationSource.Order([c, circle]));
        Assert.Throws<InvalidOperationException>(() => new MigrationSource("a", [new Migration("a", 1, "x", ""), new Migration("a", 1, "y", "")]));
        Assert.Throws<InvalidOperationException>(() => new MigrationSource("a", [new Migration("a", 2, "x", "")]));
        Assert.Equal(2, new MigrationSource("a", [new Migration("a", 1, "x", ""), new Migration("a", 4, "y", "")]).Files.Count);
        Assert.Throws<InvalidOperationException>(() => new MigrationSource("postgres", typeof(MigrationSource).Assembly));
    }

    static MigrationSource Source(string schema, params string[] after) => new(schema, [new Migration(schema, 1, "first", "select 1")], after);

    [Fact]
    public void Files_are_numbered_once_and_hashed_alike_on_every_system()
    {
        foreach (IGrouping<string, Migration> schema in Files.GroupBy(one => one.Schema))
            Assert.Equal(schema.Select(one => one.Number).Distinct().Order(), schema.Select(one => one.Number));
        Migration unix = new("chain", 1, "x", "select 1;\nselect 2;\n"), windows = unix with { Sql = "select 1;\r\nselect 2;\r\n" };
        Assert.Equal(unix.Hash, windows.Hash);
    }

    async Task<object?> ScalarAsync(string sql) => await _database.CreateCommand(sql).ExecuteScalarAsync();
}
