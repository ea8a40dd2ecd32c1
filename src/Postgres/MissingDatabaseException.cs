using Npgsql;

namespace Keystone.Postgres;

/// <summary>A database does not exist, and the role may not create it.</summary>
public sealed class MissingDatabaseException(string database, string role, PostgresException refused) : Exception(
    $"The database {database} does not exist, and the role {role} may not create it ({refused.MessageText}): "
    + $"as a superuser run `create database {Quote(database)} owner {Quote(role)}`, then this command again.", refused)
{
    static string Quote(string name)
    {
        using NpgsqlCommandBuilder quote = new();
        return quote.QuoteIdentifier(name);
    }
}
