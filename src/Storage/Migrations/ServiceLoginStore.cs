using System.Security.Cryptography;
using Npgsql;

namespace Keystone.Storage.Migrations;

/// <summary>Lets the roles of the services log in. The migrations create them without.</summary>
public sealed class ServiceLoginStore(NpgsqlDataSource database)
{
    /// <summary>The services, whose roles are <c>keystone_</c> and the name.</summary>
    public static IReadOnlyList<string> Services { get; } = ["api", "indexer", "keeper"];

    const string Existing = "select rolcanlogin from pg_roles where rolname = $1";

    // A role's password cannot be a parameter of "alter role"; format() quotes it.
    const string Compose = "select format('alter role %I login password %L', $1, $2)";

    const string ComposeConnect = "select format('grant connect on database %I to %I', current_database(), $1)";

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
        foreach (string service in Services)
        {
            string role = $"keystone_{service}";
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

    /// <summary>The owner's connection string with a service's role in it.</summary>
    public static string For(string ownerConnectionString, string service, string password)
    {
        NpgsqlConnectionStringBuilder connection = new(ownerConnectionString) { Username = $"keystone_{service}", Password = password };
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
