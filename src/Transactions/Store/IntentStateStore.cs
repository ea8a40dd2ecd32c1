namespace Keystone.Transactions;

/// <summary>Changes the state of intents.</summary>
internal sealed class IntentStateStore(SenderDatabase rows, TimeProvider time)
{
    // The update is conditional on the state that was read, so that it does not overwrite an owner's change in between.
    const string SetStateSql = """
        update transactions.intent i set status = new.status, last_reason = coalesce(new.reason, i.last_reason), updated_at = @now,
          attempts = i.attempts + new.failed, due_at = greatest(i.due_at, new.due)
        from unnest(@ids, @statuses, @states, @reasons, @counts, @dues) new (id, status, was, reason, failed, due)
        where i.id = new.id and i.chain_id = @chain and i.status = new.was
        """;

    /// <summary>Changes intents that are still in the state in which they were read. A change with a pause counts as a failed attempt.</summary>
    public Task SetAsync(
        long epoch, IReadOnlyList<(Intent Intent, IntentState State, string? Reason, TimeSpan? Pause)> changes, CancellationToken cancellationToken) =>
        rows.FencedAsync(epoch, connection =>
        {
            DateTimeOffset now = time.GetUtcNow();
            return rows.RunAsync(connection, SetStateSql, cancellationToken,
                ("ids", changes.Select(one => one.Intent.Id).ToArray()), ("statuses", changes.Select(one => Word(one.State)).ToArray()),
                ("states", changes.Select(one => Word(one.Intent.State)).ToArray()), ("reasons", changes.Select(one => one.Reason).ToArray()), ("now", now),
                ("counts", changes.Select(one => one.Pause is null ? 0 : 1).ToArray()), ("dues", changes.Select(one => (now + (one.Pause ?? TimeSpan.Zero)).UtcDateTime).ToArray()));
        }, cancellationToken);

    const string ReleaseSql = """
        update transactions.intent set sender = null, updated_at = @now where chain_id = @chain and sender = @sender and status = 'wanted' and only_by is null
        """;

    /// <summary>An account that is no longer in service gives away what no transaction of it carries and others may carry out.</summary>
    public Task<int> ReleaseAsync(long epoch, CancellationToken cancellationToken) =>
        rows.FencedAsync(epoch, connection => rows.RunAsync(connection, ReleaseSql, cancellationToken, ("now", time.GetUtcNow())), cancellationToken);

    static string Word(IntentState state) => state.ToString().ToLowerInvariant();
}
