using Keystone.Storage.Migrations;
using Keystone.Support;
using Npgsql;

namespace Keystone.Storage.Tests;

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

    MigrationStore Store() => new(_database, TimeProvider.System);

    [Fact]
    public async Task An_empty_database_gets_everything_once()
    {
        MigrationException behind = await Assert.ThrowsAsync<MigrationException>(() => Store().CheckAsync(CancellationToken.None));
        Assert.Contains("keystone migrate", behind.Message, StringComparison.Ordinal);
        Assert.Equal(Migration.All, await Store().ApplyAsync(CancellationToken.None));
        await Store().CheckAsync(CancellationToken.None);
        Assert.Empty(await Store().ApplyAsync(CancellationToken.None));
        Assert.Equal((long)Migration.All.Count, await ScalarAsync("select count(*) from public.schema_version"));
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
        await ScalarAsync("delete from public.schema_version where number = 9999 or (schema = 'settlement' and number = 1)");
        Assert.Contains("settlement/0001_settlements before it was not",
            (await Assert.ThrowsAsync<MigrationException>(() => Store().ApplyAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_appliers_at_once_apply_each_file_once()
    {
        IReadOnlyList<Migration>[] applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Store().ApplyAsync(CancellationToken.None)));
        Assert.Equal(Migration.All, applied.SelectMany(one => one));
        Assert.Single(applied, one => one.Count > 0);
        // The lock is not left behind on a pooled connection.
        Assert.Equal(0L, await ScalarAsync("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"));
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
    public void Files_are_numbered_without_gaps_and_hashed_alike_on_every_system()
    {
        foreach (IGrouping<string, Migration> schema in Migration.All.GroupBy(one => one.Schema))
            Assert.Equal(Enumerable.Range(1, schema.Count()), schema.Select(one => one.Number));
        Migration unix = new("chain", 1, "x", "select 1;\nselect 2;\n"), windows = unix with { Sql = "select 1;\r\nselect 2;\r\n" };
        Assert.Equal(unix.Hash, windows.Hash);
    }

    async Task<object?> ScalarAsync(string sql) => await _database.CreateCommand(sql).ExecuteScalarAsync();
}
