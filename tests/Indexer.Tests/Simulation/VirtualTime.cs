namespace Keystone.Indexer.Tests.Simulation;

/// <summary>Everything that is still to happen, in the order of virtual time. One thread, one order: the same seed gives the same story.</summary>
sealed class Agenda
{
    readonly PriorityQueue<Action, (long At, long Order)> _due = new();
    long _order;

    /// <summary>The true time, which is also the database's.</summary>
    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Happens after a while.</summary>
    public void In(TimeSpan after, Action happens) => _due.Enqueue(happens, ((Now + after).Ticks, _order++));

    /// <summary>Lets the next thing happen; false when there is none.</summary>
    public bool Next()
    {
        if (!_due.TryDequeue(out Action? happens, out (long At, long Order) key)) return false;
        Now = new DateTimeOffset(key.At, TimeSpan.Zero);
        happens();
        return true;
    }
}

/// <summary>A process on a machine with a clock of its own. What comes to it while it is suspended waits; what comes after its death is lost.</summary>
sealed class SimulatedProcess(Agenda agenda, TimeSpan skew) : TimeProvider
{
    readonly Queue<Action> _waiting = new();
    Context? _context;

    public bool IsDead { get; private set; }

    public bool IsSuspended { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => agenda.Now + skew;

    public override long GetTimestamp() => agenda.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(this, callback, state, dueTime, period);

    /// <summary>Happens inside the process after a while.</summary>
    public void In(TimeSpan after, Action happens) => agenda.In(after, () => Reach(happens));

    /// <summary>Runs as the process: what is awaited in it goes on in it, at a moment of virtual time.</summary>
    public void Run(Action work)
    {
        SynchronizationContext.SetSynchronizationContext(_context ??= new Context(this));
        try
        {
            work();
        }
        finally
        {
            // What completes outside is handed in, not run through.
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    public void Kill()
    {
        IsDead = true;
        _waiting.Clear();
    }

    public void Suspend() => IsSuspended = true;

    public void Resume()
    {
        IsSuspended = false;
        while (_waiting.TryDequeue(out Action? happens)) In(TimeSpan.Zero, happens);
    }

    void Reach(Action happens)
    {
        if (IsDead) return;
        if (IsSuspended) _waiting.Enqueue(happens);
        else happens();
    }

    sealed class Context(SimulatedProcess process) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => process.In(TimeSpan.Zero, () => process.Run(() => d(state)));

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();
    }

    sealed class Timer : ITimer
    {
        readonly SimulatedProcess _process;
        readonly TimerCallback _callback;
        readonly object? _state;
        int _version;

        public Timer(SimulatedProcess process, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_process, _callback, _state) = (process, callback, state);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int version = ++_version;
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            _process.In(dueTime, () =>
            {
                if (version != _version) return;
                if (period > TimeSpan.Zero) Change(period, period);
                _callback(_state);
            });
            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>
/// The way from a process to a server and back. The request is answered when it arrives, whether or not its sender still lives; the answer comes back
/// later, or never.
/// </summary>
sealed class Wire(Agenda agenda)
{
    readonly int _thread = Environment.CurrentManagedThreadId;

    public Task<T> AskAsync<T>(SimulatedProcess sender, TimeSpan there, TimeSpan back, Func<T> answer, CancellationToken cancellationToken)
    {
        // A continuation on another thread would come at a moment that no seed repeats.
        if (Environment.CurrentManagedThreadId != _thread) throw new InvalidOperationException("The simulated indexer left its thread.");
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        TaskCompletionSource<T> waiting = new();
        CancellationTokenRegistration cancelled = cancellationToken.Register(() => sender.In(TimeSpan.Zero, () => waiting.TrySetCanceled(cancellationToken)));
        agenda.In(there, () =>
        {
            Action arrives;
            TimeSpan later = back;
            try
            {
                T result = answer();
                arrives = () => waiting.TrySetResult(result);
            }
            catch (SilenceException silence)
            {
                later = silence.Until;
                arrives = () => waiting.TrySetException(silence.Then);
            }
            catch (Exception fault)
            {
                arrives = () => waiting.TrySetException(fault);
            }
            sender.In(later, () =>
            {
                cancelled.Dispose();
                arrives();
            });
        });
        return waiting.Task;
    }
}

/// <summary>No answer comes, and after a while the sender gives up.</summary>
sealed class SilenceException(TimeSpan until, Exception then) : Exception
{
    public TimeSpan Until => until;

    public Exception Then => then;
}
