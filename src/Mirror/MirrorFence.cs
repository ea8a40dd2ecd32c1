using System.Globalization;
using Keystone.Postgres.Faults;
using Keystone.Postgres.Leases;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>
/// Transactions of whoever holds the lease of a chain. Each one names the lease's epoch and locks the chain's position first: an indexer that lost its lease writes nothing.
/// </summary>
internal sealed class MirrorFence(MirrorTables tables)
{
    // A statement that waits for a suspended writer's next bytes is not idle: its own limit lets the row go in time for a takeover.
    const string FenceSql = """
        select revision, number, escrow, 'chain.leg'::regtype::oid, set_config('statement_timeout', @limit, true) from chain.position where chain_id = @chain and epoch = @epoch for update
        """;

    /// <summary>Result of locking the position under the fence.</summary>
    /// <param name="Revision">Committed steps.</param>
    /// <param name="Number">Height of the head.</param>
    /// <param name="Escrow">The escrow's address.</param>
    /// <param name="LegType">What this database numbers the type of a leg with.</param>
    internal readonly record struct Fenced(long Revision, long Number, byte[] Escrow, uint LegType);

    /// <summary>Limit of a statement of a step.</summary>
    public const string Limited = "5s";

    /// <summary>No limit: for what works on all of a mirror.</summary>
    public const string Unlimited = "0";

    /// <summary>Limit of a statement of a step with so many logs. A full block must not meet it however slow the machine is: it would meet it again at each attempt.</summary>
    public static string LimitFor(int logs) => string.Create(CultureInfo.InvariantCulture, $"{5_000 + logs * 2}ms");

    /// <summary>Runs a transaction under the fence, which takes the number of committed steps.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    public Task<T> RunAsync<T>(
        long chainId, long epoch, Func<NpgsqlConnection, long, Task<T>> write, CancellationToken cancellationToken, string limit = Limited) =>
        RunAsync(chainId, epoch, (NpgsqlConnection connection, Fenced fenced) => write(connection, fenced.Revision), cancellationToken, limit);

    /// <summary>Runs a transaction under the fence.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    public async Task<T> RunAsync<T>(
        long chainId, long epoch, Func<NpgsqlConnection, Fenced, Task<T>> write, CancellationToken cancellationToken, string limit = Limited)
    {
        await using NpgsqlConnection connection = await tables.Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        Fenced fenced;
        await using (NpgsqlCommand fence = tables.Command(connection, FenceSql, chainId))
        {
            fence.Parameters.AddWithValue("epoch", epoch);
            fence.Parameters.AddWithValue("limit", limit);
            await using NpgsqlDataReader reader = await fence.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken)) throw new LeaseLostException("Another indexer holds the lease of this chain.");
            fenced = new Fenced(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<uint>(3));
        }
        T result = await write(connection, fenced);
        CrashPoint.Reach(CrashPoint.IndexerBeforeCommit);
        await transaction.CommitAsync(cancellationToken);
        CrashPoint.Reach(CrashPoint.IndexerAfterCommit);
        return result;
    }
}
