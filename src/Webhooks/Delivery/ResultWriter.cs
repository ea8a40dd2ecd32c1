using System.Collections.Concurrent;
using System.Data.Common;

namespace Keystone.Webhooks.Delivery;

/// <summary>Writes results. Successes that end while another is being written go together into the next statement, and so to the disk at once.</summary>
internal sealed class ResultWriter(DeliveryStore store) : IDisposable
{
    const int Most = 128;

    readonly ConcurrentQueue<Written> _queue = new();
    readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Ends when the result is committed.</summary>
    /// <exception cref="DbException">It could not be written; the claim expires and the delivery is made again.</exception>
    public async Task WriteAsync(DeliveryResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (!result.Outcome.Delivered)
        {
            await WriteOneAsync(result, cancellationToken).ConfigureAwait(false);
            return;
        }
        Written mine = new(result, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _queue.Enqueue(mine);
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!mine.Done.Task.IsCompleted) await WriteQueuedAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
        await mine.Done.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    async Task WriteQueuedAsync(CancellationToken cancellationToken)
    {
        List<Written> taken = [];
        while (taken.Count < Most && _queue.TryDequeue(out Written? next)) taken.Add(next);
        try
        {
            await store.WriteDeliveredAsync([.. taken.Select(one => one.Result)], cancellationToken).ConfigureAwait(false);
            foreach (Written one in taken) one.Done.SetResult();
        }
        catch (DbException)
        {
            // One of them may be at fault: each is written by itself, and has its own error.
            foreach (Written one in taken) await WriteAloneAsync(one, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            foreach (Written one in taken) one.Done.SetException(fault);
        }
    }

    async Task WriteAloneAsync(Written one, CancellationToken cancellationToken)
    {
        try
        {
            await WriteOneAsync(one.Result, cancellationToken).ConfigureAwait(false);
            one.Done.SetResult();
        }
        catch (Exception fault)
        {
            one.Done.SetException(fault);
        }
    }

    Task WriteOneAsync(DeliveryResult result, CancellationToken cancellationToken) =>
        store.WriteAsync(result.Delivery, result.Outcome, result.RetryAt, result.At, cancellationToken);

    sealed record Written(DeliveryResult Result, TaskCompletionSource Done);
}
