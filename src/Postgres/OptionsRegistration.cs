using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Keystone.Postgres;

/// <summary>Registers options that name their own faults. In this room, because every room with a schema has options and references it.</summary>
public static class OptionsRegistration
{
    /// <summary>Binds options to a section of the configuration and checks them at the start, all faults in one message. May be called more than once.</summary>
    /// <param name="services">Where they are registered.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="section">Name of the section.</param>
    /// <param name="faults">All faults of the options as sentences that name the setting and the fix.</param>
    /// <typeparam name="T">Type of the options.</typeparam>
    public static IServiceCollection AddCheckedOptions<T>(
        this IServiceCollection services, IConfiguration configuration, string section, Func<T, IEnumerable<string>> faults) where T : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(known => known.ImplementationInstance is OptionsCheck<T>)) return services;
        services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(new OptionsCheck<T>(faults));
        return services;
    }

    sealed class OptionsCheck<T>(Func<T, IEnumerable<string>> faultsOf) : IValidateOptions<T> where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            string[] faults = [.. faultsOf(options)];
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
