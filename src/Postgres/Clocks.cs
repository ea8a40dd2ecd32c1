using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Keystone.Postgres;

/// <summary>
/// The two clocks of a service. <see cref="TimeProvider"/> by itself is business time: deadlines, schedules, what a record shows. The named one, <see cref="Machine"/>, is this
/// machine's: tokens, limits of requests, timestamps of signatures, certificates, reports of processes. They differ in a development system alone, where business time can be advanced.
/// Leases and claims follow the database's clock, which nobody advances.
/// </summary>
public static class Clocks
{
    /// <summary>Name of the service that is this machine's time.</summary>
    public const string Machine = "machine";

    /// <summary>Adds both clocks. Business time is this machine's unless one was registered before. May be called more than once.</summary>
    public static IServiceCollection AddClocks(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(Machine, static (provider, _) =>
            provider.GetRequiredService<TimeProvider>() is BusinessTime { Machine: var machine } ? machine : provider.GetRequiredService<TimeProvider>());
        return services;
    }

    /// <summary>This machine's time.</summary>
    public static TimeProvider MachineTime(this IServiceProvider provider) => provider.GetRequiredKeyedService<TimeProvider>(Machine);

    /// <summary>Now in UTC, whole microseconds: Postgres keeps no more, so the first answer and later ones show the same time.</summary>
    public static DateTimeOffset UtcNowMicroseconds(this TimeProvider time) => new(time.GetUtcNow().Ticks / 10 * 10, TimeSpan.Zero);
}
