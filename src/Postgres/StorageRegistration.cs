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
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(known => known.ServiceType == typeof(WakeSignals))) return services;
        services.AddCheckedOptions<StorageOptions>(configuration, StorageOptions.Section, options => options.Faults());
        services.AddClocks();
        services.TryAddSingleton(provider => Open(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
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
    public static NpgsqlDataSource Open(StorageOptions options)
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
            "-c lock_timeout=2s"]).Where(part => !string.IsNullOrEmpty(part)));
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
