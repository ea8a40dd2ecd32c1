using System.Diagnostics;
using System.Globalization;
using Keystone.Postgres.Migrations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Postgres;

/// <summary>Registers what all rooms share of Postgres.</summary>
public static class StorageRegistration
{
    /// <summary>
    /// Adds the one data source of the process from <c>Storage:ConnectionString</c>, the wake signals, the check of schema and clock that
    /// stops a start, and the health check <c>postgres</c>. Register it before any loop: hosted services start in order.
    /// May be called more than once.
    /// </summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="configuration">With the section <c>Storage</c>.</param>
    /// <param name="withGenericPlan">
    /// For a service whose statements are always the same: Postgres plans each once a session. Of one with filters that may be left out the plan for a filter is another than without it, and
    /// Postgres has to plan for the values at hand. In a process of several services the first says it.
    /// </param>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration, bool withGenericPlan = false)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(known => known.ServiceType == typeof(WakeSignals))) return services;
        services.AddCheckedOptions<StorageOptions>(configuration, StorageOptions.Section, options => options.Faults());
        services.AddClocks();
        services.TryAddSingleton(provider => Open(provider.GetRequiredService<IOptions<StorageOptions>>().Value, withGenericPlan));
        services.TryAddSingleton<LoopPulses>();
        services.AddSingleton<WakeSignals>();
        services.AddSingleton<WakeStore>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StartCheckStore>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, WakeListener>());
        services.AddHealthChecks().AddCheck<DatabaseHealthStore>("postgres", tags: ["ready"]);
        return services;
    }

    /// <summary>Adds the schemas whose code a service holds: a database that is not at them stops its start. Each room adds its own; more than once changes nothing.</summary>
    public static IServiceCollection AddSchema(this IServiceCollection services, MigrationSource schema)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(known => known.ImplementationInstance == schema)) services.AddSingleton(schema);
        return services;
    }

    /// <summary>A data source with the session settings that every service needs.</summary>
    /// <param name="options">Where the database is, and limits.</param>
    /// <param name="withGenericPlan">As of <see cref="AddStorage"/>.</param>
    public static NpgsqlDataSource Open(StorageOptions options, bool withGenericPlan = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        NpgsqlConnectionStringBuilder connection = new(options.ConnectionString)
        {
            MaxPoolSize = options.MaxPoolSize,
            KeepAlive = 15,
            TcpKeepAlive = true,
            Timezone = "UTC",
            IncludeErrorDetail = false,
            MaxAutoPrepare = options.PreparedStatements,
            AutoPrepareMinUsages = 2,
            // Nothing that a store does outlives its transaction: no session setting, no lock of a session, no temporary table. So there is nothing to reset.
            NoResetOnClose = true,
        };
        connection.ApplicationName ??= "keystone";
        // The session's own settings come last, so that the options of an operator's string do not undo the fences.
        // Postgres' own guess, 4, is of disks that have to turn: with it a whole table is read where an index finds a few of its rows. An operator's string may say another.
        connection.Options = string.Join(' ', ((string?[])["-c random_page_cost=1.1", connection.Options,
            string.Create(CultureInfo.InvariantCulture, $"-c idle_in_transaction_session_timeout={options.IdleInTransactionSeconds}s"),
            string.Create(CultureInfo.InvariantCulture, $"-c statement_timeout={options.StatementTimeoutSeconds}s"),
            "-c lock_timeout=2s", withGenericPlan ? "-c plan_cache_mode=force_generic_plan" : null]).Where(part => !string.IsNullOrEmpty(part)));
        NpgsqlDataSourceBuilder builder = new(connection.ConnectionString);
        // Loops ask every quarter of a second whether there is work: such a query belongs to no trace and would be one of its own.
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null)
            .ConfigureCopyOperationFilter(_ => Activity.Current is not null)
            .EnablePhysicalOpenTracing(false));
        return builder.Build();
    }
}
