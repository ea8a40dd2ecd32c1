using Microsoft.Extensions.Hosting;

namespace Keystone.Cli;

/// <summary>The command owns the signals of the process; hosts inside it end when it says so.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
