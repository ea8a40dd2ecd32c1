using System.Security.Cryptography;
using Keystone.Client;
using Keystone.Dev;
using Keystone.Ethereum.Signing;
using Npgsql;

namespace Keystone.EndToEnd;

/// <summary>The drill of a backup: made by the command while a whole system works, restored elsewhere, and compared.</summary>
[Collection(OperatedCollection.Name)]
public sealed class BackupDrillTests(OperatedSystem system)
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

    static Task<long> CountAsync(NpgsqlDataSource database, string table) => ScalarAsync(database, $"select count(*) from {table}");

    static async Task<long> ScalarAsync(NpgsqlDataSource database, string sql) => (long)(await database.CreateCommand(sql).ExecuteScalarAsync())!;

    static async Task<string> TextAsync(NpgsqlDataSource database, string sql, DateTimeOffset until)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        command.Parameters.AddWithValue(until.ToUniversalTime());
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
