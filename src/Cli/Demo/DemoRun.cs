using Keystone.Cli.Dev;

namespace Keystone.Cli.Demo;

internal static class DemoRun
{
    public static Task<int> PlayAsync(DevEnvironment environment, CancellationToken cancellationToken) => Task.FromResult(0);
}
