using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace Keystone.Postgres;

/// <summary>
/// A loop of a service: it polls for work, then waits for a signal or for its interval. What a poll throws is logged, once a minute while it stays the same, and the next poll tries again:
/// only the end of the service ends the loop.
/// </summary>
/// <param name="name">Name in logs and for the watchdog.</param>
/// <param name="interval">Longest time from one poll to the next.</param>
/// <param name="time">Clock of the interval.</param>
/// <param name="log">Log of the loop.</param>
/// <param name="pulses">Where it reports its turns; null where no watchdog looks.</param>
public sealed partial class PolledLoop(string name, TimeSpan interval, TimeProvider time, ILogger log, LoopPulses? pulses = null)
{
    static readonly TimeSpan BetweenRepeats = TimeSpan.FromMinutes(1);

    (string? Reason, long At) _said;

    /// <summary>Longest time that a poll takes when nothing hangs; null for the usual two minutes.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Gives a task that ends when there may be work before the interval ends. It is asked for before each poll, so that what is raised meanwhile is not lost.</summary>
    public Func<Task>? Signal { get; init; }

    /// <summary>Reports that the loop turns, within a poll that does one thing after another.</summary>
    public void Turn() => pulses?.Turn(name, Limit);

    /// <summary>Polls until the service ends.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> poll, CancellationToken stoppingToken)
    {
        ArgumentNullException.ThrowIfNull(poll);
        while (!stoppingToken.IsCancellationRequested)
        {
            Turn();
            Task next = Signal?.Invoke() ?? Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
            try
            {
                await poll(stoppingToken);
                _said = default;
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // A call that was given up by a limit of its own is a fault like any other: the service has not ended.
                Say(fault);
            }
            catch (Exception fault) when (fault is OperationCanceledException or DbException or ObjectDisposedException)
            {
                // The service ends, and takes its connections from the poll.
                return;
            }
            await WakeSignals.WaitAsync(next, interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void Say(Exception fault)
    {
        if (_said.Reason == fault.Message && time.GetElapsedTime(_said.At) < BetweenRepeats) return;
        _said = (fault.Message, time.GetTimestamp());
        if (fault is DbException) Interrupted(name, fault.Message);
        else Failed(fault, name);
    }

    [LoggerMessage(2012, LogLevel.Warning, "The loop {Loop} was interrupted and polls again at its next turn: {Reason}")]
    partial void Interrupted(string loop, string reason);

    [LoggerMessage(2013, LogLevel.Error, "A poll of the loop {Loop} failed; it polls again at its next turn")]
    partial void Failed(Exception exception, string loop);
}
