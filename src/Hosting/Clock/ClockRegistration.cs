using Keystone.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Keystone.Hosting.Clock;

/// <summary>Registers the clocks of a service.</summary>
internal static class ClockRegistration
{
    /// <summary>Adds both clocks; business time can be advanced where <c>Storage:MovableClock</c> says so. Comes first: whatever is registered later takes the clock that is there.</summary>
    public static void AddServiceClocks(this IServiceCollection services, IConfiguration configuration)
    {
        // A value that is no truth value is reported with the other settings, where it is bound.
        if (bool.TryParse(configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.MovableClock)}"], out bool movable) && movable)
        {
            BusinessTime time = new(TimeProvider.System);
            services.AddSingleton(time);
            services.AddSingleton<TimeProvider>(time);
            services.TryAddSingleton<ClockStore>();
            services.AddHostedService<ClockReader>();
        }
        services.AddClocks();
    }
}
