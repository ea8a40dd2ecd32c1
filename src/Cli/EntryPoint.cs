using System.CommandLine;
using Keystone.Cli.Deploy;
using Keystone.Cli.Dev;
using Keystone.Cli.Operator;
using Keystone.Cli.Settings;

namespace Keystone.Cli;

internal static class EntryPoint
{
    internal static async Task<int> Main(string[] args)
    {
        RootCommand root = new("Keystone OS: delivery versus payment on an EVM chain. Settings come from keystone.json, KEYSTONE__SECTION__KEY and options.")
        {
            DevCommand.Create(),
            MigrateCommand.Create(),
            PlatformCommand.Create(),
            MirrorCommand.Create(),
            MirrorCommand.CreateReindex(),
            SettlementsCommand.Create(),
            PauseCommand.Create(),
            DeployCommand.Create(),
            SettingsCommand.Create(),
        };
        // A stop waits for the children; they end within seconds, and the leash ends them in any case.
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }
}
