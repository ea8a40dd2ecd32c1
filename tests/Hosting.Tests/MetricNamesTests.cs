using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Keystone.Hosting.Tests;

/// <summary>The names on the page <c>/metrics</c>: dashboards and alarms of operators are written for them, so a new version of the exporter must not change one.</summary>
[Collection(nameof(OtlpTests))]
public sealed partial class MetricNamesTests
{
    [Fact]
    public async Task Every_instrument_keeps_its_name_and_its_labels()
    {
        ConcurrentDictionary<string, Instrument> known = new();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) => known[instrument.Name] = instrument;
        listener.Start();
        using IHost host = KeystoneHost.CreateBuilder(["--Management:Url", "http://127.0.0.1:0"], KeystoneService.Indexer).Build();
        await host.StartAsync();
        using HttpClient client = new() { BaseAddress = new Uri(host.Services.GetRequiredService<ManagementServer>().Address!) };
        Assert.True((await client.GetAsync("/health/live")).IsSuccessStatusCode);

        // One of each kind and unit that services use.
        using Meter meter = new("Keystone.Names.Tests"), again = new("Keystone.Names.Tests.Again");
        meter.CreateCounter<long>("keystone.names.sent").Add(1, new KeyValuePair<string, object?>("chain", 1L));
        again.CreateCounter<long>("keystone.names.sent").Add(1, new KeyValuePair<string, object?>("chain", 2L));
        meter.CreateCounter<long>("keystone.names.all.total").Add(1);
        meter.CreateCounter<double>("keystone.names.waited", "s").Add(1);
        meter.CreateUpDownCounter<long>("keystone.names.open").Add(1);
        meter.CreateGauge<long>("keystone.names.in.flight").Record(3);
        meter.CreateGauge<double>("keystone.names.lag", "s").Record(1.5);
        meter.CreateGauge<long>("keystone.names.used", "By").Record(5);
        meter.CreateHistogram<int>("keystone.names.carried").Record(2);
        meter.CreateHistogram<double>("keystone.names.duration", "s").Record(0.3, new("node", "n"), new("settlement_id", "x"));

        string page = await client.GetStringAsync("/metrics");
        string[] families = [.. Family().Matches(page).Select(match => match.Groups["name"].Value)];
        Assert.Equal(families.Distinct(), families);
        HashSet<string> names = [.. known.Values.Select(NameOf)];
        Assert.All(families, family => Assert.Contains(family, names));
        Assert.Equal(
            [
                "keystone_names_all_total", "keystone_names_carried", "keystone_names_duration_seconds", "keystone_names_in_flight", "keystone_names_lag_seconds",
                "keystone_names_open", "keystone_names_sent_total", "keystone_names_used_bytes", "keystone_names_waited_seconds_total",
            ],
            families.Where(family => family.StartsWith("keystone_names_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        // Of the platform, as operators' dashboards have them.
        foreach (string name in (string[])[
            "http_server_request_duration_seconds", "http_server_active_requests", "kestrel_active_connections", "kestrel_connection_duration_seconds",
            "http_client_request_duration_seconds", "http_client_active_requests", "http_client_open_connections",
            "dotnet_gc_collections_total", "dotnet_gc_heap_total_allocated_bytes_total", "dotnet_process_memory_working_set_bytes", "dotnet_thread_pool_thread_count",
            "dotnet_exceptions_total", "dotnet_process_cpu_time_seconds_total", "dotnet_process_cpu_count"])
            Assert.True(families.Contains(name) || !known.Values.Any(instrument => NameOf(instrument) == name && instrument.IsObservable), name);
        Assert.DoesNotContain("target_info", page, StringComparison.Ordinal);
        Assert.DoesNotContain("otel_scope", page, StringComparison.Ordinal);
        Assert.Contains("keystone_names_duration_seconds_bucket{node=\"n\",le=\"0.25\"} 0\n", page, StringComparison.Ordinal);
        Assert.Contains("keystone_names_duration_seconds_bucket{node=\"n\",le=\"0.5\"} 1\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("settlement_id", page, StringComparison.Ordinal);
        await host.StopAsync();
    }

    // The rule by which the page was written before the library did it.
    static string NameOf(Instrument instrument)
    {
        bool monotonic = instrument.GetType() is { IsGenericType: true } type
            && (type.GetGenericTypeDefinition() == typeof(Counter<>) || type.GetGenericTypeDefinition() == typeof(ObservableCounter<>));
        string clean = Other().Replace(instrument.Name, "_");
        string suffix = instrument.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        if (suffix.Length > 0 && !clean.EndsWith(suffix, StringComparison.Ordinal)) clean += suffix;
        return monotonic && !clean.EndsWith("_total", StringComparison.Ordinal) ? clean + "_total" : clean;
    }

    [GeneratedRegex(@"^# TYPE (?<name>\S+) ", RegexOptions.Multiline)]
    private static partial Regex Family();

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex Other();
}
