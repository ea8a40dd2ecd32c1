using Keystone.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Webhooks.Feed;

/// <summary>What an environment was sent, in one order and without gaps, for receivers that fetch instead of being called.</summary>
public sealed class EventFeed(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    /// <summary>How long messages stay in the feed.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    const string SelectBounds = """
        select coalesce((select position from webhooks.feed where environment_id = $1), 0),
          (select feed_position from webhooks.message where environment_id = $1 and feed_position is not null and created_at >= $2 order by feed_position limit 1)
        """;

    const string SelectMessages = """
        select feed_position, type, payload from webhooks.message
        where environment_id = $1 and feed_position > $2 and feed_position <= $3 and ($5::text[] is null or type = any($5))
        order by feed_position limit $4
        """;

    /// <summary>Messages behind a position.</summary>
    /// <param name="environment">Whose feed.</param>
    /// <param name="after">Position of the last message that the reader has; null to begin with the oldest one that is kept.</param>
    /// <param name="limit">Most messages.</param>
    /// <param name="patterns">Patterns of the events to give, as endpoints have them; empty for all.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<FeedPage> ReadAsync(Guid environment, long? after, int limit, IReadOnlyList<string> patterns, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        (long head, long oldest) = await BoundsAsync(environment, cancellationToken).ConfigureAwait(false);
        if (after is { } asked && (asked < oldest - 1 || asked > head))
            return new FeedPage([], asked, false, head, asked > head ? head : oldest - 1);
        long from = after ?? oldest - 1;
        List<FeedMessage> items = [];
        await using NpgsqlCommand select = Command(SelectMessages, environment, from, head, limit + 1);
        select.Parameters.Add(new NpgsqlParameter { Value = (object?)EventPattern.NamesOf(patterns) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            items.Add(new FeedMessage(rows.GetInt64(0), rows.GetString(1), rows.GetString(2)));
        bool more = items.Count > limit;
        if (more) items.RemoveAt(limit);
        return new FeedPage(items, more ? items[^1].Position : head, more, head);
    }

    // The last number, and the first of those that are kept.
    async Task<(long Head, long Oldest)> BoundsAsync(Guid environment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectBounds, environment, time.GetUtcNow() - Kept);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        long head = row.GetInt64(0);
        return (head, Long(row, 1) ?? head + 1);
    }
}
