using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Wallets;

/// <summary>Reads and writes registered wallets.</summary>
internal sealed class WalletStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string Columns = """
        id, address, label, case when approved_at is not null or usable_from <= $1 then 'usable' else 'pending' end, usable_from, registered_by, approved_by, approved_at, created_at
        """;

    const string SelectPage = $"select {Columns}, count(*) over () from settlement.wallet where environment_id = $2 and removed_at is null order by created_at desc, id desc limit $3 offset $4";

    public async Task<(IReadOnlyList<WalletView> Items, long Total)> ListAsync(Guid environment, DateTimeOffset now, int limit, int offset, CancellationToken cancellationToken)
    {
        List<WalletView> items = [];
        long total = 0;
        await using NpgsqlCommand select = Command(SelectPage, now, environment, limit, offset);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            items.Add(Read(row));
            total = row.GetInt64(9);
        }
        return (items, total);
    }

    const string SelectOne = $"select {Columns} from settlement.wallet where environment_id = $2 and id = $3 and removed_at is null";

    public async Task<WalletView?> FindAsync(Guid environment, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectOne, now, environment, id);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    const string SelectPerson = "select registered_person from settlement.wallet where environment_id = $1 and id = $2 and removed_at is null";

    public async Task<string?> PersonAsync(Guid environment, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectPerson, environment, id);
        return await select.ExecuteScalarAsync(cancellationToken) as string;
    }

    const string CountSql = "select count(*) from settlement.wallet where environment_id = $1 and removed_at is null";

    public async Task<long> CountAsync(Guid environment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = Command(CountSql, environment);
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    const string InsertSql = """
        insert into settlement.wallet (id, environment_id, address, label, usable_from, registered_by, registered_person, created_at) values ($1, $2, $3, $4::text, $5, $6, $7, $8)
        on conflict (environment_id, address) where removed_at is null do nothing
        """;

    public async Task<bool> InsertAsync(
        Guid id, Guid environment, Address address, string? label, DateTimeOffset usableFrom, string credential, string person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand insert = Command(InsertSql, id, environment, address.ToBytes(), label, usableFrom, credential, person, now);
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string ApproveSql = """
        update settlement.wallet set approved_by = $3, approved_at = $4 where environment_id = $1 and id = $2 and removed_at is null and approved_at is null and registered_person <> $5
        """;

    public async Task<bool> ApproveAsync(Guid environment, Guid id, string credential, string person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand approve = Command(ApproveSql, environment, id, credential, now, person);
        return await approve.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string RemoveSql = "update settlement.wallet set removed_at = $3 where environment_id = $1 and id = $2 and removed_at is null";

    public async Task<bool> RemoveAsync(Guid environment, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand remove = Command(RemoveSql, environment, id, now);
        return await remove.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string SelectStates = """
        select address, usable_from, approved_at is not null from settlement.wallet where environment_id = $1 and removed_at is null and address = any($2)
        """;

    /// <summary>From when each of the addresses may be used; those that are not registered are missing.</summary>
    public async Task<IReadOnlyDictionary<Address, DateTimeOffset>> UsableAsync(Guid environment, IReadOnlyCollection<Address> addresses, CancellationToken cancellationToken)
    {
        Dictionary<Address, DateTimeOffset> usable = [];
        await using NpgsqlCommand select = Command(SelectStates, environment, addresses.Select(address => address.ToBytes()).ToArray());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            usable[new Address(row.GetFieldValue<byte[]>(0))] = row.GetBoolean(2) ? DateTimeOffset.MinValue : row.GetFieldValue<DateTimeOffset>(1);
        return usable;
    }

    static WalletView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), new Address(row.GetFieldValue<byte[]>(1)).ToString(), Text(row, 2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), row.GetString(5), Text(row, 6), Time(row, 7),
        row.GetFieldValue<DateTimeOffset>(8));
}
