using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Keystone.Hosting.Tests;

public sealed class HealthProbeTests
{
    [Theory]
    [InlineData("", "http://127.0.0.1:9102/health/ready")]
    [InlineData("http://0.0.0.0:9000", "http://127.0.0.1:9000/health/ready")]
    [InlineData("http://[::]:9000", "http://[::1]:9000/health/ready")]
    [InlineData("http://*:9000", "http://127.0.0.1:9000/health/ready")]
    [InlineData("http://10.1.2.3:9000/", "http://10.1.2.3:9000/health/ready")]
    public void The_page_is_asked_where_this_machine_reaches_it(string setting, string page) =>
        Assert.Equal(page, HealthProbe.PageOf(setting, KeystoneService.Indexer).ToString());

    [Theory]
    [InlineData(200, 0)]
    [InlineData(503, 1)]
    public async Task It_ends_with_what_the_process_answers(int status, int code)
    {
        await using WebApplication app = WebApplication.CreateSlimBuilder().Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/health/ready", () => Results.StatusCode(status));
        await app.StartAsync();
        Assert.Equal(code, await KeystoneHost.RunAsync(["--health", "--Management:Url", app.Urls.First()], KeystoneService.Keeper, _ => throw new InvalidOperationException("No host is built.")));
        await app.StopAsync();
        Assert.Equal(1, await HealthProbe.RunAsync(["--health", "--Management:Url", "http://127.0.0.1:1"], KeystoneService.Keeper));
    }
}
