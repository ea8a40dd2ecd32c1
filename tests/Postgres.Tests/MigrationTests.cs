using Keystone.Postgres.Migrations;
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
    public async Task Legs_and_feed_of_an_earlier_schema_read_the_same_afterwards()
    {
        await ScalarAsync("create table public.schema_version (schema text not null, number int not null, name text not null, sha256 bytea not null, applied_at timestamptz not null, primary key (schema, number))");
        foreach (Migration earlier in Migration.All.Where(one => one.Number <= 2 || one.Schema is not ("chain" or "roles")))
        {
            await ScalarAsync(earlier.Sql);
            await using NpgsqlCommand record = _database.CreateCommand("insert into public.schema_version values ($1, $2, $3, $4, now())");
            foreach (object value in (object[])[earlier.Schema, earlier.Number, earlier.Name, earlier.Hash]) record.Parameters.Add(new() { Value = value });
            await record.ExecuteNonQueryAsync();
        }
        await ScalarAsync("""
            insert into chain.escrow (chain_id, escrow_id, contract, state, registered, opened_block)
              select 1, sha256(n::text::bytea), decode(repeat('aa', 20), 'hex'), 1, n <> 3, n from generate_series(1, 3) n;
            insert into chain.escrow_leg (chain_id, escrow_id, leg_index, token, token_id, amount, depositor, recipient, refund_to, status, block, tx, log_index)
              select 1, sha256(n::text::bytea), leg, decode(repeat('0' || n, 20), 'hex'), case when leg > 0 then n end, 10::numeric ^ 60 + leg, decode(repeat('cc', 20), 'hex'),
                decode(repeat('dd', 20), 'hex'), decode(repeat('ee', 20), 'hex'), case when leg = 0 then 'deposited' else 'pending' end, n, sha256('tx'), leg
              from generate_series(1, 2) n, generate_series(12, 0, -1) leg;
            insert into chain.feed (chain_id, revision, ordinal, kind, escrow_id) values
              (1, 1, 0, 'head', null), (1, 2, 1, 'apply', 'a'), (1, 2, 0, 'retract', 'b'), (1, 2, 2, 'apply', 'c'), (1, 3, 0, 'retract', 'd'), (2, 1, 0, 'apply', 'e');
            insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof)
              select sha256(('b' || n)::bytea), 1, case n when 8 then 7 else n end, sha256('p'), n, n <> 8, 'linked' from generate_series(6, 8) n;
            insert into chain.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id)
              select sha256(('b' || block)::bytea), log_index, 1, decode(repeat(tx, 32), 'hex'), 0, decode(repeat('aa', 20), 'hex'), array[decode(topic, 'hex')],
                decode(repeat('00', 320), 'hex'), true, sha256('1')
              from (values (6, 1, 'f1', '7cefe95d8fb697dde96ae61132383bd646454d8d6dffc258c45e02cc59f70115'), (7, 4, 'f4', '7cefe95d8fb697dde96ae61132383bd646454d8d6dffc258c45e02cc59f70115'),
                (7, 5, 'f5', repeat('11', 32)), (8, 6, 'f6', '7cefe95d8fb697dde96ae61132383bd646454d8d6dffc258c45e02cc59f70115')) of (block, log_index, tx, topic)
            """);
        const string Legs = """
            select string_agg((chain_id, escrow_id, leg_index, token, token_id, amount, depositor, recipient, refund_to, status, block, tx, log_index)::text, E'\n'
              order by escrow_id, leg_index)
            from chain.escrow_leg
            """;
        const string Feed = "select string_agg(f::text, E'\n' order by chain_id, revision, ordinal) from chain.feed f";
        object? legs = await ScalarAsync(Legs), feed = await ScalarAsync(Feed);

        Assert.Equal(["chain/0003", "chain/0004", "chain/0005", "chain/0006", "chain/0007", "roles/0003"], (await Store().ApplyAsync(CancellationToken.None)).Select(one => one.ToString()[..one.ToString().IndexOf('_', StringComparison.Ordinal)]));
        Assert.Equal(legs, await ScalarAsync(Legs));
        Assert.Equal(feed, await ScalarAsync(Feed));
        // The last of two deposits of leg 0 that are canonical; leg 1 has none.
        Assert.Equal("7 4 f", await ScalarAsync("""
            select l.deposit_block || ' ' || l.deposit_log_index || ' ' || left(encode(l.deposit_tx, 'hex'), 1) from chain.escrow_leg l
            where l.escrow_id = sha256('1') and l.leg_index = 0 and l.deposit_tx = decode(repeat('f4', 32), 'hex')
            """));
        Assert.Equal(1L, await ScalarAsync("select count(deposit_block) from chain.escrow_leg"));
        Assert.Equal("true true false", await ScalarAsync("select string_agg(holds::text, ' ' order by opened_block) from chain.escrow"));
        foreach (string role in (string[])["keystone_indexer", "keystone_keeper", "keystone_api"])
            Assert.Equal(26L, await ScalarAsync($"set role {role}; select count(*) from chain.escrow_leg where leg_index >= 0 and exists (select from chain.feed)"));
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
