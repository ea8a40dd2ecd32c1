namespace Keystone.Transactions;

/// <summary>Wakes the desk of this process; more signals than looks collapse into one.</summary>
public sealed class DeskSignal : IDisposable
{
    readonly SemaphoreSlim _raised = new(0, 1);

    /// <summary>Says that there may be something to do. After the commit that made it so.</summary>
    public void Raise()
    {
        try
        {
            if (_raised.CurrentCount == 0) _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another thread raised it in between: it is raised.
        }
    }

    internal Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _raised.WaitAsync(atMost, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _raised.Dispose();
}
