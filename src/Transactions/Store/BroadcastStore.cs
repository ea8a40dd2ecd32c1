using Npgsql;

namespace Keystone.Transactions;

/// <summary>Deletes old broadcast responses. No decision depends on them.</summary>
public sealed class BroadcastStore(NpgsqlDataSource database)
{
    const string DeleteBeforeSql = """
        delete from transactions.broadcast where id in (select id from transactions.broadcast where at < $1 order by id limit 10000)
        """;

    /// <summary>Deletes the responses from before a moment, in bounded steps; how many.</summary>
    public async Task<int> DeleteBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        int all = 0, step;
        do
        {
            await using NpgsqlCommand delete = database.CreateCommand(DeleteBeforeSql);
            delete.Parameters.AddWithValue(before.ToUniversalTime());
            step = await delete.ExecuteNonQueryAsync(cancellationToken);
            all += step;
        }
        while (step > 0);
        return all;
    }
}
