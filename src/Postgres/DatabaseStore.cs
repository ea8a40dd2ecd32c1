using System.Text.RegularExpressions;
using Npgsql;

namespace Keystone.Postgres;

/// <summary>Makes databases.</summary>
public static partial class DatabaseStore
{
    const string Exists = "select 1 from pg_database where datname = $1";

    /// <summary>Creates a database unless it is there.</summary>
    /// <param name="serverConnectionString">Any database of the server, with a role that may create databases.</param>
    /// <param name="name">Lower-case letters, digits and underscores.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection string with the database in it.</returns>
    public static async Task<string> EnsureAsync(string serverConnectionString, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        // It becomes part of a statement that takes no parameters.
        if (!Name().IsMatch(name)) throw new ArgumentException("A database's name has lower-case letters, digits and underscores.", nameof(name));
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(serverConnectionString) { Pooling = false }.ConnectionString);
        await using NpgsqlCommand exists = server.CreateCommand(Exists);
        exists.Parameters.AddWithValue(name);
        if (await exists.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using NpgsqlCommand create = server.CreateCommand($"create database {name}");
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        return new NpgsqlConnectionStringBuilder(serverConnectionString) { Database = name }.ConnectionString;
    }

    // The database that every server has, and that tools connect to when they have no other.
    const string Maintenance = "postgres";

    /// <summary>Creates the database that a connection string names unless it is there, with the role of the connection string as its owner.</summary>
    /// <returns>True when it was created here.</returns>
    /// <exception cref="MissingDatabaseException">It does not exist and cannot be created; the message says how it is.</exception>
    /// <exception cref="NpgsqlException">The server does not answer, or refuses the role.</exception>
    public static async Task<bool> CreateMissingAsync(string connectionString, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder wanted = new(connectionString) { Pooling = false };
        // As Postgres has it: without a name the role's own.
        string name = wanted.Database is { Length: > 0 } given ? given : wanted.Username ?? Maintenance;
        try
        {
            await using NpgsqlConnection there = new(wanted.ConnectionString);
            await there.OpenAsync(cancellationToken);
            return false;
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
        }
        try
        {
            await using NpgsqlConnection server = new(new NpgsqlConnectionStringBuilder(wanted.ConnectionString) { Database = Maintenance }.ConnectionString);
            await server.OpenAsync(cancellationToken);
            using NpgsqlCommandBuilder quote = new();
            await using NpgsqlCommand create = new($"create database {quote.QuoteIdentifier(name)}", server);
            await create.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (PostgresException raced) when (raced.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
        catch (PostgresException refused)
        {
            throw new MissingDatabaseException(name, wanted.Username ?? "", refused);
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}\\z")]
    private static partial Regex Name();
}
