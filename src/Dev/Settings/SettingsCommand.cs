using System.CommandLine;
using Keystone.Cli;

namespace Keystone.Dev.Settings;

/// <summary><c>keystone settings</c>.</summary>
internal static class SettingsCommand
{
    public static Command Create()
    {
        Option<bool> markdown = new("--markdown") { Description = "Prints the page docs/settings.md. It is the only format.", DefaultValueFactory = _ => true };
        return new Command("settings", "Prints every setting of the services with its default and its meaning.") { markdown }.Runs((_, _) =>
        {
            Console.Write(SettingsTable.Markdown());
            return Task.FromResult(0);
        });
    }
}
