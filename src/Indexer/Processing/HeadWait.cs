using Keystone.Ethereum.Nodes;

namespace Keystone.Indexer.Processing;

/// <summary>The wait between two polls: as long as the interval, or until a node reports a head.</summary>
/// <param name="next">A task that ends when the next head is reported.</param>
/// <param name="interval">Longest wait.</param>
/// <param name="time">Clock.</param>
/// <param name="jitter">Varies the interval.</param>
internal sealed class HeadWait(Func<Task> next, TimeSpan interval, TimeProvider time, Jitter jitter)
{
    Task _reported = next();

    /// <summary>Called before a poll: a head that comes during it is not missed.</summary>
    public void Begin() => _reported = next();

    /// <summary>Waits. Ends early, without an error, when it is cancelled.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _reported.WaitAsync(jitter.About(interval), time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        // Each reported head ends one wait.
        _reported = next();
    }
}
