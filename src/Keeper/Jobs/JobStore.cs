using Keystone.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quartz;

namespace Keystone.Keeper.Jobs;

/// <summary>Tables of Quartz, in schema <c>quartz</c>. <c>keystone migrate</c> creates them; the services have no right to create tables.</summary>
public static class JobStore
{
    const string CreateSchemaSql = "create schema if not exists quartz";

    const string GrantSql = """
        do $$ begin
          if exists (select 1 from pg_roles where rolname = 'keystone_keeper') then
            grant usage on schema quartz to keystone_keeper;
            grant select, insert, update, delete on all tables in schema quartz to keystone_keeper;
          end if;
        end $$
        """;

    /// <summary>Creates missing tables. Needs the connection string of the database's owner. Running it again changes nothing.</summary>
    public static async Task ProvisionAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using (NpgsqlCommand create = new(CreateSchemaSql, connection)) await create.ExecuteNonQueryAsync(cancellationToken);

        ServiceCollection services = new();
        services.AddLogging();
        services.AddQuartz(quartz => quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(InSchema(connectionString));
            store.UseSystemTextJsonSerializer();
            store.ProvisionSchema();
        }));
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            // Quartz creates the tables when a scheduler starts; this one has no jobs and is stopped at once.
            IScheduler scheduler = await provider.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken);
            await scheduler.Start(cancellationToken);
            await scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken);
        }
        await using NpgsqlCommand grant = new(GrantSql, connection);
        await grant.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static string InSchema(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = "quartz", ApplicationName = "keystone-jobs", MaxPoolSize = 8 }.ConnectionString;

    internal static void Use(IQuartzBuilder quartz, StorageOptions storage) => quartz.UsePersistentStore(store =>
    {
        store.UsePostgres(InSchema(storage.ConnectionString));
        store.UseSystemTextJsonSerializer();
        store.UseClustering();
        // Threads of Quartz wait for their database without a limit; they must not keep a process from ending.
        store.ConfigureStore(options => options.UseBackgroundThreads = true);
    });
}
