using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Create;

/// <summary>Counts settlements and relayed signatures of an environment, as far as a quota reaches.</summary>
internal sealed class QuotaStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string SelectCounts = """
        select (select count(*) from (select from settlement.settlement where environment_id = $1 and closed_at is null limit $3) o),
          (select count(*) from (select from settlement.settlement where environment_id = $1 and created_at > $2 limit $4) h)
            + (select count(*) from (select from settlement.signature where environment_id = $1 and kind <> 'settle' and created_at > $2 limit $4) g)
        """;

    const string SelectAgain = """
        select created_at + interval '1 hour' from (
          (select created_at from settlement.settlement where environment_id = $1 and created_at > $2 order by created_at desc limit $3 + 1)
          union all (select created_at from settlement.signature where environment_id = $1 and kind <> 'settle' and created_at > $2 order by created_at desc limit $3 + 1)) costs
        order by created_at desc offset $3 limit 1
        """;

    /// <summary>Open settlements, and settlements and relayed signatures since a moment, each counted to its limit.</summary>
    public async Task<(long Open, long Hour)> CountAsync(Guid environment, DateTimeOffset since, int mostOpen, int mostHour, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectCounts, environment, since, mostOpen, mostHour);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>When one of the last <paramref name="most"/> of them will be an hour old; null when there are fewer.</summary>
    public async Task<DateTimeOffset?> AgainAsync(Guid environment, DateTimeOffset since, int most, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectAgain, environment, since, most - 1);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? row.GetFieldValue<DateTimeOffset>(0) : null;
    }
}
