using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Keystone.Postgres;

/// <summary>Whether a request of this process finds a free connection in the pool, and whether the database answers on it.</summary>
internal sealed class DatabaseHealthStore(NpgsqlDataSource database) : IHealthCheck
{
    const string PingSql = "select 1";

    // Whoever asks waits behind all others that wait for a connection. A statement that waits for a lock gives its connection back after two seconds, so a pool that
    // is full of such statements gives one to everybody in the end: what shows a full pool is that it takes long.
    static readonly TimeSpan ConnectionLimit = TimeSpan.FromSeconds(1);

    // A database that hangs does not even cancel the statement.
    static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // Who waits no longer leaves the queue of the pool.
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(ConnectionLimit);
            NpgsqlConnection connection;
            try
            {
                connection = await database.OpenConnectionAsync(late.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return HealthCheckResult.Unhealthy($"No connection to the database within {ConnectionLimit.TotalSeconds:0} s: all connections of the pool are in use, or the database does not answer.");
            }
            Task ping = PingAsync(connection, cancellationToken);
            _ = ping.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await ping.WaitAsync(AnswerLimit, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }

    static async Task PingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (connection)
        {
            await using NpgsqlCommand ping = new(PingSql, connection);
            await ping.ExecuteScalarAsync(cancellationToken);
        }
    }
}
