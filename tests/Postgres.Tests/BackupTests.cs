using System.Security.Cryptography;
using Keystone.Ethereum;
using Keystone.Hosting.Reports;
using Keystone.Postgres.Backups;
using Keystone.Postgres.Migrations;
using Keystone.Settlements;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Postgres.Tests;

/// <summary>What was backed up comes back, of one moment and whole; what was changed on the way is refused before anything is made.</summary>
public sealed class BackupTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    static readonly MigrationSource[] Sources = [.. Schemas.All, HostingSchema.Migrations];
    static readonly string[] SchemaNames = [.. Sources.Select(source => source.Schema)];

    readonly string _folder = Directory.CreateTempSubdirectory("keystone-backup-").FullName;

    string KeyFile => Path.Combine(_folder, "key");

    public async Task InitializeAsync()
    {
        await new MigrationStore(database.Source, TimeProvider.System, Sources).ApplyAsync(CancellationToken.None);
        await WriteKeyAsync(KeyFile);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Every_row_of_every_table_comes_back_and_sequences_go_on_behind_it()
    {
        await PlantAsync(database.Source);
        string file = await BackUpAsync("whole");
        BackupSummary read = BackupReader.Verify(file, BackupKey.FromFile(KeyFile));
        Assert.True(read.Rows > 2, $"{read.Rows} rows");
        await using NpgsqlDataSource target = await EmptyDatabaseAsync();
        BackupSummary restored = await RestoreAsync(target, file);
        Assert.Equal(read.Ends, restored.Ends);
        Assert.Equal(await ContentAsync(database.Source), await ContentAsync(target));
        // Beyond what any row has.
        Assert.True(await ScalarAsync<long>(target, "select nextval(pg_get_serial_sequence('transactions.broadcast', 'id'))") >= 1);
    }

    /// <summary>A table that a migration adds is in the next backup: those of the page, which is compared with the database, and those of the file are the same.</summary>
    [Fact]
    public async Task D1_A_backup_has_every_table_of_the_schema_page_and_of_the_database_each_after_those_that_it_refers_to()
    {
        string[] held = [.. BackupReader.Verify(await BackUpAsync("tables"), BackupKey.FromFile(KeyFile)).Header.Tables.Select(table => $"{table.Schema}.{table.Name}")];
        string[] views = await TextsAsync("select schemaname || '.' || viewname from pg_views where schemaname !~ '^pg_' and schemaname <> 'information_schema'");
        Assert.Equal(SchemaDocumentTests.TablesOfThePage.Except(views).Order(StringComparer.Ordinal), held.Order(StringComparer.Ordinal));
        // Whatever its kind, but for the record of the migrations, which a restore writes, and the scheduler's own.
        Assert.Equal((await TextsAsync("""
            select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public', 'quartz')
            """)).Order(StringComparer.Ordinal), held.Order(StringComparer.Ordinal));
        foreach (string reference in await TextsAsync("""
            select distinct n.nspname || '.' || c.relname || ' ' || fn.nspname || '.' || f.relname from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
            join pg_class f on f.oid = k.confrelid join pg_namespace fn on fn.oid = f.relnamespace where k.contype = 'f' and k.conrelid <> k.confrelid
            """))
        {
            string[] pair = reference.Split(' ');
            Assert.True(Array.IndexOf(held, pair[0]) > Array.IndexOf(held, pair[1]), reference);
        }
    }

    /// <summary>A large table is counted and copied for longer than a command of a service may take; here it is locked as long.</summary>
    [Fact]
    public async Task A_backup_outlasts_the_limit_of_a_command()
    {
        await using NpgsqlDataSource limited = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 1 });
        Task<BackupSummary> backup;
        await using (NpgsqlConnection holder = await database.Source.OpenConnectionAsync())
        await using (NpgsqlTransaction held = await holder.BeginTransactionAsync())
        {
            await using NpgsqlCommand hold = new("lock table identity.platform in access exclusive mode", holder, held);
            await hold.ExecuteNonQueryAsync();
            backup = new DatabaseBackup(limited, SchemaNames, TimeProvider.System).WriteAsync(Path.Combine(_folder, "patient"), BackupKey.FromFile(KeyFile), null, CancellationToken.None);
            await Eventually.TrueAsync(async () => await ScalarAsync<bool>(database.Source,
                "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query like '%\"platform\"%' and clock_timestamp() - query_start > interval '1.5 seconds')"));
        }
        Assert.True((await backup).Rows > 0);
    }

    /// <summary>A writer commits a block and a log together, hundreds of times a second: a backup has both or none of each pair.</summary>
    [Fact]
    public async Task D1_Under_writes_a_backup_is_of_one_moment()
    {
        await PlantAsync(database.Source);
        using CancellationTokenSource stop = new();
        long written = 0;
        Task writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                byte[] hash = RandomNumberGenerator.GetBytes(32);
                await ExecuteAsync(database.Source, """
                    with block as (insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) values ($1, 7, $2, $1, 0, true, 'linked'))
                    insert into chain.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded) values ($1, 0, 7, $1, 0, $3, array[$1], '', false)
                    """, hash, ++written, hash[..20]);
            }
        });
        await using NpgsqlDataSource target = await EmptyDatabaseAsync();
        try
        {
            while (Interlocked.Read(ref written) < 50) await Task.Yield();
            await RestoreAsync(target, await BackUpAsync("under-load"));
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }
        long blocks = await ScalarAsync<long>(target, "select count(*) from chain.block where chain_id = 7");
        Assert.InRange(blocks, 50, written);
        Assert.Equal(blocks, await ScalarAsync<long>(target, "select count(*) from chain.log l join chain.block b on b.hash = l.block_hash where l.chain_id = 7"));
    }

    [Fact]
    public async Task A_backup_that_was_changed_anywhere_is_refused_and_nothing_is_made()
    {
        await PlantAsync(database.Source);
        byte[] good = await File.ReadAllBytesAsync(await BackUpAsync("good"));
        string other = Path.Combine(_folder, "other-key");
        await WriteKeyAsync(other);
        await using NpgsqlDataSource target = await EmptyDatabaseAsync();
        int refused = 0;
        foreach (int place in Enumerable.Range(0, 60).Select(i => (int)((long)i * (good.Length - 1) / 59)))
        {
            byte[] changed = [.. good];
            changed[place] ^= 0x10;
            await RefusedAsync(changed, KeyFile);
        }
        foreach (int length in (int[])[0, 8, 20, 29, 1000, good.Length - 1]) await RefusedAsync(good[..Math.Min(length, good.Length - 1)], KeyFile);
        await RefusedAsync([.. good, 0], KeyFile);
        await RefusedAsync([.. good, .. good], KeyFile);
        await RefusedAsync(good, other);
        Assert.Equal(69, refused);
        Assert.Equal(0, await ScalarAsync<long>(target, "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'settlement'"));

        async Task RefusedAsync(byte[] bytes, string key)
        {
            string file = Path.Combine(_folder, $"changed-{refused++}");
            await File.WriteAllBytesAsync(file, bytes);
            BackupException fault = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(target, file, key));
            Assert.NotEmpty(fault.Message);
        }
    }

    [Fact]
    public async Task A_database_that_is_not_empty_and_a_schema_that_is_not_known_are_refused()
    {
        await PlantAsync(database.Source);
        string file = await BackUpAsync("known");
        BackupException fault = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(database.Source, file));
        Assert.Contains("not empty", fault.Message, StringComparison.Ordinal);

        await ExecuteAsync(database.Source, "insert into public.schema_version values ('chain', 9999, 'later', '\\x00', now())");
        try
        {
            string later = await BackUpAsync("later");
            await using NpgsqlDataSource target = await EmptyDatabaseAsync();
            fault = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(target, later));
            Assert.Contains("chain/9999 later", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            await ExecuteAsync(database.Source, "delete from public.schema_version where number = 9999");
        }
        await Assert.ThrowsAsync<BackupException>(() => BackUpAsync("known")); // it is there
        await using NpgsqlDataSource nothing = await EmptyDatabaseAsync();
        fault = await Assert.ThrowsAsync<BackupException>(() => new DatabaseBackup(nothing, SchemaNames, TimeProvider.System)
            .WriteAsync(Path.Combine(_folder, "nothing"), BackupKey.FromFile(KeyFile), null, CancellationToken.None));
        Assert.Contains("no schema", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "*.part"));
        Assert.False(File.Exists(Path.Combine(_folder, "nothing")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(BackupFile.ChunkSize - 1)]
    [InlineData(BackupFile.ChunkSize)]
    [InlineData(BackupFile.ChunkSize + 1)]
    [InlineData(3 * BackupFile.ChunkSize)]
    public void Chunks_give_back_what_they_took(int size)
    {
        BackupKey key = BackupKey.FromFile(KeyFile);
        byte[] text = RandomNumberGenerator.GetBytes(size);
        using MemoryStream file = new();
        using (EncryptingWriter writer = new(file, key))
        {
            writer.Write(text.AsSpan(0, size / 3));
            writer.Write(text.AsSpan(size / 3));
            writer.Finish();
        }
        file.Position = 0;
        using DecryptingReader reader = new(file, key);
        byte[] read = new byte[size];
        Assert.True(reader.TryFill(read));
        Assert.Equal(text, read);
        Assert.True(reader.IsAtEnd());
    }

    [Fact]
    public async Task A_key_file_that_others_can_read_or_of_another_form_is_refused()
    {
        string path = Path.Combine(_folder, "odd");
        Assert.Contains("does not exist", Assert.Throws<BackupException>(() => BackupKey.FromFile(path)).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, "short");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<BackupException>(() => BackupKey.FromFile(path)).Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Contains("64 hexadecimal digits", Assert.Throws<BackupException>(() => BackupKey.FromFile(path)).Message, StringComparison.Ordinal);
    }

    static async Task WriteKeyAsync(string path)
    {
        await File.WriteAllTextAsync(path, RandomNumberGenerator.GetHexString(64, lowercase: true) + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    async Task<string> BackUpAsync(string name)
    {
        string file = Path.Combine(_folder, name);
        await new DatabaseBackup(database.Source, SchemaNames, TimeProvider.System).WriteAsync(file, BackupKey.FromFile(KeyFile), null, CancellationToken.None);
        return file;
    }

    Task<BackupSummary> RestoreAsync(NpgsqlDataSource target, string file, string? key = null) =>
        new DatabaseRestore(target, SchemaNames, new MigrationStore(target, TimeProvider.System, Sources)).RestoreAsync(file, BackupKey.FromFile(key ?? KeyFile), null, CancellationToken.None);

    static async Task<NpgsqlDataSource> EmptyDatabaseAsync()
    {
        PostgresServer server = await PostgresServer.Shared;
        string name = $"restored_{Guid.NewGuid():n}";
        await using NpgsqlDataSource root = NpgsqlDataSource.Create(server.ConnectionString);
        await ExecuteAsync(root, $"create database {name}");
        return NpgsqlDataSource.Create(server.For(name));
    }

    // A platform with text of several scripts, an escrow whose legs are composite values, and what the migrations wrote.
    static async Task PlantAsync(NpgsqlDataSource source)
    {
        PlantedMirror mirror = new(source, 31337);
        await mirror.BeginAsync(Address.Parse("0x4D29eF6a3555C5319095558515fD793c892451CC"), 100, 90, 1_700_000_000);
        await ExecuteAsync(source, "insert into identity.platform (id, slug, name, created_at) values ($1, $2, $3, now())", Guid.NewGuid(), $"p-{Guid.NewGuid():n}"[..20], "Börse \\ Zürich\t東京\n\"quoted\"");
        await ExecuteAsync(source, """
            insert into chain.escrow (chain_id, escrow_id, contract, state, registered, opened_block, legs)
            values (31337, $1, $2, 1, true, 5, array[row($2, 1, 123456789012345678901234567890, $2, $2, $2, 'deposited', 5, $1, 0, 5, $1, 0)::chain.leg])
            """, RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(20));
    }

    /// <summary>A digest of each table's rows, whatever their order on the disk.</summary>
    static async Task<string[]> ContentAsync(NpgsqlDataSource source)
    {
        List<string> tables = [];
        await using (NpgsqlCommand command = source.CreateCommand(
            "select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname = any($1) order by 1"))
        {
            command.Parameters.Add(new() { Value = SchemaNames });
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync()) tables.Add(row.GetString(0));
        }
        List<string> content = [];
        foreach (string table in tables)
            content.Add($"{table} {await ScalarAsync<string>(source, $"select count(*) || ' ' || md5(coalesce(string_agg(t::text, E'\\n' order by t::text), '')) from {table} t")}");
        return [.. content];
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql, params object[] values)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        foreach (object value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    async Task<string[]> TextsAsync(string sql)
    {
        await using NpgsqlCommand command = database.Source.CreateCommand(sql);
        List<string> texts = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) texts.Add(row.GetString(0));
        return [.. texts];
    }

    static async Task<T> ScalarAsync<T>(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
