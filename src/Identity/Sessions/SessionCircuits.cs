using System.Collections.Concurrent;
using Keystone.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Identity.Sessions;

/// <summary>The open live pages of this process, by session. Those whose session is over are ended: at a signal, and at the latest at the next poll.</summary>
public sealed partial class SessionCircuits : BackgroundService
{
    /// <summary>Time between two polls: what a lost signal costs.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<Registration, byte> _open = new();
    readonly MemberSessions _sessions;
    readonly WakeSignals _wake;
    readonly TimeProvider _time;
    readonly ILogger<SessionCircuits> _log;

    internal SessionCircuits(MemberSessions sessions, WakeSignals wake, TimeProvider time, ILogger<SessionCircuits> log) => (_sessions, _wake, _time, _log) = (sessions, wake, time, log);

    /// <summary>Open pages.</summary>
    public int Count => _open.Count;

    /// <summary>Registers an open page.</summary>
    /// <param name="session">Its session.</param>
    /// <param name="end">Ends the page; called once, when the session is over.</param>
    /// <returns>To be disposed when the page is closed.</returns>
    public IDisposable Register(Guid session, Func<Task> end)
    {
        ArgumentNullException.ThrowIfNull(end);
        Registration registration = new(this, session, end);
        _open[registration] = 0;
        return registration;
    }

    /// <summary>Ends the pages whose sessions are over.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        _sessions.Forget();
        Registration[] open = [.. _open.Keys];
        if (open.Length == 0) return;
        IReadOnlySet<Guid> live = await _sessions.LiveAsync([.. open.Select(one => one.Session).Distinct()], cancellationToken);
        await Task.WhenAll(open.Where(one => !live.Contains(one.Session)).Select(EndAsync));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task next = _wake.Next(WakeSignals.Sessions);
            try
            {
                await SweepAsync(stoppingToken);
                await WakeSignals.WaitAsync(next, Poll, _time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is System.Data.Common.DbException or TimeoutException or InvalidOperationException or IOException)
            {
                // A page asks for its session at each use case, too, and gets no answer without a database.
                Unread(fault.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task EndAsync(Registration registration)
    {
        if (!_open.TryRemove(registration, out _)) return;
        try
        {
            await registration.End();
        }
        catch (Exception fault) when (fault is ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The browser closed the page at this moment.
            Gone(fault.Message);
        }
    }

    [LoggerMessage(EventId = 10101, Level = LogLevel.Warning, Message = "Sessions of open pages could not be read ({Reason}); they are read again in a second")]
    partial void Unread(string reason);

    [LoggerMessage(EventId = 10102, Level = LogLevel.Debug, Message = "A page closed while its session ended ({Reason})")]
    partial void Gone(string reason);

    sealed class Registration(SessionCircuits circuits, Guid session, Func<Task> end) : IDisposable
    {
        public Guid Session => session;

        public Func<Task> End => end;

        public void Dispose() => circuits._open.TryRemove(this, out _);
    }
}
