using System.CommandLine;
using System.Globalization;
using Keystone.Dev.Settings;

namespace Keystone.Dev;

/// <summary>What <c>scripts/keystone</c> starts in a checkout: the operator's commands, and those that need the checkout's tools.</summary>
internal static class EntryPoint
{
    internal static Task<int> Main(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        return Cli.EntryPoint.RunAsync(new RootCommand(Cli.EntryPoint.About) { DevCommand.Create(), SandboxCommand.Create(), SettingsCommand.Create() }, args);
    }
}
