using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Keystone.Postgres;

/// <summary>Whether the database answers.</summary>
internal sealed class DatabaseHealthStore(NpgsqlDataSource database) : IHealthCheck
{
    const string PingSql = "select 1";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using NpgsqlCommand ping = database.CreateCommand(PingSql);
            await ping.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }
}
