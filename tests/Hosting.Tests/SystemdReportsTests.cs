using System.Net.Sockets;
using System.Text;
using Keystone.Hosting.Systemd;
using Keystone.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Time.Testing;

namespace Keystone.Hosting.Tests;

/// <summary>What systemd reads on its notify socket (sd_notify(3)): a real datagram socket.</summary>
public sealed class SystemdReportsTests : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keystone-notify");
    readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    readonly FakeTimeProvider _time = new();

    public SystemdReportsTests() => _socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "notify")));

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Ready_comes_when_work_is_possible_watchdog_while_loops_turn_and_stopping_at_the_end()
    {
        bool isPossible = false;
        using IHost host = Build(() => isPossible);
        await host.StartAsync();
        Assert.Equal("WATCHDOG=1", await NextAsync());
        isPossible = true;
        _time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal("READY=1", await NextAsync());
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("WATCHDOG=1", await NextAsync());
        await host.StopAsync();
        Assert.Equal("STOPPING=1", await NextAsync());
    }

    [Fact]
    public async Task A_loop_that_hangs_ends_the_watchdog_reports()
    {
        using IHost host = Build(() => true);
        LoopPulses pulses = host.Services.GetRequiredService<LoopPulses>();
        pulses.Turn("engine", TimeSpan.FromSeconds(5));
        pulses.Turn("slow", TimeSpan.FromHours(1));
        await host.StartAsync();
        Assert.Equal(["READY=1", "WATCHDOG=1"], new[] { await NextAsync(), await NextAsync() }.Order(StringComparer.Ordinal));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["engine"], pulses.Late());
        _time.Advance(TimeSpan.FromSeconds(20));
        await host.StopAsync();
        Assert.Equal("STOPPING=1", await NextAsync());
    }

    [Theory]
    [InlineData("30000000", null, 30.0)]
    [InlineData("30000000", "1", null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    public void The_interval_is_read_as_systemd_sets_it(string microseconds, string? process, double? seconds)
    {
        Environment.SetEnvironmentVariable("WATCHDOG_USEC", microseconds);
        Environment.SetEnvironmentVariable("WATCHDOG_PID", process);
        try
        {
            Assert.Equal(seconds, WatchdogInterval.FromEnvironment()?.TotalSeconds);
        }
        finally
        {
            Environment.SetEnvironmentVariable("WATCHDOG_USEC", null);
            Environment.SetEnvironmentVariable("WATCHDOG_PID", null);
        }
    }

    IHost Build(Func<bool> isPossible)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<LoopPulses>();
        builder.Services.AddSingleton<ISystemdNotifier>(new Notifier(Path.Combine(_folder.FullName, "notify")));
        builder.Services.AddSingleton(new WatchdogInterval(TimeSpan.FromSeconds(30)));
        builder.Services.AddHostedService<SystemdReports>();
        builder.Services.AddLogging();
        builder.Services.AddHealthChecks().AddCheck<LoopHealth>("loops", tags: ["live"])
            .AddCheck("work", () => isPossible() ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(), tags: ["ready"]);
        return builder.Build();
    }

    async Task<string> NextAsync()
    {
        byte[] buffer = new byte[256];
        using CancellationTokenSource limit = new(Limit);
        return Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer, limit.Token));
    }

    // The package's own reads the variable of the process, which other tests of this process share.
    sealed class Notifier(string path) : ISystemdNotifier
    {
        public bool IsEnabled => true;

        public void Notify(ServiceState state)
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            socket.Send(Encoding.UTF8.GetBytes(state.ToString()));
        }
    }
}
