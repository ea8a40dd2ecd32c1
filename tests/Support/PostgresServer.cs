using Keystone.Local;
using Npgsql;

namespace Keystone.Support;

/// <summary>
/// The Postgres that all test classes of this process share: the one named in KEYSTONE_TEST_POSTGRES (an Npgsql connection string of a
/// superuser), else an embedded one with fsync off that ends with this process.
/// </summary>
public sealed class PostgresServer
{
    static readonly Lazy<Task<PostgresServer>> Instance = new(StartAsync);

    PostgresServer(string connectionString) => ConnectionString = connectionString;

    /// <summary>The shared server, started by the first who asks.</summary>
    public static Task<PostgresServer> Shared => Instance.Value;

    /// <summary>Superuser, database <c>postgres</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>The superuser's connection string for another database, without a pool of its own left behind by idle connections.</summary>
    public string For(string database) => new NpgsqlConnectionStringBuilder(ConnectionString)
    {
        Database = database,
        MaxPoolSize = 20,
        ConnectionIdleLifetime = 10,
        ConnectionPruningInterval = 5,
    }.ConnectionString;

    /// <summary>A durable server of one test alone, for tests that kill it; the caller disposes it and its folder.</summary>
    public static Task<EmbeddedPostgres> StartOwnAsync(string folder, CancellationToken cancellationToken) =>
        EmbeddedPostgres.StartAsync(folder, durable: true, cancellationToken);

    static async Task<PostgresServer> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("KEYSTONE_TEST_POSTGRES") is { Length: > 0 } address) return new PostgresServer(address);
        string servers = Path.Combine(KeystoneHome.Open(), "test");
        Directory.CreateDirectory(servers);
        Sweep(servers);
        string folder = Path.Combine(servers, $"postgres-{Environment.ProcessId}-{Guid.NewGuid():n}");
        EmbeddedPostgres embedded = await EmbeddedPostgres.StartAsync(folder, durable: false, CancellationToken.None)
            .ConfigureAwait(false);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => embedded.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5));
        return new PostgresServer(embedded.ConnectionString);
    }

    /// <summary>Removes what earlier runs left: folders whose lock nobody holds any more.</summary>
    static void Sweep(string servers)
    {
        foreach (string folder in Directory.EnumerateDirectories(servers, "postgres-*"))
        {
            if (Directory.GetCreationTimeUtc(folder) > DateTime.UtcNow.AddMinutes(-2)) continue; // may be starting, or closing down
            try
            {
                using (new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
                    Directory.Delete(folder, recursive: true);
            }
            catch (IOException)
            {
                // Another run uses it.
            }
            catch (UnauthorizedAccessException)
            {
                // Another user's.
            }
        }
    }
}
