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

    static string TextOf(ScreeningLayer layer) => layer == ScreeningLayer.Entity ? "entity" : "wallet";
}
