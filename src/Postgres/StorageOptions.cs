using Npgsql;

namespace Keystone.Postgres;

/// <summary>Settings of section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Storage";

    /// <summary>Npgsql connection string with the role of this service. If it contains a password, set <c>Storage:ConnectionStringFile</c> instead.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Maximum number of database connections of this process.</summary>
    public int MaxPoolSize { get; set; } = 40;

    /// <summary>
    /// Number of statements that each connection keeps prepared: Postgres then plans a statement once instead of at each use. 0 prepares none, for a connection pooler that gives
    /// each transaction another session and does not carry prepared statements.
    /// </summary>
    public int PreparedStatements { get; set; } = 200;

    /// <summary>Maximum duration of a statement, seconds.</summary>
    public int StatementTimeoutSeconds { get; set; } = 30;

    /// <summary>
    /// Time after which Postgres ends a session that is idle inside a transaction, seconds. At most half of the leases of transaction manager and indexer: a
    /// process that stalls inside a transaction then loses its row locks before another process takes over.
    /// </summary>
    public int IdleInTransactionSeconds { get; set; } = 5;

    /// <summary>Maximum difference between this machine's clock and the database's, seconds.</summary>
    public double MaxClockDifferenceSeconds { get; set; } = 1;

    /// <summary>
    /// True in a development system: business time is this machine's and the offset of <c>hosting.clock</c>, which <c>POST /v1/test_helpers/clock/advance</c> moves. Deadlines and
    /// schedules then follow what the owner of the database writes there.
    /// </summary>
    public bool MovableClock { get; set; }

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return "Storage:ConnectionString is missing; set it, or Storage:ConnectionStringFile, to something like \"Host=127.0.0.1;Database=keystone;Username=keystone_api\".";
        }
        else if (!IsConnectionString(ConnectionString))
        {
            yield return "Storage:ConnectionString cannot be read; it needs Key=Value pairs such as \"Host=127.0.0.1;Database=keystone;Username=keystone_api\".";
        }
        if (MaxPoolSize is < 4 or > 1_000)
            yield return "Storage:MaxPoolSize must be between 4 and 1000.";
        if (PreparedStatements is < 0 or > 1_000)
            yield return "Storage:PreparedStatements must be between 0 and 1000.";
        if (StatementTimeoutSeconds is < 1 or > 3_600)
            yield return "Storage:StatementTimeoutSeconds must be between 1 and 3600.";
        if (IdleInTransactionSeconds is < 1 or > 300)
            yield return "Storage:IdleInTransactionSeconds must be between 1 and 300.";
        if (MaxClockDifferenceSeconds is <= 0 or > 60)
            yield return "Storage:MaxClockDifferenceSeconds must be above 0 and at most 60.";
    }

    static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return false;
        }
    }
}
