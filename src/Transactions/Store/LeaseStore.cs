using Keystone.Postgres.Leases;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>
/// The lease of one sender, a row with an expiry and an epoch. Each taking of the lease increases the epoch, which every write compares
/// (<see cref="SenderDatabase.FencedAsync"/>).
/// </summary>
/// <param name="rows">Rows of the sender.</param>
/// <param name="takesService">True for an account that goes into service by itself on a chain that has had none.</param>
/// <param name="isDedicated">True for an account that never goes into service.</param>
internal sealed class LeaseStore(SenderDatabase rows, bool takesService = true, bool isDedicated = false) : ILease
{
    const string EnsureSql = """
        insert into transactions.sender (chain_id, address)
        select @chain, @sender where not exists (select from transactions.sender where chain_id = @chain and address = @sender) on conflict do nothing
        """;

    // The first account that ever came up on a chain goes into service by itself; each later one by an order of the operator.
    const string FirstSql = """
        update transactions.sender s set status = 'active', status_at = clock_timestamp()
        where s.chain_id = @chain and s.address = @sender and s.status = 'standby'
          and not exists (select from transactions.sender o where o.chain_id = @chain and o.status not in ('standby', 'dedicated'))
        """;

    const string DedicateSql = """
        update transactions.sender set status = 'dedicated', status_at = clock_timestamp() where chain_id = @chain and address = @sender and status = 'standby'
        """;

    // Skips a row that is locked: whoever locks it has the key.
    const string KeySeenSql = """
        update transactions.sender s set key_seen_at = clock_timestamp()
        where (s.chain_id, s.address) in (select o.chain_id, o.address from transactions.sender o where o.chain_id = @chain and o.address = @sender
          and (o.key_seen_at is null or o.key_seen_at < clock_timestamp() - interval '30 seconds') for update skip locked)
        """;

    const string TakeSql = """
        update transactions.sender set epoch = epoch + 1, holder = @holder, expires_at = clock_timestamp() + @ttl
        where chain_id = @chain and address = @sender and expires_at < clock_timestamp() and status = any(@duties) returning epoch
        """;

    /// <inheritdoc/>
    public async Task<long?> TakeAsync(Guid holder, TimeSpan ttl, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await rows.OpenAsync(cancellationToken);
        await rows.RunAsync(connection, EnsureSql, cancellationToken);
        if (isDedicated) await rows.RunAsync(connection, DedicateSql, cancellationToken);
        else if (takesService) await rows.RunAsync(connection, FirstSql, cancellationToken);
        await rows.RunAsync(connection, KeySeenSql, cancellationToken);
        await using NpgsqlCommand command = rows.Command(connection, TakeSql, ("holder", holder), ("ttl", ttl), ("duties", isDedicated ? (string[])["dedicated"] : ["active", "draining"]));
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    const string RenewSql = """
        update transactions.sender set expires_at = clock_timestamp() + @ttl, key_seen_at = clock_timestamp()
        where chain_id = @chain and address = @sender and epoch = @epoch and status <> 'retired'
        """;

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(long epoch, TimeSpan ttl, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await rows.OpenAsync(cancellationToken);
        return await rows.RunAsync(connection, RenewSql, cancellationToken, ("ttl", ttl), ("epoch", epoch)) == 1;
    }
}
