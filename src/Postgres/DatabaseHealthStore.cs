using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Keystone.Postgres;

/// <summary>Whether the database answers.</summary>
internal sealed class DatabaseHealthStore(NpgsqlDataSource database) : IHealthCheck
{
    const string PingSql = "select 1";

    // A database that hangs does not even cancel the statement.
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            Task ping = PingAsync(cancellationToken);
            _ = ping.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await ping.WaitAsync(Limit, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }

    async Task PingAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand ping = database.CreateCommand(PingSql);
        await ping.ExecuteScalarAsync(cancellationToken);
    }
}
