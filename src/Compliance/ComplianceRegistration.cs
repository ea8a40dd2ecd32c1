using Keystone.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
        services.TryAddSingleton<IScreeningProvider>(provider => provider.GetRequiredService<DenyListProvider>());
        return services;
    }
}
