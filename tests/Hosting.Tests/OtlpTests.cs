using System.Diagnostics;
using System.Diagnostics.Metrics;
using Keystone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OpenTelemetry.Trace;

namespace Keystone.Hosting.Tests;

/// <summary>One after the other: who listens to spans is a matter of the whole process.</summary>
[Collection(nameof(OtlpTests))]
public sealed class OtlpTests
{
    static readonly ActivitySource Source = new("Keystone.Hosting.Otlp.Tests");

    [Theory]
    [InlineData("grpc", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    [InlineData("http/protobuf", "/v1/metrics")]
    public async Task Metrics_go_to_the_collector_that_is_named_without_the_labels_that_are_nobodys_business(string protocol, string path)
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync(protocol == "grpc");
        using (IHost host = Build("--Metrics:OtlpEndpoint", collector.Url, "--Metrics:OtlpProtocol", protocol, "--Metrics:OtlpHeaders", "x-key=abc"))
        {
            await host.StartAsync();
            using Meter meter = new("Keystone.Hosting.Otlp.Tests");
            meter.CreateCounter<long>("keystone.test.sent").Add(2, new("kind", "extend"), new("settlement_id", "secret"));
            await host.StopAsync();
        }

        // What was counted last is sent when the process ends.
        Assert.NotEmpty(collector.Paths);
        Assert.All(collector.Paths, one => Assert.Equal(path, one));
        Assert.All(collector.Headers, headers => Assert.Equal("abc", headers["x-key"]));
        Assert.Contains("keystone.test.sent", collector.Text, StringComparison.Ordinal);
        Assert.Contains("keystone-indexer", collector.Text, StringComparison.Ordinal);
        Assert.Contains("extend", collector.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", collector.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpc", "/opentelemetry.proto.collector.trace.v1.TraceService/Export")]
    [InlineData("http/protobuf", "/v1/traces")]
    public async Task Spans_go_to_the_collector_without_the_contents_of_urls(string protocol, string path)
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync(protocol == "grpc");
        using (IHost host = Build("--Tracing:OtlpEndpoint", collector.Url, "--Tracing:OtlpProtocol", protocol))
        {
            await host.StartAsync();
            using (Activity? span = Source.StartActivity("outer"))
            {
                // As a call that nobody enriched would leave it, and as texts hold addresses and passwords.
                span!.SetTag("url.full", "https://user:hidden@node.example:8545/v3/hidden?key=hidden").SetTag("url.path", "/hidden").SetTag("url.query", "?a=hidden");
                span.SetTag("other", "Host=db;Username=u;Password=hidden;Port=1");
                span.SetStatus(ActivityStatusCode.Error, "no answer of https://node.example/hidden");
                // Over real HTTP, to nobody: the span of a call exists whatever comes of it.
                using HttpClient client = new();
                await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://127.0.0.1:9/hidden?key=hidden")));
            }
            await host.StopAsync();
        }
        Assert.All(collector.Paths, one => Assert.Equal(path, one));
        Assert.DoesNotContain("hidden", collector.Text, StringComparison.Ordinal);
        OtlpSpan outer = Assert.Single(collector.Spans, span => span.Name == "outer");
        Assert.Equal("https://node.example:8545", outer.Attributes["url.full"]);
        OtlpSpan call = Assert.Single(collector.Spans, span => span.ParentId == outer.Id);
        Assert.Equal(("http://127.0.0.1:9", outer.TraceId), (call.Attributes["url.full"], call.TraceId));
    }

