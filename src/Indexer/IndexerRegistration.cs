using Keystone.Ethereum.Nodes;
using Keystone.Hosting.Reports;
using Keystone.Mirror;
using Keystone.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Indexer;

/// <summary>Registers the indexer.</summary>
public static class IndexerRegistration
{
    /// <summary>
    /// Adds the loop that mirrors every chain of <c>Chains</c> into schema <c>chain</c>, <see cref="MirrorRebuild"/> and <see cref="MirrorDump"/>, with
    /// storage and nodes. May be called more than once.
    /// </summary>
    public static IServiceCollection AddIndexer(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(known => known.ServiceType == typeof(MirrorStore))) return services;
        services.AddCheckedOptions<IndexerOptions>(configuration, IndexerOptions.Section, options => options.Faults());
        services.AddStorage(configuration, withGenericPlan: true);
        services.AddSchema(MirrorSchema.Migrations);
        services.AddEthereumNodes(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<MirrorStore>();
        services.AddSingleton<MirrorProofs>();
        services.AddSingleton<MirrorDump>();
        services.AddSingleton<IndexerPulse>();
        services.AddSingleton<UnknownHeaders>();
        services.AddSingleton<ChainsHealth>();
        services.AddHealthChecks().AddCheck<IndexerPulse>("indexer", tags: ["live"]).AddCheck<UnknownHeaders>("headers", tags: ["ready"])
            .AddCheck<ChainsHealth>("chains", tags: ["ready"]);
        services.AddSingleton(provider => new MirrorRebuild(
            provider.GetRequiredService<MirrorStore>(), provider.GetRequiredService<IEthereumNodes>(), provider.GetRequiredService<IOptions<IndexerOptions>>(),
            provider.GetRequiredService<WakeSignals>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<Jitter>(),
            provider.GetRequiredService<ILogger<MirrorRebuild>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, IndexerRunner>());
        return services;
    }

    /// <summary>Adds what the process says of itself, every five seconds: its health, its nodes, and where its chains stand.</summary>
    public static IServiceCollection AddIndexerReports(this IServiceCollection services) => services.AddReportLoop()
        .AddReport("nodes", provider => NodeStatus.Report(provider.GetRequiredService<IEthereumNodes>()))
        .AddReport("chains", provider => provider.GetRequiredService<ChainsHealth>().Report());
}
