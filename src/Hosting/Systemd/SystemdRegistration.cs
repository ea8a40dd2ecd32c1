using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Systemd;

namespace Keystone.Hosting.Systemd;

/// <summary>Registers the reports to systemd (sd_notify) where the service manager asks for them.</summary>
internal static class SystemdRegistration
{
    /// <summary>
    /// Adds them when <c>NOTIFY_SOCKET</c> is set. The package's own <c>UseSystemd()</c> asks whether the parent process is systemd instead, which a unit
    /// with <c>ProtectProc=invisible</c> hides.
    /// </summary>
    public static IServiceCollection AddSystemdReports(this IServiceCollection services)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"))) return services;
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddSingleton(new WatchdogInterval(WatchdogInterval.FromEnvironment()));
        services.AddHostedService<SystemdReports>();
        return services;
    }
}
