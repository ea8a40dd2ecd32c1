using Npgsql;

namespace Keystone.Keeper.Jobs;

/// <summary>Deletes logs that decide nothing.</summary>
internal sealed class RetentionStore(NpgsqlDataSource database)
{
    const string DeleteOffersSql = """
        delete from transactions.broadcast where id in (select id from transactions.broadcast where at < $1 order by id limit 10000)
        """;

    /// <summary>Deletes answers of nodes from before a moment, in bounded steps; how many.</summary>
    public async Task<int> DeleteOffersAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        int all = 0, step;
        do
        {
            await using NpgsqlCommand delete = database.CreateCommand(DeleteOffersSql);
            delete.Parameters.AddWithValue(before.ToUniversalTime());
            step = await delete.ExecuteNonQueryAsync(cancellationToken);
            all += step;
        }
        while (step > 0);
        return all;
    }
}
