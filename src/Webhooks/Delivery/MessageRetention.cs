using Keystone.Postgres;
using Keystone.Webhooks.Feed;
using Npgsql;

namespace Keystone.Webhooks.Delivery;

/// <summary>Deletes messages that have left the feed, with their deliveries. What happened to a settlement stays in its audit trail.</summary>
public sealed class MessageRetention(NpgsqlDataSource database) : SqlStore(database)
{
    const string DeleteOld = """
        with old as (
          select id from webhooks.message m where created_at < $1 and position is not null
            and not exists (select from webhooks.delivery d where d.message_id = m.id and d.status = 'waiting')
          order by position limit $2)
        delete from webhooks.message m using old where m.id = old.id
        """;

    const int Batch = 5_000;

    /// <summary>Deletes what is older than the feed keeps; returns how many messages were deleted.</summary>
    public async Task<int> DeleteAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        int all = 0, deleted;
        do
        {
            await using NpgsqlCommand delete = Command(DeleteOld, now - EventFeed.Kept, Batch);
            all += deleted = await delete.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        while (deleted == Batch);
        return all;
    }
}
