using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Keystone.Hosting.Tests;

[Collection(nameof(OtlpTests))]
public class ManagementServerTests
{
    [Fact]
    public async Task Health_and_metrics_are_served_on_a_port_of_their_own()
    {
        bool ready = false;
        HostApplicationBuilder builder = KeystoneHost.CreateBuilder(["--Management:Url", "http://127.0.0.1:0"], KeystoneService.Indexer);
        builder.Services.AddHealthChecks().AddCheck("mirror", () => ready ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("behind"), ["ready"]);
        using IHost host = builder.Build();
        await host.StartAsync();
        using HttpClient client = new() { BaseAddress = new Uri(host.Services.GetRequiredService<ManagementServer>().Address!) };

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/startup")).StatusCode);
        HttpResponseMessage behind = await client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, behind.StatusCode);
        Assert.Contains("behind", await behind.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        ready = true;
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);

        using Meter meter = new("Keystone.Hosting.Tests");
        Counter<long> counter = meter.CreateCounter<long>("keystone.test.things");
        counter.Add(2, new("kind", "a\"b"), new("settlement_id", "secret"));
        Histogram<double> histogram = meter.CreateHistogram<double>("keystone.test.wait", "s");
        histogram.Record(0.3);
        string text = await client.GetStringAsync("/metrics");
        Assert.Contains("# TYPE keystone_test_things_total counter\nkeystone_test_things_total{kind=\"a\\\"b\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("keystone_test_wait_seconds_bucket{le=\"0.25\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("keystone_test_wait_seconds_bucket{le=\"0.5\"} 1\n", text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^keystone_test_wait_seconds_count(\{\})? 1$", text);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_wrong_setting_stops_the_start_with_exit_code_1() =>
        Assert.Equal(1, await KeystoneHost.RunAsync(["--Log:Format", "xml"], KeystoneService.Keeper, _ => { }));
}
