using Keystone.Dev.Servers;
using Npgsql;
using Testcontainers.PostgreSql;

namespace Keystone.Testing;

/// <summary>
/// The Postgres that all test classes of this process share. KEYSTONE_TEST_POSTGRES chooses it: an Npgsql connection string of a superuser names a
/// server that runs, <c>container</c> and <c>embedded</c> want that one and no other. Without it a container is taken where a Docker engine
/// answers and has the image, else the embedded server. What this class starts has fsync off and ends with this process.
/// </summary>
public sealed class PostgresServer
{
    const string Variable = "KEYSTONE_TEST_POSTGRES";
    static readonly Lazy<Task<PostgresServer>> Instance = new(StartAsync);

    PostgresServer(PostgresKind kind, string reason, string connectionString) => (Kind, Reason, ConnectionString) = (kind, reason, connectionString);

    /// <summary>The shared server, started by the first who asks.</summary>
    public static Task<PostgresServer> Shared => Instance.Value;

    /// <summary>Which of the three it is.</summary>
    public PostgresKind Kind { get; }

    /// <summary>Why it is this one, as part of a sentence.</summary>
    public string Reason { get; }

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
        string wanted = Environment.GetEnvironmentVariable(Variable) ?? "";
        switch (wanted)
        {
            case "embedded":
                return await StartEmbeddedAsync($"{Variable} asks for it").ConfigureAwait(false);
            case "container":
                if (await PostgresContainer.WhyMissingAsync().ConfigureAwait(false) is { } absent)
                    throw new InvalidOperationException($"{Variable} is \"container\", but {absent}.");
                return await StartContainerAsync($"{Variable} asks for it").ConfigureAwait(false);
            case { Length: > 0 }:
                return new PostgresServer(PostgresKind.Named, $"{Variable} names it", wanted);
            default:
                return await PostgresContainer.WhyMissingAsync().ConfigureAwait(false) is { } missing
                    ? await StartEmbeddedAsync(missing).ConfigureAwait(false)
                    : await StartContainerAsync("a Docker engine answers and has the image").ConfigureAwait(false);
        }
    }

    static async Task<PostgresServer> StartContainerAsync(string reason)
    {
        PostgreSqlContainer container = await PostgresContainer.StartAsync(CancellationToken.None).ConfigureAwait(false);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => container.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        return new PostgresServer(PostgresKind.Container, $"{reason} ({PostgresContainer.Image})", container.GetConnectionString());
    }

    static async Task<PostgresServer> StartEmbeddedAsync(string reason)
    {
        string servers = Path.Combine(KeystoneHome.Open(), "test");
        Directory.CreateDirectory(servers);
        Sweep(servers);
        string folder = Path.Combine(servers, $"postgres-{Environment.ProcessId}-{Guid.NewGuid():n}");
        EmbeddedPostgres embedded = await EmbeddedPostgres.StartAsync(folder, durable: false, CancellationToken.None)
            .ConfigureAwait(false);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => embedded.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5));
        return new PostgresServer(PostgresKind.Embedded, reason, embedded.ConnectionString);
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
