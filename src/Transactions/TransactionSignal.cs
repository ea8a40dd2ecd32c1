namespace Keystone.Transactions;

/// <summary>Wakes the desks of this process. A signal during a look makes another look follow it; more of them collapse into one.</summary>
public sealed class TransactionSignal
{
    TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says that there may be something to do. After the commit that made it so.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Ends with the next signal. Taken before a look, so that none is missed.</summary>
    internal Task Next => Volatile.Read(ref _next).Task;
}
