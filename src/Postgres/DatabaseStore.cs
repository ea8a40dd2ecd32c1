using System.Text.RegularExpressions;
using Npgsql;

namespace Keystone.Postgres;

/// <summary>Makes databases, for local work.</summary>
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

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}\\z")]
    private static partial Regex Name();
}
