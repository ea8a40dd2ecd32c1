using Keystone.Postgres.Leases;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>
/// The lease of one sender, a row with an expiry and an epoch. Each taking of the lease increases the epoch, which every write compares
/// (<see cref="SenderDatabase.FencedAsync"/>).
/// </summary>
internal sealed class LeaseStore(SenderDatabase rows) : ILease
{
    const string EnsureSql = "insert into transactions.sender (chain_id, address) values (@chain, @sender) on conflict do nothing";

    const string TakeSql = """
        update transactions.sender set epoch = epoch + 1, holder = @holder, expires_at = clock_timestamp() + @ttl
        where chain_id = @chain and address = @sender and expires_at < clock_timestamp() returning epoch
        """;

    /// <inheritdoc/>
    public async Task<long?> TakeAsync(Guid holder, TimeSpan ttl, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await rows.OpenAsync(cancellationToken);
        await rows.RunAsync(connection, EnsureSql, cancellationToken);
        await using NpgsqlCommand command = rows.Command(connection, TakeSql, ("holder", holder), ("ttl", ttl));
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    const string RenewSql = """
        update transactions.sender set expires_at = clock_timestamp() + @ttl where chain_id = @chain and address = @sender and epoch = @epoch
        """;

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(long epoch, TimeSpan ttl, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await rows.OpenAsync(cancellationToken);
        return await rows.RunAsync(connection, RenewSql, cancellationToken, ("ttl", ttl), ("epoch", epoch)) == 1;
    }
}
