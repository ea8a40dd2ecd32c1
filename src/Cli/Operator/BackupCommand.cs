using System.CommandLine;
using Keystone.Hosting.Reports;
using Keystone.Postgres;
using Keystone.Postgres.Backups;
using Keystone.Postgres.Migrations;
using Npgsql;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone backup</c>, <c>restore</c> and <c>verify-backup</c>.</summary>
internal static class BackupCommand
{
    const string KeyHelp = "File of 64 hexadecimal digits that encrypts the backup: (umask 077; openssl rand -hex 32 > backup.key). Keep it elsewhere than the backups.";

    /// <summary>Why a restored database alone is not a system: these files are in no backup.</summary>
    static readonly string[] NotInside =
    [
        "the keeper's signing key, or the access to its signer",
        "the key that seals webhook secrets (Webhooks:SecretKeyFile)",
        "the key that protects sign-in (Identity:ProtectionKeyFile)",
        "the keys that sign tokens (Identity:KeysDirectory)",
        "settings, the logins of the services and their passwords",
        "the scheduler's own tables (schema quartz), which the keeper makes anew",
    ];

    static MigrationSource[] Sources => [.. Keystone.Settlements.Schemas.All, HostingSchema.Migrations];

    static string[] SchemaNames => [.. Sources.Select(source => source.Schema)];

    public static Command Create()
    {
        OwnerDatabase database = new();
        Option<FileInfo> key = new("--key-file") { Required = true, Description = KeyHelp };
        Option<FileInfo> file = new("--out") { Required = true, Description = "The backup; a file that is there is not replaced." };
        Command command = new("backup", "Writes the database into one encrypted file while the services work.") { key, file };
        database.AddTo(command);
        return command.Runs((parsed, cancellationToken) => ReportedAsync(async () =>
        {
            BackupKey secret = BackupKey.FromFile(parsed.GetRequiredValue(key).FullName);
            await using NpgsqlDataSource source = StorageRegistration.Open(Patient(database.Read(parsed)));
            BackupSummary done = await new DatabaseBackup(source, SchemaNames, TimeProvider.System)
                .WriteAsync(parsed.GetRequiredValue(file).FullName, secret, Progress, cancellationToken);
            Print(done);
            Console.WriteLine($"wrote {parsed.GetRequiredValue(file)}. Not in it:");
            foreach (string one in NotInside) Console.WriteLine($"  {one}");
        }));
    }

    public static Command CreateRestore()
    {
        OwnerDatabase database = new();
        Option<FileInfo> key = new("--key-file") { Required = true, Description = KeyHelp };
        Option<FileInfo> file = new("--from") { Required = true, Description = "The backup." };
        Command command = new("restore", "Makes the schema in an empty database and writes the rows of a backup into it.") { key, file };
        database.AddTo(command);
        return command.Runs((parsed, cancellationToken) => ReportedAsync(async () =>
        {
            BackupKey secret = BackupKey.FromFile(parsed.GetRequiredValue(key).FullName);
            StorageOptions options = database.Read(parsed);
            if (await DatabaseStore.CreateMissingAsync(options.ConnectionString, cancellationToken)) Console.WriteLine("created the database");
            await using NpgsqlDataSource source = StorageRegistration.Open(Patient(options));
            BackupSummary done = await new DatabaseRestore(source, SchemaNames, new MigrationStore(source, TimeProvider.System, Sources))
                .RestoreAsync(parsed.GetRequiredValue(file).FullName, secret, Progress, cancellationToken);
            Print(done);
            foreach (string line in await DatabaseSetup.MigrateAsync(options, cancellationToken)) Console.WriteLine(line);
            Console.WriteLine("restored. Then: `keystone migrate --service-connections DIR` for the services' logins, the key files, `keystone audit check`, and start the indexer first: what the chain has seen since the backup comes from the chain.");
        }));
    }

    public static Command CreateVerify()
    {
        Option<FileInfo> key = new("--key-file") { Required = true, Description = KeyHelp };
        Argument<FileInfo> file = new("backup") { Description = "The backup." };
        return new Command("verify-backup", "Reads a backup to its end and checks every part and every table's checksum, without a database.") { file, key }
            .Runs((parsed, _) => ReportedAsync(() =>
            {
                Print(BackupReader.Verify(parsed.GetRequiredValue(file).FullName, BackupKey.FromFile(parsed.GetRequiredValue(key).FullName)));
                Console.WriteLine("the backup is whole");
                return Task.CompletedTask;
            }));
    }

    // The driver gives up a COPY after half a minute without an answer, and the server checks the references of a large table for longer.
    static StorageOptions Patient(StorageOptions options) => new()
    {
        ConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString) { CommandTimeout = 0 }.ConnectionString,
        StatementTimeoutSeconds = options.StatementTimeoutSeconds,
    };

    static void Progress(string table) => Console.Error.WriteLine($"-- {table}");

    static void Print(BackupSummary summary)
    {
        foreach ((BackupTable table, BackupTableEnd end) in summary.Header.Tables.Zip(summary.Ends))
            if (end.Rows > 0) Console.WriteLine($"{end.Rows,12} {table}");
        Console.WriteLine($"{summary.Rows,12} rows of {summary.Header.Tables.Count} tables, made {Timestamps.Seconds(summary.Header.MadeAt)} on Postgres {summary.Header.Server}, schema of {summary.Header.Migrations.Count} migrations");
    }

    static async Task<int> ReportedAsync(Func<Task> action)
    {
        try
        {
            await action();
            return 0;
        }
        catch (BackupException fault)
        {
            throw new CommandFault(fault.Message, fault);
        }
    }
}
