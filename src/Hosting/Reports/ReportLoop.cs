using System.Data.Common;
using System.Reflection;
using System.Text.Json.Nodes;
using Keystone.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Hosting.Reports;

/// <summary>
/// Writes every five seconds that the process runs and what it reports: its health checks, and each <see cref="IProcessReport"/>. A check that is not healthy is an alarm of the
/// process until it is.
/// </summary>
internal sealed partial class ReportLoop(
    ReportStore reports, AlarmStore alarms, KeystoneService service, HealthCheckService health, IEnumerable<IProcessReport> contributions,
    [FromKeyedServices(Clocks.Machine)] TimeProvider time, ILogger<ReportLoop> log)
    : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    static readonly string Version = typeof(ReportLoop).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    readonly DateTimeOffset _started = time.GetUtcNow();
    bool _failing;

    /// <summary>Id of this run of the process.</summary>
    public Guid Instance { get; } = Guid.CreateVersion7(time.GetUtcNow());

    string Subject => $"{service.Name}@{Environment.MachineName}";

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WriteAsync(stoppingToken);
                _failing = false;
            }
            catch (Exception fault) when (fault is DbException or TimeoutException || (fault is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                if (!_failing) NotWritten(fault.Message);
                _failing = true;
            }
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Writes once, as the loop does every five seconds.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        HealthReport checks = await health.CheckHealthAsync(check => check.Tags.Contains("ready"), cancellationToken);
        JsonObject state = [];
        Dictionary<string, string> wrong = new(StringComparer.Ordinal);
        foreach ((string name, HealthReportEntry entry) in checks.Entries)
        {
            string? detail = entry.Description is { Length: > 0 } text ? LogRedaction.Redact(text) : null;
            state[name] = new JsonObject { ["status"] = entry.Status.ToString().ToLowerInvariant(), ["detail"] = detail };
            if (entry.Status != HealthStatus.Healthy) wrong[name] = detail ?? "The check fails.";
        }
        Dictionary<string, string> written = new(StringComparer.Ordinal) { ["health"] = state.ToJsonString() };
        foreach (IProcessReport report in contributions) written[report.Name] = LogRedaction.Redact(report.Read().ToJsonString());
        await reports.WriteAsync(Instance, service.Name, Environment.MachineName, Version, _started, written, cancellationToken);
        foreach ((string code, string detail) in wrong) await alarms.RaiseAsync("health_" + code, Subject, detail, cancellationToken);
        await alarms.ClearAsync(Subject, [.. wrong.Keys.Select(code => "health_" + code)], cancellationToken);
    }

    [LoggerMessage(3002, LogLevel.Warning, "The report of this process could not be written: {Reason}")]
    partial void NotWritten(string reason);
}
