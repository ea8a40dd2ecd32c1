using System.Globalization;
using Keystone.Hosting;

namespace Keystone.Indexer;

internal static class EntryPoint
{
    internal static Task<int> Main(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        return KeystoneHost.RunAsync(args, KeystoneService.Indexer, builder => builder.Services.AddIndexer(builder.Configuration).AddIndexerReports());
    }
}
