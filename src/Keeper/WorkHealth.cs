using Keystone.Compliance;
using Keystone.Compliance.Lists;
using Keystone.Compliance.Providers;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Transactions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Keeper;

/// <summary>
/// Health check <c>work</c>, ready: whether settlements can move. Not ready while the mirror of a chain is halted, a list cannot be used or a provider of screenings is down, in the process that holds a
/// sender's lease; a standby shows the same as degraded and stays ready, so that it can take over. Each condition is also an alarm, raised once until it ends, and a metric.
/// </summary>
internal sealed partial class WorkHealth(MirrorReader mirror, IScreeningProvider screening, DenyListProvider denied, SanctionsLists lists, TransactionsHealth transactions, TimeProvider time, ILogger<WorkHealth> log, LoopPulses? pulses = null)
    : BackgroundService, IHealthCheck
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    readonly Dictionary<string, string> _said = new(StringComparer.Ordinal);
    volatile IReadOnlyDictionary<string, string> _faults = new Dictionary<string, string>();

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string text = string.Join(' ', _faults.Values);
        return Task.FromResult(text.Length == 0 ? HealthCheckResult.Healthy()
            : transactions.IsHolder ? HealthCheckResult.Unhealthy(text) : HealthCheckResult.Degraded(text));
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        KeeperMetrics.Begin();
        return new PolledLoop("health", Poll, time, log, pulses).RunAsync(CheckAsync, stoppingToken);
    }

    /// <summary>Checks once.</summary>
    internal async Task CheckAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string> faults = new(StringComparer.Ordinal);
        foreach ((long chainId, string reason) in await mirror.HaltsAsync(cancellationToken))
            faults["mirror_halted"] = $"The mirror of chain {chainId} is halted, so that its settlements stand still: {reason}";
        // Other providers have no list that could be checked.
        if (screening is LayeredScreening layers)
        {
            try
            {
                denied.Current();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                faults["screening_list"] = $"The deny list cannot be used, so that nobody is cleared: {e.Message}";
            }
            string[] unusable = [.. lists.States.Where(list => !list.IsUsable).Select(list => list.Fault is { } fault ? $"List {list.Name}: {fault}" : $"The list {list.Name} is being read.")];
            if (unusable.Length > 0) faults["screening_list"] = $"Nobody is cleared: {string.Join(' ', unusable)}";
            if (layers.Providers.FirstOrDefault(provider => provider.IsOpen) is { } open)
                faults["screening_provider"] = $"The provider of the layer {open.Layer} failed too often, so that nobody is cleared before it answers again.";
        }
        foreach (string code in (string[])["mirror_halted", "screening_list", "screening_provider"])
        {
            bool isSo = faults.TryGetValue(code, out string? text);
            KeeperMetrics.NotReady.Record(isSo ? 1 : 0, new KeyValuePair<string, object?>("reason", code));
            if (!isSo) _said.Remove(code);
            else if (_said.TryAdd(code, text!))
            {
                Alarm(code, text!);
                KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", code));
            }
        }
        _faults = faults;
    }

    [LoggerMessage(7095, LogLevel.Error, "ALARM {Code}: {Text}")]
    partial void Alarm(string code, string text);
}
