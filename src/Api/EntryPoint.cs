using System.Globalization;
using Keystone.Api.OpenApi;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting;
using Keystone.Hosting.Reports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Api;

internal static class EntryPoint
{
    internal static Task<int> Main(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        return ApiDocument.IsGenerated ? ApiDocument.GenerateAsync() : KeystoneHost.RunWebAsync(
            args, KeystoneService.Api,
            url: builder => builder.Configuration.GetSection("Api").Get<ApiOptions>()?.Url ?? new ApiOptions().Url,
            add: builder =>
            {
                builder.Services.AddEthereumNodes(builder.Configuration);
                builder.Services.AddApi(builder.Configuration);
                builder.Services.AddReportLoop().AddReport("nodes", provider => NodeStatus.Report(provider.GetRequiredService<IEthereumNodes>()));
                ApiRegistration.UseCertificate(builder);
            },
            map: app => app.MapApi());
    }
}
