using Keystone.Postgres.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Postgres;

/// <summary>
/// Refuses a start on a database that cannot be reached, has another schema, is reached through a pooler, or has another clock. It checks before any other service starts, whatever
/// the order of registration: what reads the database at its start would fail with a message that names no setting.
/// </summary>
internal sealed class StartCheckStore(NpgsqlDataSource database, IEnumerable<MigrationSource> schemas, IOptions<StorageOptions> options, [FromKeyedServices(Clocks.Machine)] TimeProvider time)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        DatabaseSession session;
        try
        {
            session = await new DatabaseSessionStore(database, time).ReadAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw new InvalidOperationException($"Storage:ConnectionString: the database does not answer ({e.Message}). Start it, or correct the setting.", e);
        }
        if (!session.KeepsSettings)
            throw new InvalidOperationException(
                "Storage:ConnectionString leads through a connection pooler that drops session settings; connect to Postgres itself, or pool by session.");
        await new MigrationStore(database, time, schemas).CheckAsync(cancellationToken);
        if (session.ClockDifference > TimeSpan.FromSeconds(options.Value.MaxClockDifferenceSeconds))
            throw new InvalidOperationException(
                $"This machine's clock and the database's differ by {session.ClockDifference.TotalSeconds:0.0} s, more than Storage:MaxClockDifferenceSeconds allows; synchronise both.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
