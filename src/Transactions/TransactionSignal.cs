namespace Keystone.Transactions;

/// <summary>Starts a poll of the transaction managers in this process. Signals during a poll cause one further poll.</summary>
public sealed class TransactionSignal
{
    TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Signals that there may be work. Call it after the commit that created the work.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Completes with the next signal. Read it before a poll, so that no signal is missed.</summary>
    internal Task Next => Volatile.Read(ref _next).Task;
}
