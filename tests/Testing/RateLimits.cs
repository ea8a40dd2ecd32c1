using Npgsql;

namespace Keystone.Testing;

/// <summary>Requests that an environment may send in a minute.</summary>
public static class RateLimits
{
    /// <summary>Lifts the limit of every environment there is: a test that waits for a state asks fifty times a second. Before the services start, which remember it.</summary>
    /// <param name="connectionString">Login of the owner of the tables.</param>
    public static async Task LiftAsync(string connectionString)
    {
        await using NpgsqlDataSource owner = NpgsqlDataSource.Create(connectionString);
        await using NpgsqlCommand lift = owner.CreateCommand("update identity.environment set rate_limit = 1000000");
        await lift.ExecuteNonQueryAsync();
    }
}
