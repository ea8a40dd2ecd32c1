using System.Security.Cryptography;
using System.Text;
using Keystone.Identity;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.DepositLinks;

/// <summary>Stores links by the hash of their token.</summary>
internal sealed class DepositLinkStore(NpgsqlDataSource database) : SqlStore(database)
{
    /// <summary>Most links of one platform to one settlement that work at once.</summary>
    public const int Most = 50;

    const string Columns = """
        id, settlement_id, role, case when revoked_at is not null then 'revoked' when expires_at <= $1 then 'ended' else 'active' end, expires_at, created_by, created_at, revoked_at
        """;

    const string InsertSql = $"""
        insert into settlement.deposit_link (id, settlement_id, environment_id, role, token_sha256, expires_at, created_by, created_at)
        select $2, $3, $4, $5, $6, $7, $8, $1
        where (select count(*) from settlement.deposit_link l where l.settlement_id = $3 and l.environment_id = $4 and l.revoked_at is null) < $9
        returning {Columns}
        """;

    /// <summary>Stores a link; null when there are as many as there may be.</summary>
    public async Task<DepositLinkView?> InsertAsync(
        Guid settlement, Guid environment, string role, string token, DateTimeOffset expires, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand insert = Command(InsertSql, now, Guid.CreateVersion7(now), settlement, environment, role, HashOf(token), expires, actor, Most);
        await using NpgsqlDataReader row = await insert.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    const string SelectPage = $"""
        select {Columns}, count(*) over () from settlement.deposit_link where settlement_id = $2 and environment_id = $3 order by created_at desc, id desc limit $4 offset $5
        """;

    /// <summary>Links of an environment to a settlement, newest first.</summary>
    public async Task<Page<DepositLinkView>> ListAsync(Guid settlement, Guid environment, DateTimeOffset now, int limit, int offset, CancellationToken cancellationToken)
    {
        List<DepositLinkView> items = [];
        long total = 0;
        await using NpgsqlCommand select = Command(SelectPage, now, settlement, environment, limit, offset);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            items.Add(Read(row));
            total = row.GetInt64(8);
        }
        return new Page<DepositLinkView>(items, total);
    }

    const string RevokeSql = """
        update settlement.deposit_link set revoked_at = coalesce(revoked_at, $4), revoked_by = coalesce(revoked_by, $5) where id = $1 and settlement_id = $2 and environment_id = $3
        """;

    /// <summary>Revokes a link; one that was revoked stays as it is. False when the environment has none of this id.</summary>
    public async Task<bool> RevokeAsync(Guid id, Guid settlement, Guid environment, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand update = Command(RevokeSql, id, settlement, environment, now, actor);
        return await update.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string SelectWorking = "select id, settlement_id, environment_id, role from settlement.deposit_link where token_sha256 = $1 and revoked_at is null and expires_at > $2";

    /// <summary>A link that works: neither revoked nor ended, of an environment that is let in. Null for every other token.</summary>
    public async Task<DepositLinkRow?> FindAsync(string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        DepositLinkRow found;
        await using (NpgsqlCommand select = Command(SelectWorking, connection, HashOf(token), now))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return null;
            found = new DepositLinkRow(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetString(3));
        }
        return (await EnvironmentReader.ActiveAsync(connection, [found.EnvironmentId], cancellationToken)).Count == 1 ? found : null;
    }

    static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    static DepositLinkView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), row.GetString(5), row.GetFieldValue<DateTimeOffset>(6), Time(row, 7));
}
