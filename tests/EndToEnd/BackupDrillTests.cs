using System.Security.Cryptography;
using Keystone.Client;
using Keystone.Dev;
using Keystone.Ethereum.Signing;
using Npgsql;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>The drill of a backup: made by the command while a whole system works, restored elsewhere, and compared.</summary>
[Collection(OperatedCollection.Name)]
public sealed class BackupDrillTests(OperatedSystem system, ITestOutputHelper output)
{
    [Fact]
    public async Task D1_A_backup_under_load_is_restored_elsewhere_with_every_row_of_its_moment_and_an_audit_trail_that_holds()
    {
        using HttpClient http = new();
        using KeystoneClient client = system.Open(http, "platform-a");
        using PrivateKeySigner seller = DevAccounts.Party(2), buyer = DevAccounts.Party(1);
        using CancellationTokenSource over = new();
        List<Guid> made = [(await client.CreateSettlementAsync(OperatedSystem.Single(seller, buyer, system.File))).Id];
        string key = Path.Combine(system.Folder, "backup.key"), file = Path.Combine(system.Folder, "system.backup");
        await File.WriteAllTextAsync(key, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Task load = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested) made.Add((await client.CreateSettlementAsync(OperatedSystem.Single(seller, buyer, system.File))).Id);
        });
        await using NpgsqlDataSource owner = NpgsqlDataSource.Create(system.File.OwnerConnection);
        long before = await CountAsync(owner, "settlement.settlement");
        try
        {
            await system.DoAsync("platform-a", "backup", "--database", system.File.OwnerConnection, "--key-file", key, "--out", file);
        }
        finally
        {
            await over.CancelAsync();
            await load;
        }
        Assert.Contains("the backup is whole", await system.DoAsync("platform-a", "verify-backup", file, "--key-file", key), StringComparison.Ordinal);
        string restored = new NpgsqlConnectionStringBuilder(system.File.OwnerConnection) { Database = "drill_restored", Pooling = false }.ConnectionString;
        await system.DoAsync("platform-a", "restore", "--database", restored, "--key-file", key, "--from", file);
        try
        {
            await using NpgsqlDataSource elsewhere = NpgsqlDataSource.Create(restored);
            long settlements = await CountAsync(elsewhere, "settlement.settlement");
            Assert.InRange(settlements, before, await CountAsync(owner, "settlement.settlement"));
            // Of one moment: each settlement with all its legs, parties and events, and each event with its place in the chains of its readers.
            Assert.Equal(0L, await ScalarAsync(elsewhere, "select count(*) from settlement.settlement s where (select count(*) from settlement.leg l where l.settlement_id = s.id) = 0"));
            Assert.EndsWith(" 0 faults\n", await system.DoAsync("platform-a", "audit", "check", "--database", restored), StringComparison.Ordinal);
            // The rows that no work changes any more are the same to the byte.
            const string digest = "select coalesce(md5(string_agg(t::text, '' order by t.id)), '') from settlement.leg t where created_at < $1";
            DateTimeOffset until = new((DateTime)(await elsewhere.CreateCommand("select max(created_at) - interval '1 microsecond' from settlement.settlement").ExecuteScalarAsync())!);
            Assert.Equal(await TextAsync(owner, digest, until), await TextAsync(elsewhere, digest, until));
        }
        finally
        {
            await owner.CreateCommand("drop database if exists drill_restored with (force)").ExecuteNonQueryAsync();
        }
    }

    /// <summary>Every table of every schema that is not the scheduler's: what nobody wrote to while the backup was made is the same, row for row.</summary>
    [Fact]
    public async Task D1_Every_table_that_stands_still_is_restored_with_the_same_rows()
    {
        string key = Path.Combine(system.Folder, "still.key"), file = Path.Combine(system.Folder, "still.backup");
        await File.WriteAllTextAsync(key, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using NpgsqlDataSource owner = NpgsqlDataSource.Create(system.File.OwnerConnection);
        using HttpClient http = new();
        using KeystoneClient client = system.Open(http, "platform-a");
        using (PrivateKeySigner seller = DevAccounts.Party(2), buyer = DevAccounts.Party(1))
            await OperatedSystem.ReachAsync(client, (await client.CreateSettlementAsync(OperatedSystem.Single(seller, buyer, system.File))).Id, "AWAITING_DEPOSITS");
        string restored = new NpgsqlConnectionStringBuilder(system.File.OwnerConnection) { Database = "drill_still", Pooling = false }.ConnectionString;
        Dictionary<string, string> before = await RowsAsync(owner);
        await system.DoAsync("platform-a", "backup", "--database", system.File.OwnerConnection, "--key-file", key, "--out", file);
        Dictionary<string, string> after = await RowsAsync(owner);
        await system.DoAsync("platform-a", "restore", "--database", restored, "--key-file", key, "--from", file);
        try
        {
            await using NpgsqlDataSource elsewhere = NpgsqlDataSource.Create(restored);
            Dictionary<string, string> there = await RowsAsync(elsewhere);
            Assert.Equal(before.Keys.Order(StringComparer.Ordinal), there.Keys.Order(StringComparer.Ordinal));
            string[] still = [.. before.Keys.Where(table => before[table] == after[table])];
            Assert.Equal(still.Select(table => $"{table} {before[table]}"), still.Select(table => $"{table} {there[table]}"));
            int held = still.Count(table => !before[table].StartsWith("0 ", StringComparison.Ordinal));
            output.WriteLine($"{before.Count} tables, {still.Length} stood still, {held} of these have rows");
            Assert.True(held >= 15, $"Only {held} tables with rows stood still.");
        }
        finally
        {
            await owner.CreateCommand("drop database if exists drill_still with (force)").ExecuteNonQueryAsync();
        }
    }

    // Number of rows of each table, and a digest of them in any order.
    static async Task<Dictionary<string, string>> RowsAsync(NpgsqlDataSource database)
    {
        List<string> tables = [];
        await using (NpgsqlCommand names = database.CreateCommand("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname !~ '^pg_' and schemaname not in ('information_schema', 'public', 'quartz') order by 1"))
        await using (NpgsqlDataReader row = await names.ExecuteReaderAsync())
            while (await row.ReadAsync()) tables.Add(row.GetString(0));
        Dictionary<string, string> rows = new(StringComparer.Ordinal);
        foreach (string table in tables)
            rows[table] = (string)(await database.CreateCommand($"select count(*) || ' ' || md5(coalesce(string_agg(t::text, E'\\n' order by t::text), '')) from {table} t").ExecuteScalarAsync())!;
        return rows;
    }

    static Task<long> CountAsync(NpgsqlDataSource database, string table) => ScalarAsync(database, $"select count(*) from {table}");

    static async Task<long> ScalarAsync(NpgsqlDataSource database, string sql) => (long)(await database.CreateCommand(sql).ExecuteScalarAsync())!;

    static async Task<string> TextAsync(NpgsqlDataSource database, string sql, DateTimeOffset until)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        command.Parameters.AddWithValue(until.ToUniversalTime());
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
