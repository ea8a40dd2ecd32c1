using System.Security.Cryptography;
using Npgsql;

namespace Keystone.Postgres.Migrations;

/// <summary>Lets the roles of the services log in. The migrations create them without.</summary>
public sealed class ServiceLoginStore(NpgsqlDataSource database)
{
    const string Existing = "select rolcanlogin from pg_roles where rolname = $1";

    // A role's password cannot be a parameter of "alter role"; format() quotes it.
    const string Compose = "select format('alter role %I login password %L', $1, $2)";

    const string ComposeConnect = "select format('grant connect on database %I to %I', current_database(), $1)";

    // Roles belong to the whole server. What was granted to one by name tells where it serves; everybody's own right to connect does not.
    const string Elsewhere = """
        select d.datname::text from pg_database d cross join lateral aclexplode(d.datacl) a join pg_roles r on r.oid = a.grantee
        where r.rolname = $1 and r.rolcanlogin and a.privilege_type = 'CONNECT' and d.datname <> current_database() order by 1 limit 1
        """;

    /// <summary>Makes sure that new passwords lock nobody out: the roles of the services do not serve another database of this server.</summary>
    /// <exception cref="MigrationException">They do; the message names it.</exception>
    public async Task RequireUnsharedAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (string service in ServiceRoles.Services)
            if (await ScalarAsync(connection, Elsewhere, cancellationToken, ServiceRoles.RoleOf(service)) is string other)
                throw new MigrationException(
                    $"The role keystone_{service} serves the database {other} of this Postgres already, and a new password would lock its services out. "
                    + "Give a second system a Postgres server of its own, or drop the other database first.");
    }

    /// <summary>
    /// Gives each role a new random password and the right to log in; a password that it had is gone.
    /// </summary>
    /// <returns>Passwords by service: 32 random bytes in hexadecimal.</returns>
    /// <exception cref="MigrationException">The roles are not there.</exception>
    public async Task<IReadOnlyDictionary<string, string>> GrantAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string> passwords = new(StringComparer.Ordinal);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (string service in ServiceRoles.Services)
        {
            string role = ServiceRoles.RoleOf(service);
            if (await ScalarAsync(connection, Existing, cancellationToken, role) is not bool)
                throw new MigrationException($"The role {role} does not exist: apply the migrations first.");
            string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            await RunAsync(connection, (string)(await ScalarAsync(connection, Compose, cancellationToken, role, password))!, cancellationToken);
            await RunAsync(connection, (string)(await ScalarAsync(connection, ComposeConnect, cancellationToken, role))!, cancellationToken);
            passwords[service] = password;
        }
        await transaction.CommitAsync(cancellationToken);
        return passwords;
    }

    /// <summary>True when a connection string lets its role in; false when the server refuses role or password.</summary>
    /// <exception cref="NpgsqlException">The server cannot be reached.</exception>
    public static async Task<bool> OpensAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = new(connectionString);
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            return false;
        }
    }

    /// <summary>Connection string of the role that owns a database.</summary>
    public static string OwnerOf(string host, string database, string user, string password) =>
        new NpgsqlConnectionStringBuilder { Host = host, Database = database, Username = user, Password = password }.ConnectionString;

    /// <summary>The owner's connection string with a service's role in it.</summary>
    public static string For(string ownerConnectionString, string service, string password)
    {
        NpgsqlConnectionStringBuilder connection = new(ownerConnectionString) { Username = ServiceRoles.RoleOf(service), Password = password };
        return connection.ConnectionString;
    }

    static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params string[] values)
    {
        await using NpgsqlCommand command = new(sql, connection);
        foreach (string value in values) command.Parameters.AddWithValue(value);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
