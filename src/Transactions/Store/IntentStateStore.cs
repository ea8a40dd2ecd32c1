namespace Keystone.Transactions;

/// <summary>Changes the state of intents.</summary>
internal sealed class IntentStateStore(SenderDatabase rows, TimeProvider time)
{
    // The update is conditional on the state that was read, so that it does not overwrite an owner's change in between.
    const string SetStateSql = """
        update transactions.intent set status = @status, last_reason = coalesce(@reason, last_reason), updated_at = @now,
          attempts = attempts + @failed, due_at = greatest(due_at, @due)
        where id = @id and chain_id = @chain and status = @was
        """;

    /// <summary>Changes intents that are still in the state in which they were read. A change with a pause counts as a failed attempt.</summary>
    public Task SetAsync(
        long epoch, IReadOnlyList<(Intent Intent, IntentState State, string? Reason, TimeSpan? Pause)> changes, CancellationToken cancellationToken) =>
        rows.FencedAsync(epoch, async connection =>
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach ((Intent intent, IntentState state, string? reason, TimeSpan? pause) in changes)
                await rows.RunAsync(connection, SetStateSql, cancellationToken,
                    ("id", intent.Id), ("status", Word(state)), ("was", Word(intent.State)), ("reason", reason), ("now", now),
                    ("failed", pause is null ? 0 : 1), ("due", now + (pause ?? TimeSpan.Zero)));
            return true;
        }, cancellationToken);

    const string ReleaseSql = """
        update transactions.intent set sender = null, updated_at = @now where chain_id = @chain and sender = @sender and status = 'wanted' and only_by is null
        """;

    /// <summary>An account that is no longer in service gives away what no transaction of it carries and others may carry out.</summary>
    public Task<int> ReleaseAsync(long epoch, CancellationToken cancellationToken) =>
        rows.FencedAsync(epoch, connection => rows.RunAsync(connection, ReleaseSql, cancellationToken, ("now", time.GetUtcNow())), cancellationToken);

    static string Word(IntentState state) => state.ToString().ToLowerInvariant();
}
