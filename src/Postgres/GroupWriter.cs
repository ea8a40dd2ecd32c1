using System.Collections.Concurrent;
using System.Data.Common;

namespace Keystone.Postgres;

/// <summary>Writes what comes one by one in groups: all that arrives while a group is being written is the next group, and waits for the disk once.</summary>
/// <typeparam name="T">What is written.</typeparam>
/// <param name="write">Writes some in one transaction, committed when the task ends. A group that fails is written one by one, so that one at fault does not keep the others.</param>
public sealed class GroupWriter<T>(Func<IReadOnlyList<T>, CancellationToken, Task> write) : IDisposable
{
    const int Most = 128;

    readonly ConcurrentQueue<Waiting> _queue = new();
    readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Ends when it is committed.</summary>
    /// <exception cref="DbException">It could not be written.</exception>
    public async Task WriteAsync(T item, CancellationToken cancellationToken)
    {
        Waiting mine = new(item, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _queue.Enqueue(mine);
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!mine.Done.Task.IsCompleted)
            {
                // What is ready to come at this moment comes along.
                await Task.Yield();
                await WriteQueuedAsync(cancellationToken).ConfigureAwait(false);
            }
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
        List<Waiting> group = [];
        while (group.Count < Most && _queue.TryDequeue(out Waiting? next)) group.Add(next);
        try
        {
            await write([.. group.Select(one => one.Item)], cancellationToken).ConfigureAwait(false);
            foreach (Waiting one in group) one.Done.SetResult();
        }
        catch (DbException) when (group.Count > 1)
        {
            foreach (Waiting one in group) await WriteAloneAsync(one, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            foreach (Waiting one in group) one.Done.SetException(fault);
        }
    }

    async Task WriteAloneAsync(Waiting one, CancellationToken cancellationToken)
    {
        try
        {
            await write([one.Item], cancellationToken).ConfigureAwait(false);
            one.Done.SetResult();
        }
        catch (Exception fault)
        {
            one.Done.SetException(fault);
        }
    }

    sealed record Waiting(T Item, TaskCompletionSource Done);
}
