using System.CommandLine;
using Keystone.Hosting.Reports;
using Keystone.Keeper.Jobs;
using Keystone.Postgres;
using Keystone.Postgres.Migrations;
using Keystone.Settlements;
using Npgsql;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone migrate</c>.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        OwnerDatabase database = new();
        Option<DirectoryInfo?> logins = new("--service-connections")
        {
            Description = "Also lets the roles of the three services log in, each with a new random password, and writes DIR/api.connection, "
                + "DIR/indexer.connection and DIR/keeper.connection (mode 0600) for Storage:ConnectionStringFile.",
            HelpName = "DIR",
        };
        Command command = new("migrate", "Creates the database if it does not exist, and migrates it to the schema of this version.") { logins };
        database.AddTo(command);
        return command.Runs(async (parsed, cancellationToken) =>
        {
            StorageOptions options = database.Read(parsed);
            if (await DatabaseStore.CreateMissingAsync(options.ConnectionString, cancellationToken)) Console.WriteLine("created the database");
            if (parsed.GetValue(logins) is not null) await DatabaseSetup.RequireUnsharedAsync(options, cancellationToken);
            foreach (string line in await DatabaseSetup.MigrateAsync(options, cancellationToken)) Console.WriteLine(line);
            if (parsed.GetValue(logins) is { } folder)
            {
                foreach ((string service, string connection) in await DatabaseSetup.GrantLoginsAsync(options, cancellationToken))
                {
                    folder.Create();
                    string path = Path.Combine(folder.FullName, $"{service}.connection");
                    await SecretFile.WriteAsync(path, connection + "\n", cancellationToken);
                    Console.WriteLine($"{service} logs in as keystone_{service}: {path}");
                }
            }
            return 0;
        });
    }
}

/// <summary>What a database needs before the services can start on it.</summary>
internal static class DatabaseSetup
{
    /// <summary>Applies what is missing; a line for each thing done.</summary>
    public static async Task<IReadOnlyList<string>> MigrateAsync(StorageOptions options, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource source = StorageRegistration.Open(options);
        IReadOnlyList<Migration> applied = await new MigrationStore(source, TimeProvider.System, [.. Schemas.All, HostingSchema.Migrations]).ApplyAsync(cancellationToken);
        await JobStore.ProvisionAsync(options.ConnectionString, cancellationToken);
        return applied.Count == 0 ? ["The schema is up to date."] : [.. applied.Select(migration => $"applied {migration}")];
    }

    /// <summary>Refuses to take the services' roles away from another database of the server.</summary>
    public static async Task RequireUnsharedAsync(StorageOptions options, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource source = StorageRegistration.Open(options);
        await new ServiceLoginStore(source).RequireUnsharedAsync(cancellationToken);
    }

    /// <summary>Connection strings by service, with new passwords.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> GrantLoginsAsync(StorageOptions options, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource source = StorageRegistration.Open(options);
        IReadOnlyDictionary<string, string> passwords = await new ServiceLoginStore(source).GrantAsync(cancellationToken);
        return passwords.ToDictionary(entry => entry.Key, entry => ServiceLoginStore.For(options.ConnectionString, entry.Key, entry.Value), StringComparer.Ordinal);
    }
}
