using System.Globalization;
using Keystone.Compliance.Providers;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting;
using Keystone.Hosting.Reports;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Keeper;

internal static class EntryPoint
{
    internal static Task<int> Main(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        return KeystoneHost.RunAsync(args, KeystoneService.Keeper, builder => builder.Services.AddKeeper(builder.Configuration).AddReportLoop()
            .AddReport("nodes", provider => NodeStatus.Report(provider.GetRequiredService<IEthereumNodes>()))
            .AddReport("providers", provider => ProviderHealth.Report(provider.GetRequiredService<LayeredScreening>())));
    }
}
