using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>The accounts of each chain, and which of them is in service.</summary>
public static class SenderStore
{
    // Shared by whoever names the account in service in new terms, exclusive for whoever changes it: after a change has been committed no new terms name the account before.
    const string SharedLockSql = "select pg_advisory_xact_lock_shared(hashtextextended('keystone.sender', $1))";

    const string LockSql = "select pg_advisory_xact_lock(hashtextextended('keystone.sender', $1))";

    const string ActiveSql = """
        select (select address from transactions.sender where chain_id = $1 and status = 'active'), exists (select from transactions.sender where chain_id = $1 and status not in ('standby', 'dedicated'))
        """;

    /// <summary>The account that new terms name as operator, read under a lock that keeps it in service until the caller's database transaction ends.</summary>
    /// <param name="connection">With an open database transaction.</param>
    /// <param name="chainId">EIP-155 id of the chain.</param>
    /// <param name="first">The account of this process, which goes into service on a chain that has had none.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <returns>Null while no account is in service.</returns>
    public static async Task<Address?> OperatorAsync(NpgsqlConnection connection, long chainId, Address first, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);
        foreach (NpgsqlBatchCommand command in Operator(chainId)) batch.BatchCommands.Add(command);
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadOperatorAsync(rows, first, cancellationToken);
    }

    /// <summary>The two commands of <see cref="OperatorAsync"/> for a batch; <see cref="ReadOperatorAsync"/> reads their results.</summary>
    public static IReadOnlyList<NpgsqlBatchCommand> Operator(long chainId) => [SqlStore.BatchCommand(SharedLockSql, chainId), SqlStore.BatchCommand(ActiveSql, chainId)];

    /// <summary>Reads the results of <see cref="Operator"/>, of which the reader is at the first.</summary>
    public static async Task<Address?> ReadOperatorAsync(NpgsqlDataReader rows, Address first, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        await rows.NextResultAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        return !rows.IsDBNull(0) ? rows.GetAddress(0) : rows.GetBoolean(1) ? null : first;
    }

    const string ListSql = """
        select s.chain_id, s.address, s.status, s.status_at, s.key_seen_at,
          (select count(*) from transactions.nonce n where n.chain_id = s.chain_id and n.sender = s.address and n.final_at is null),
          (select count(*) from transactions.intent i where i.chain_id = s.chain_id and i.status in ('wanted', 'resting') and s.address = coalesce(i.only_by, i.sender))
        from transactions.sender s order by s.chain_id, array_position(array['active', 'draining', 'dedicated', 'standby', 'retired'], s.status), s.status_at desc, s.address
        """;

    /// <summary>All accounts: by chain, the one in service first.</summary>
    public static async Task<IReadOnlyList<SenderAccount>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(ListSql, connection);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        List<SenderAccount> accounts = [];
        while (await row.ReadAsync(cancellationToken))
            accounts.Add(new SenderAccount(row.GetInt64(0), row.GetAddress(1), Enum.Parse<SenderStatus>(row.GetString(2), ignoreCase: true), row.GetFieldValue<DateTimeOffset>(3),
                row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4), row.GetInt64(5), row.GetInt64(6)));
        return accounts;
    }

    /// <summary>Holds up new terms and other changes of the accounts of a chain until the caller's database transaction ends.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, long chainId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(LockSql, connection) { Parameters = { new() { Value = chainId } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    const string DrainActiveSql = "update transactions.sender set status = 'draining', status_at = clock_timestamp() where chain_id = $1 and status = 'active' and address <> $2";

    const string SetSql = """
        insert into transactions.sender (chain_id, address, status, status_at) values ($1, $2, $3, clock_timestamp())
        on conflict (chain_id, address) do update set status = excluded.status, status_at = excluded.status_at where transactions.sender.status <> excluded.status
        """;

    // The bytes that were signed may still be mined; a second transaction of another account then changes nothing on the chain and costs its gas.
    const string GiveAwaySql = """
        update transactions.intent set sender = null, status = case status when 'resting' then 'wanted' else status end, updated_at = clock_timestamp()
        where chain_id = $1 and sender = $2 and status in ('wanted', 'resting')
        """;

    /// <summary>
    /// Changes the status of an account, after <see cref="LockAsync"/>. Put into service, it takes the place of the one in service, which drains from then on. Retired, it
    /// gives away what it carried.
    /// </summary>
    public static async Task SetAsync(NpgsqlConnection connection, long chainId, Address account, SenderStatus status, CancellationToken cancellationToken)
    {
        if (status == SenderStatus.Active) await RunAsync(DrainActiveSql);
        await using (NpgsqlCommand set = new(SetSql, connection)
        {
            Parameters = { new() { Value = chainId }, new() { Value = account.ToBytes() }, new() { Value = status.ToString().ToLowerInvariant() } },
        })
            await set.ExecuteNonQueryAsync(cancellationToken);
        if (status == SenderStatus.Retired) await RunAsync(GiveAwaySql);

        async Task RunAsync(string sql)
        {
            await using NpgsqlCommand command = new(sql, connection) { Parameters = { new() { Value = chainId }, new() { Value = account.ToBytes() } } };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    const string StatusSql = "select status from transactions.sender where chain_id = $1 and address = $2";

    /// <summary>Where an account is in its life; null for one that is not known on the chain.</summary>
    internal static async Task<SenderStatus?> StatusAsync(NpgsqlDataSource database, long chainId, Address account, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(StatusSql);
        command.Parameters.AddWithValue(chainId);
        command.Parameters.AddWithValue(account.ToBytes());
        return await command.ExecuteScalarAsync(cancellationToken) is string status ? Enum.Parse<SenderStatus>(status, ignoreCase: true) : null;
    }

    const string WithoutKeySql = """
        select s.address from transactions.sender s where s.chain_id = $1 and (s.key_seen_at is null or s.key_seen_at < clock_timestamp() - $2)
          and (s.status in ('active', 'draining') or (s.status = 'dedicated'
            and exists (select from transactions.intent i where i.chain_id = $1 and i.only_by = s.address and i.status in ('wanted', 'resting'))))
        """;

    /// <summary>Accounts that have work on a chain, and whose key no keeper has had for some time.</summary>
    internal static async Task<IReadOnlyList<Address>> WithoutKeyAsync(NpgsqlDataSource database, long chainId, TimeSpan silence, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(WithoutKeySql);
        command.Parameters.AddWithValue(chainId);
        command.Parameters.AddWithValue(silence);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        List<Address> accounts = [];
        while (await row.ReadAsync(cancellationToken)) accounts.Add(row.GetAddress(0));
        return accounts;
    }
}
