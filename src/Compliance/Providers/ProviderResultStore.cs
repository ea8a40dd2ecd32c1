using Keystone.Domain.Engine;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Compliance.Providers;

/// <summary>Results that providers sent by themselves. One that comes twice is stored once.</summary>
public sealed class ProviderResultStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string AddSql = """
        insert into compliance.provider_result (layer, reference, sequence, check_id, body, made_at)
        select $1, $2, $3, c.id, $5, $6 from compliance.screening c where c.id = $4 and c.layer = $1
        on conflict do nothing
        """;

    const string KnownSql = "select exists (select from compliance.screening where id = $1 and layer = $2)";

    /// <summary>Stores a result; false when no check of the layer has its id.</summary>
    internal async Task<bool> AddAsync(ScreeningLayer layer, string reference, long sequence, Guid check, string body, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand add = Command(AddSql, TextOf(layer), reference, sequence, check, body, now.ToUniversalTime());
        if (await add.ExecuteNonQueryAsync(cancellationToken) == 1) return true;
        await using NpgsqlCommand known = Command(KnownSql, check, TextOf(layer));
        return (bool)(await known.ExecuteScalarAsync(cancellationToken))!;
    }

    // A later message of one reference replaces an earlier one, in whatever order they came.
    const string LastSql = "select body from compliance.provider_result where check_id = $1 order by sequence desc, made_at desc limit 1";

    /// <summary>The latest result of a check; null when none came.</summary>
    internal async Task<string?> LastAsync(Guid check, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand last = Command(LastSql, check);
        return await last.ExecuteScalarAsync(cancellationToken) as string;
    }

    const string LaterSql = """
        select r.layer, r.reference, r.sequence, c.id, c.settlement_id, c.party_id, c.status, r.body, r.made_at > c.updated_at
        from compliance.provider_result r join compliance.screening c on c.id = r.check_id
        where r.seen_at is null and c.status in ('pass', 'flagged', 'fail') order by r.made_at limit 100
        """;

    /// <summary>Results about checks with an answer that nobody has looked at, oldest first.</summary>
    public async Task<IReadOnlyList<LaterResult>> LaterAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(LaterSql);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        List<LaterResult> later = [];
        while (await row.ReadAsync(cancellationToken))
            later.Add(new LaterResult(row.GetString(0) == "entity" ? ScreeningLayer.Entity : ScreeningLayer.Wallet, row.GetString(1), row.GetInt64(2), row.GetGuid(3), row.GetGuid(4), row.GetGuid(5),
                row.GetBoolean(8) && HttpProvider.IsWorse(row.GetString(7), row.GetString(6))));
        return later;
    }

    const string SeenSql = "update compliance.provider_result set seen_at = $4 where layer = $1 and reference = $2 and sequence = $3 and seen_at is null";

    /// <summary>Notes that a result was looked at, in the caller's transaction; false when that was noted before.</summary>
    public static async Task<bool> SeenAsync(NpgsqlConnection connection, LaterResult result, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        return await RunAsync(SeenSql, connection, cancellationToken, TextOf(result.Layer), result.Reference, result.Sequence, now.ToUniversalTime()) == 1;
    }

    static string TextOf(ScreeningLayer layer) => layer == ScreeningLayer.Entity ? "entity" : "wallet";
}
