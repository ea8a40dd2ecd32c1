using Keystone.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quartz;

namespace Keystone.Keeper.Jobs;

/// <summary>Where Quartz keeps its tables: schema <c>quartz</c>. Made by <c>migrate</c>, used by services without the right to make tables.</summary>
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

    /// <summary>Creates the tables that are missing. Needs the owner's connection string; doing it again changes nothing.</summary>
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
            // The tables are made when the scheduler starts; it has no jobs and ends at once.
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
        // Its threads wait for their database without an end, and must not keep a process that was told to end.
        store.ConfigureStore(options => options.UseBackgroundThreads = true);
    });
}
