using Keystone.Compliance.Changes;
using Keystone.Compliance.Evidence;
using Keystone.Compliance.Lists;
using Keystone.Compliance.Providers;
using Keystone.Domain.Engine;
using Keystone.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;

namespace Keystone.Compliance;

/// <summary>Registers providers of screenings and their store.</summary>
public static class ComplianceRegistration
{
    /// <summary>
    /// Adds the store of screenings and the provider of the deny list, unless the host has registered another <see cref="IScreeningProvider"/>. The
    /// data source has to be registered as well. May be called more than once.
    /// </summary>
    public static IServiceCollection AddCompliance(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<ScreeningOptions>(configuration, ScreeningOptions.Section, options => options.Faults());
        services.AddSchema(ComplianceSchema.Migrations);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ScreeningStore>();
        services.TryAddSingleton<DenyListProvider>();
        services.TryAddSingleton<ListFileStore>();
        services.TryAddSingleton<ListChangeStore>();
        services.TryAddSingleton<EvidenceStore>();
        services.TryAddSingleton<ProviderResultStore>();
        services.TryAddSingleton<SanctionsLists>();
        services.TryAddSingleton<ListDownloads>();
        services.TryAddSingleton<BuiltInLists>();
        services.TryAddSingleton(provider => new LayeredScreening(provider.GetRequiredService<BuiltInLists>(), Providers(provider)));
        services.TryAddSingleton<IScreeningProvider>(provider => provider.GetRequiredService<LayeredScreening>());
        return services;
    }

    /// <summary>Adds what the API needs: changes of lists, and results that providers send. The data source has to be registered as well. May be called more than once.</summary>
    public static IServiceCollection AddScreeningResults(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<ScreeningResultOptions>(configuration, ScreeningResultOptions.Section, options => options.Faults());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ListChangeStore>();
        services.TryAddSingleton<ProviderResultStore>();
        services.TryAddSingleton<ReceiveResult>();
        return services;
    }

    static IEnumerable<HttpProvider> Providers(IServiceProvider services)
    {
        ScreeningOptions options = services.GetRequiredService<IOptions<ScreeningOptions>>().Value;
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        foreach ((ScreeningLayer layer, ProviderOptions provider) in ((ScreeningLayer, ProviderOptions)[])[(ScreeningLayer.Entity, options.Entity), (ScreeningLayer.Wallet, options.Wallet)])
        {
            if (provider.Url.Length == 0) continue;
            CircuitBreakerStateProvider circuit = new();
            // The client lives as long as the process.
            yield return new HttpProvider(ProviderPipeline.Client(), ProviderPipeline.Create(time, circuit), circuit, layer, provider, services.GetRequiredService<ProviderResultStore>(), time,
                services.GetRequiredService<ILogger<HttpProvider>>());
        }
    }
}
