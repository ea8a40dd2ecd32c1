using System.Globalization;
using Keystone.Hosting;

namespace Keystone.Keeper;

internal static class EntryPoint
{
    internal static Task<int> Main(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        return KeystoneHost.RunAsync(args, KeystoneService.Keeper, builder => builder.Services.AddKeeper(builder.Configuration).AddKeeperReports());
    }
}
