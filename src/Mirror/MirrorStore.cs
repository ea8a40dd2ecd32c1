using System.Globalization;
using Keystone.Ethereum;
using Keystone.Postgres.Faults;
using Keystone.Postgres;
using Keystone.Postgres.Leases;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Mirror;

/// <summary>
/// Schema <c>chain</c>. Every writing method takes the epoch of the lease and locks the chain's position first, which is the fence: an indexer that
/// lost its lease writes nothing.
/// </summary>
public sealed partial class MirrorStore : IMirror
{
    // Each table of the mirror has one beside it that is called so. The statements name the tables of the mirror that is read.
    const string Beside = "rebuild_";

    readonly NpgsqlDataSource _database;
    readonly bool _beside;

    /// <summary>The mirror that is read.</summary>
    public MirrorStore(NpgsqlDataSource database) : this(database, beside: false)
    {
    }

    MirrorStore(NpgsqlDataSource database, bool beside) => (_database, _beside) = (database, beside);

    string Sql(string sql) => _beside ? sql.Replace(" chain.", $" chain.{Beside}", StringComparison.Ordinal) : sql;

    // ---- lease

    const string EnsureSql = """
        insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number)
        values (@chain, @genesis, @escrow, @code, @start, @start - 1) on conflict do nothing
        """;

