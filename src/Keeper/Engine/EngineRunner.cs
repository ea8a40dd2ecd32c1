using Keystone.Domain.Engine;
using Keystone.Postgres;
using Keystone.Settlements.Advance;
using Keystone.Transactions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Engine;

/// <summary>Advances due settlements, several concurrently, and signals the result of each to the loops and to operators.</summary>
internal sealed partial class EngineRunner(
    AdvanceSettlement advance, WakeSignals signals, TransactionSignal transactions, ClockGuard clock, IOptions<KeeperOptions> options, TimeProvider time,
    ILogger<EngineRunner> log, LoopPulses? pulses = null) : BackgroundService
{
    TimeSpan Poll => TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);

    // Wakes the workers that help.
    const string Help = "engine help";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.EngineWorkers).Select(worker => WorkAsync(worker, stoppingToken)));

    // One worker takes what is due as it comes: all that comes due during its run is its next group. The others help while groups are large, and look by themselves at each poll.
    Task WorkAsync(int worker, CancellationToken stoppingToken)
    {
        PolledLoop loop = new($"engine {worker}", Poll, time, log, pulses) { Signal = () => signals.Next(worker == 0 ? WakeSignals.Engine : Help) };
        return loop.RunAsync(async token =>
        {
            while (clock.Reason is null && await RunAsync(token) > 0) loop.Turn();
        }, stoppingToken);
    }

    /// <summary>Decides due settlements in one transaction; returns their number, 0 if none is due.</summary>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Advanced> group = await advance.ExecuteAsync(cancellationToken);
        if (group.Count == 0) return 0;
        KeeperMetrics.Groups.Add(1);
        if (group.Count > AdvanceSettlement.MostAtOnce / 2) signals.RaiseHere(Help);
        foreach (Advanced advanced in group)
        {
            if (advanced.Fault is { } fault) Failed(fault, advanced.Id);
            Announce(advanced);
        }
        return group.Count;
    }

    // After the commit, because before it the change can still be rolled back.
    void Announce(Advanced advanced)
    {
        if (advanced.IsDueAgain) signals.Raise(WakeSignals.Engine);
        if (advanced.HasScreenings) signals.Raise(WakeSignals.Screening);
        if (advanced.HasMessages) signals.Raise(WakeSignals.Webhooks);
        if (advanced.HasIntents) transactions.Raise();
        foreach (Transition move in advanced.Transitions)
        {
            Moved(advanced.Id, move.From, move.To, move.Trigger);
            KeeperMetrics.Transitions.Add(1, new KeyValuePair<string, object?>("state", move.To), new KeyValuePair<string, object?>("reason", move.Trigger.ToString()));
        }
        foreach (string code in advanced.Alarms)
        {
            Alarm(code, advanced.Id);
            KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", code));
        }
    }

    [LoggerMessage(7050, LogLevel.Information, "Settlement {SettlementId}: {From} to {To}, by {Trigger}")]
    partial void Moved(Guid settlementId, string from, string to, Trigger trigger);

    [LoggerMessage(7051, LogLevel.Error, "Settlement {SettlementId} could not be decided; it is tried again")]
    partial void Failed(Exception exception, Guid settlementId);

    [LoggerMessage(7053, LogLevel.Error, "ALARM {Code} at settlement {SettlementId}")]
    partial void Alarm(string code, Guid settlementId);
}