    /// <summary>A real statement that fails with a value of a caller in Postgres' message, and an exception of our own.</summary>
    [Fact]
    public async Task Exceptions_leave_without_what_their_messages_quote()
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync(grpc: true);
        using (IHost host = Build("--Tracing:OtlpEndpoint", collector.Url))
        using (IHost second = Build("--Tracing:OtlpEndpoint", collector.Url))
        {
            await host.StartAsync();
            await second.StartAsync();
            await using (NpgsqlDataSource source = NpgsqlDataSource.Create((await PostgresServer.Shared).ConnectionString))
            {
                await using NpgsqlCommand failing = source.CreateCommand("select ($1 || '')::int");
                failing.Parameters.AddWithValue("hidden-name");
                PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => failing.ExecuteScalarAsync());
                Assert.Contains("hidden-name", refused.Message, StringComparison.Ordinal); // what would have been recorded
            }
            using (Activity? span = Source.StartActivity("failing"))
            {
                try
                {
                    throw new InvalidOperationException("no answer of https://hidden-user@node.example/hidden-key, Password=hidden");
                }
                catch (InvalidOperationException fault)
                {
                    span!.AddException(fault);
                }
            }
            await host.StopAsync();
            await second.StopAsync();
        }
        Assert.DoesNotContain("hidden", collector.Text, StringComparison.Ordinal);
        Assert.Contains("SQLSTATE 22P02", collector.Text, StringComparison.Ordinal);
        Assert.Contains("no answer of https://node.example", collector.Text, StringComparison.Ordinal);
        Assert.Contains(nameof(Exceptions_leave_without_what_their_messages_quote), collector.Text, StringComparison.Ordinal); // the stack trace
    }

    [Fact]
    public async Task Without_a_collector_nothing_listens()
    {
        using IHost host = Build();
        await host.StartAsync();
        Assert.Null(host.Services.GetService<TracerProvider>());
        Assert.False(Source.HasListeners());
        using ActivitySource calls = new("System.Net.Http"), sql = new("Npgsql");
        Assert.False(calls.HasListeners());
        Assert.False(sql.HasListeners());
        await host.StopAsync();
    }

    /// <summary>Whatever a caller's header says of it.</summary>
    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    public async Task The_ratio_decides_what_is_recorded(string ratio, bool recorded)
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync(grpc: true);
        using IHost host = Build("--Tracing:OtlpEndpoint", collector.Url, "--Tracing:SampleRatio", ratio);
        await host.StartAsync();
        foreach (ActivityTraceFlags said in (ActivityTraceFlags[])[ActivityTraceFlags.Recorded, ActivityTraceFlags.None])
        {
            ActivityContext caller = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), said, isRemote: true);
            using Activity? span = Source.StartActivity("work", ActivityKind.Server, caller);
            Assert.Equal(recorded, span?.Recorded ?? false);
            if (recorded) Assert.Equal(caller.TraceId, span!.TraceId);
        }
        await host.StopAsync();
    }

    [Theory]
    [InlineData("Tracing:OtlpEndpoint", "collector:4317", "Tracing:OtlpEndpoint must be an http or https URL")]
    [InlineData("Tracing:OtlpEndpoint", "http://key@collector:4317", "Tracing:OtlpEndpoint must not hold a user name or password")]
    [InlineData("Tracing:OtlpProtocol", "udp", "Tracing:OtlpProtocol must be grpc or http/protobuf.")]
    [InlineData("Tracing:OtlpHeaders", "key", "Tracing:OtlpHeaders must be name=value")]
    [InlineData("Tracing:SampleRatio", "1.5", "Tracing:SampleRatio must be between 0 and 1.")]
    [InlineData("Tracing:SampleRatio", "NaN", "Tracing:SampleRatio must be between 0 and 1.")]
    [InlineData("Tracing:SampleRatio", "half", "Tracing:SampleRatio")]
    [InlineData("Metrics:OtlpEndpoint", "ftp://collector", "Metrics:OtlpEndpoint must be an http or https URL")]
    [InlineData("Metrics:OtlpIntervalSeconds", "0", "Metrics:OtlpIntervalSeconds must be between 1 and 3600.")]
    public void A_wrong_setting_is_named(string setting, string value, string sentence)
    {
        using IHost host = Build("--" + setting, value);
        SettingsException fault = Assert.Throws<SettingsException>(() => KeystoneHost.ValidateSettings(host.Services));
        Assert.Contains(fault.Faults, one => one.Contains(sentence, StringComparison.Ordinal));
    }

    static IHost Build(params string[] settings) =>
        KeystoneHost.CreateBuilder(["--Management:Url", "http://127.0.0.1:0", .. settings], KeystoneService.Indexer).Build();
}