    /// <summary>Writes the identity of a chain that the database does not know yet.</summary>
    public async Task EnsureAsync(ChainIdentity identity, long startBlock, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(Sql(EnsureSql));
        command.Parameters.AddWithValue("chain", identity.ChainId);
        command.Parameters.Add(TypeMaps.Hash("genesis", identity.GenesisHash));
        command.Parameters.Add(TypeMaps.Account("escrow", identity.Escrow));
        command.Parameters.Add(TypeMaps.Hash("code", identity.EscrowCodeHash));
        command.Parameters.AddWithValue("start", startBlock);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    const string TakeSql = """
        update chain.position set epoch = epoch + 1, holder = @holder, expires_at = clock_timestamp() + @ttl
        where chain_id = @chain and expires_at < clock_timestamp() returning epoch
        """;

    /// <summary>Takes the lease when it is free or expired. Null when another indexer has it.</summary>
    public async Task<long?> TakeLeaseAsync(long chainId, Guid holder, TimeSpan ttl, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(Sql(TakeSql));
        command.Parameters.AddWithValue("chain", chainId);
        command.Parameters.AddWithValue("holder", holder);
        command.Parameters.AddWithValue("ttl", ttl);
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    const string RenewSql = "update chain.position set expires_at = clock_timestamp() + @ttl where chain_id = @chain and epoch = @epoch";

    /// <summary>Prolongs the lease; false when it is lost. A <paramref name="ttl"/> of zero gives it back.</summary>
    public async Task<bool> RenewLeaseAsync(long chainId, long epoch, TimeSpan ttl, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = _database.CreateCommand(Sql(RenewSql));
        command.Parameters.AddWithValue("chain", chainId);
        command.Parameters.AddWithValue("epoch", epoch);
        command.Parameters.AddWithValue("ttl", ttl);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    // A statement that waits for a suspended writer's next bytes is not idle: its own limit lets the row go in time for a takeover.
    const string FenceSql = """
        select revision, number, escrow, 'chain.leg'::regtype::oid, set_config('statement_timeout', @limit, true) from chain.position where chain_id = @chain and epoch = @epoch for update
        """;

    /// <summary>Result of locking the position under the fence.</summary>
    /// <param name="Revision">Committed steps.</param>
    /// <param name="Number">Height of the head.</param>
    /// <param name="Escrow">The escrow's address.</param>
    /// <param name="LegType">What this database numbers the type of a leg with.</param>
    readonly record struct Fenced(long Revision, long Number, byte[] Escrow, uint LegType);

    const string Limited = "5s";
    const string Unlimited = "0";

    // A full block must not meet the limit however slow the machine is: it would meet it again at each attempt.
    static string LimitFor(int logs) => string.Create(CultureInfo.InvariantCulture, $"{5_000 + logs * 2}ms");

    Task<T> FencedAsync<T>(
        long chainId, long epoch, Func<NpgsqlConnection, long, Task<T>> write, CancellationToken cancellationToken, string limit = Limited) =>
        FencedAsync(chainId, epoch, (NpgsqlConnection connection, Fenced fenced) => write(connection, fenced.Revision), cancellationToken, limit);

    async Task<T> FencedAsync<T>(
        long chainId, long epoch, Func<NpgsqlConnection, Fenced, Task<T>> write, CancellationToken cancellationToken, string limit = Limited)
    {
        await using NpgsqlConnection connection = await _database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        Fenced fenced;
        await using (NpgsqlCommand fence = Command(connection, FenceSql, chainId))
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

    // ---- reading

    const string PositionSql = """
        select genesis_hash, escrow, code_hash, start_block, number, finalized, revision, halted from chain.position where chain_id = @chain
        """;

    /// <summary>Where the mirror is; null when the database does not know the chain.</summary>
    public async Task<MirrorPosition?> ReadPositionAsync(long chainId, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = Command(connection, PositionSql, chainId);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new MirrorPosition(
                new ChainIdentity(chainId, reader.GetHash(0), reader.GetAddress(1), reader.GetHash(2)), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetInt64(5), reader.GetInt64(6), reader.IsDBNull(7) ? null : reader.GetString(7))
            : null;
    }

    const string CanonicalSql = """
        (select number, hash from chain.block where chain_id = @chain and canonical and number > @from order by number desc limit @most)
        union all
        select number, hash from chain.block where chain_id = @chain and canonical and number = @from
        """;

    /// <summary>The canonical chain from finality to the head; of its blocks the final one and the newest ones, so many at most.</summary>
    public async Task<KnownChain> ReadKnownAsync(MirrorPosition position, int most, CancellationToken cancellationToken)
    {
        List<BlockRef> blocks = [];
        await using NpgsqlConnection connection = await _database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = Command(connection, CanonicalSql, position.Identity.ChainId);
        command.Parameters.AddWithValue("from", Math.Min(position.Finalized, position.Number));
        command.Parameters.AddWithValue("most", most);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) blocks.Add(new BlockRef(reader.GetInt64(0), reader.GetHash(1)));
        return KnownChain.Of(position.StartBlock, position.Number, position.Finalized, blocks, most);
    }

    // ---- halt

    const string HaltSql = "update chain.position set halted = @reason, revision = revision + 1 where chain_id = @chain";

    /// <summary>Stops the mirror of a chain until an operator clears it.</summary>
    public Task HaltAsync(long chainId, long epoch, string reason, CancellationToken cancellationToken) =>
        FencedAsync(chainId, epoch, async (connection, revision) =>
        {
            await using NpgsqlCommand command = Command(connection, HaltSql, chainId);
            command.Parameters.AddWithValue("reason", reason);
            await command.ExecuteNonQueryAsync(cancellationToken);
            await WriteFeedAsync(connection, chainId, revision + 1, cancellationToken);
            return true;
        }, cancellationToken);

    NpgsqlCommand Command(NpgsqlConnection connection, string sql, long chainId)
    {
        NpgsqlCommand command = new(Sql(sql), connection);
        command.Parameters.AddWithValue("chain", chainId);
        return command;
    }

    NpgsqlBatchCommand Add(NpgsqlBatch batch, string sql, long chainId)
    {
        NpgsqlBatchCommand command = new(Sql(sql));
        command.Parameters.AddWithValue("chain", chainId);
        batch.BatchCommands.Add(command);
        return command;
    }

    static NpgsqlParameter Hashes(string name, IEnumerable<Hash32> hashes) =>
        new(name, NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = hashes.Select(hash => hash.ToBytes()).ToArray() };
}
