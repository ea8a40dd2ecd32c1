using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.Operations;

/// <summary>
/// Use cases of the operator: the life of the accounts that send transactions. One account of a chain is in service. The one before it takes nothing new, ends its
/// nonces, and keeps the operator's power over the settlements whose terms name it, until the last of them has ended.
/// </summary>
/// <param name="database">As the database's owner for a change; the API may list.</param>
public sealed class OperateSenders(NpgsqlDataSource database) : SqlStore(database)
{
    /// <summary>A key that no keeper has shown for so long counts as missing.</summary>
    public static TimeSpan KeySilence { get; } = TimeSpan.FromMinutes(2);

    const string OpenSql = "select chain_id, operator, count(*) from settlement.settlement where closed_at is null and operator is not null group by chain_id, operator";

    /// <summary>All accounts: by chain, the one in service first.</summary>
    public async Task<IReadOnlyList<SenderView>> ListAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        return await ListAsync(connection, cancellationToken);
    }

    /// <summary>Puts an account into service: from now on it takes every new intent, and the account before it drains.</summary>
    /// <param name="chainId">EIP-155 id of the chain.</param>
    /// <param name="account">The account.</param>
    /// <param name="force">Also when no keeper has shown its key: nothing is sent until one does.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public Task<SenderOutcome> AddAsync(long chainId, Address account, bool force, CancellationToken cancellationToken) =>
        ChangeAsync(chainId, account, SenderStatus.Active, (known, now) => known?.Status switch
        {
            SenderStatus.Active => SenderOutcome.Unchanged,
            SenderStatus.Retired => SenderOutcome.IsRetired,
            SenderStatus.Dedicated => SenderOutcome.IsDedicated,
            _ => force || known?.KeySeenAt >= now - KeySilence ? SenderOutcome.Done : SenderOutcome.NoKey,
        }, cancellationToken);

    /// <summary>Takes an account out of service without another in its place: nothing new is registered on the chain until one is put into service.</summary>
    /// <param name="chainId">EIP-155 id of the chain.</param>
    /// <param name="account">The account.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public Task<SenderOutcome> DrainAsync(long chainId, Address account, CancellationToken cancellationToken) =>
        ChangeAsync(chainId, account, SenderStatus.Draining, (known, _) => known?.Status switch
        {
            null => SenderOutcome.Unknown,
            SenderStatus.Retired => SenderOutcome.IsRetired,
            SenderStatus.Active => SenderOutcome.Done,
            _ => SenderOutcome.Unchanged,
        }, cancellationToken);

    /// <summary>Ends an account for good.</summary>
    /// <param name="chainId">EIP-155 id of the chain.</param>
    /// <param name="account">The account.</param>
    /// <param name="lost">Its key is gone: also while it holds work. What it carried goes to the account in service; settlements whose terms name it can no longer be cancelled on the chain, and their deposits go back at the deadline.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public Task<SenderOutcome> RetireAsync(long chainId, Address account, bool lost, CancellationToken cancellationToken) =>
        ChangeAsync(chainId, account, SenderStatus.Retired, (known, _) => known?.Status switch
        {
            null => SenderOutcome.Unknown,
            SenderStatus.Retired => SenderOutcome.Unchanged,
            SenderStatus.Active => SenderOutcome.IsActive,
            _ => !lost && known.OpenSettlements + known.OpenNonces + known.OpenIntents > 0 ? SenderOutcome.HoldsWork : SenderOutcome.Done,
        }, cancellationToken);

    async Task<SenderOutcome> ChangeAsync(long chainId, Address account, SenderStatus status, Func<Known?, DateTimeOffset, SenderOutcome> rule, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await SenderStore.LockAsync(connection, chainId, cancellationToken);
        await using NpgsqlCommand clock = new("select clock_timestamp()", connection);
        DateTimeOffset now = new((DateTime)(await clock.ExecuteScalarAsync(cancellationToken))!);
        SenderView? view = (await ListAsync(connection, cancellationToken)).FirstOrDefault(one => one.ChainId == chainId && one.Address == account.ToString());
        Known? known = view is null ? null : new Known(Enum.Parse<SenderStatus>(view.Status, ignoreCase: true), view.KeySeenAt, view.OpenSettlements, view.OpenNonces, view.OpenIntents);
        SenderOutcome outcome = rule(known, now);
        if (outcome != SenderOutcome.Done) return outcome;
        await SenderStore.SetAsync(connection, chainId, account, status, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return outcome;
    }

    static async Task<IReadOnlyList<SenderView>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        Dictionary<(long, Address), long> open = [];
        await using (NpgsqlCommand command = new(OpenSql, connection))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken)) open[(row.GetInt64(0), row.GetAddress(1))] = row.GetInt64(2);
        IReadOnlyList<SenderAccount> accounts = await SenderStore.ListAsync(connection, cancellationToken);
        return [.. accounts.Select(one => new SenderView(one.ChainId, one.Address.ToString(), one.Status.ToString().ToLowerInvariant(), one.StatusAt, one.KeySeenAt,
            open.GetValueOrDefault((one.ChainId, one.Address)), one.OpenNonces, one.OpenIntents))];
    }

    sealed record Known(SenderStatus Status, DateTimeOffset? KeySeenAt, long OpenSettlements, long OpenNonces, long OpenIntents);
}
