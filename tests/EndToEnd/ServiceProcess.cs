using Keystone.Dev;
using Keystone.Dev.Servers;
using Keystone.Testing;

namespace Keystone.EndToEnd;

/// <summary>One service as a process of its own, as it runs on a server.</summary>
internal sealed class ServiceProcess(DevService service) : IAsyncDisposable
{
    static readonly HttpClient Client = new() { Timeout = TimeSpan.FromMinutes(1) };
    Leash? _leash;

    /// <summary>What it printed last.</summary>
    public string Output => _leash?.Output ?? "";

    public string ManagementUrl => service.ManagementUrl;

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public Task StartAsync(params string[] settings) => StartAsync(null, settings);

    /// <summary>Starts it as a unit of systemd with a watchdog of half a minute would, and waits until it says that it is ready.</summary>
    public Task StartNotifyingAsync(string socket) => StartAsync(new Dictionary<string, string> { ["NOTIFY_SOCKET"] = socket, ["WATCHDOG_USEC"] = "30000000" });

    /// <summary>Starts it so that it is suspended when it comes to a crash point; ready before that.</summary>
    public Task StartToSuspendAsync(string point) => StartAsync(
        new Dictionary<string, string> { ["KEYSTONE_SUSPEND_AT"] = point });

    /// <summary>Waits until it is suspended.</summary>
    public Task SuspendedAsync(string where) => Eventually.TrueAsync(() => _leash!.IsSuspendedAsync(CancellationToken.None), TimeSpan.FromMinutes(2),
        because: $"{service.Name} did not come to \"{where}\"");

    async Task StartAsync(Dictionary<string, string>? environment, params string[] settings)
    {
        _leash = Leash.Start("dotnet", [service.Assembly, "--config", service.SettingsFile, .. settings], environment: environment);
        await Eventually.TrueAsync(async () =>
        {
            Assert.True(_leash.IsRunning, $"{service.Name} ended: {_leash.Output}");
            return await StatusAsync("/health/ready") == 200;
        }, because: $"{service.Name} did not get ready");
    }

    /// <summary>Starts it so that it ends by SIGKILL when it comes to a crash point.</summary>
    public void StartToCrash(string point) => _leash = Leash.Start("dotnet", [service.Assembly, "--config", service.SettingsFile],
        environment: new Dictionary<string, string> { ["KEYSTONE_CRASH_AT"] = point });

    /// <summary>Waits until the crash point was reached.</summary>
    public async Task CrashedAsync(string where)
    {
        Assert.True(137 == await _leash!.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2)), $"{service.Name} did not come to \"{where}\": {_leash.Output}");
        await DisposeAsync();
    }

    /// <summary>SIGCONT.</summary>
    public Task ResumeAsync() => _leash!.SignalAsync("CONT", CancellationToken.None);

    /// <summary>SIGTERM; its exit status, 137 when it had to be forced.</summary>
    public async Task<int?> StopAsync()
    {
        Leash leash = _leash!;
        await DisposeAsync();
        return leash.ExitStatus;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        await _leash!.KillAsync(CancellationToken.None);
        await DisposeAsync();
    }

    public static async Task<int> StatusAsync(Uri url)
    {
        try
        {
            using HttpResponseMessage response = await Client.GetAsync(url);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    public Task<int> StatusAsync(string path) => StatusAsync(new Uri(service.ManagementUrl + path));

    public Task<string> ReadAsync(string path) => Client.GetStringAsync(new Uri(service.ManagementUrl + path));

    public async ValueTask DisposeAsync()
    {
        if (_leash is not null) await _leash.DisposeAsync();
        _leash = null;
    }
}
