using Keystone.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Keystone.Hosting.Reports;

/// <summary>Registers reports of running processes.</summary>
public static class ReportRegistration
{
    /// <summary>Adds reading and writing of reports and alarms. Storage has to be registered as well. May be called more than once.</summary>
    public static IServiceCollection AddReports(this IServiceCollection services)
    {
        services.AddClocks();
        services.TryAddSingleton(provider => new ReportStore(provider.GetRequiredService<NpgsqlDataSource>(), provider.MachineTime()));
        services.TryAddSingleton<AlarmStore>();
        return services;
    }

    /// <summary>Adds the loop that reports this process.</summary>
    public static IServiceCollection AddReportLoop(this IServiceCollection services)
    {
        services.AddReports();
        services.AddSchema(HostingSchema.Migrations);
        services.AddHealthChecks();
        if (services.Any(known => known.ServiceType == typeof(ReportLoop))) return services;
        services.AddSingleton<ReportLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<ReportLoop>());
        return services;
    }

    /// <summary>Adds a report of this process.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="name">Name of the report.</param>
    /// <param name="read">Says what is so now.</param>
    public static IServiceCollection AddReport(this IServiceCollection services, string name, Func<IServiceProvider, System.Text.Json.Nodes.JsonNode> read) =>
        services.AddSingleton<IProcessReport>(provider => new ProcessReport(name, () => read(provider)));
}
