using System.Numerics;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>A canonical block by its height.</summary>
/// <param name="Number">Height.</param>
/// <param name="Hash">Hash of its header.</param>
/// <param name="Time">Its timestamp.</param>
public sealed record LedgerBlock(long Number, Hash32 Hash, ChainTime Time);

/// <summary>Reads of the mirror for statements: blocks by time, and what moved between two of them. Each in the caller's transaction, which is <c>repeatable read</c>.</summary>
public static class MirrorLedger
{
    const int IdsAtOnce = 2_000;

    const string FloorSql = "select number, hash, timestamp from chain.block where chain_id = @chain and canonical and number <= @at order by number desc limit 1";

    /// <summary>The last canonical block before a time that the mirror has; null when there is none. Below finality the mirror may have only the blocks with logs.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="head">Height of the head.</param>
    /// <param name="before">The block's timestamp is smaller.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public static async Task<LedgerBlock?> LastBeforeAsync(NpgsqlConnection connection, long chainId, long head, ChainTime before, CancellationToken cancellationToken)
    {
        // Times rise with heights, and only heights have an index.
        LedgerBlock? last = null;
        (long low, long high) = (0, head);
        while (low <= high)
        {
            long middle = low + (high - low) / 2;
            if (await FloorAsync(connection, chainId, middle, cancellationToken) is not { } block || block.Number < low)
            {
                low = middle + 1;
            }
            else if (block.Time.Seconds < before.Seconds)
            {
                last = block;
                low = middle + 1;
            }
            else
            {
                high = block.Number - 1;
            }
        }
        return last;
    }

    static async Task<LedgerBlock?> FloorAsync(NpgsqlConnection connection, long chainId, long at, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(connection, FloorSql, chainId);
        command.Parameters.AddWithValue("at", at);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new LedgerBlock(row.GetInt64(0), row.GetHash(1), ChainTime.FromInt64(row.GetInt64(2))) : null;
    }

    const string ActiveSql = """
        select l.escrow_id from chain.block b join chain.log l on l.block_hash = b.hash
        where b.chain_id = @chain and b.canonical and b.number > @after and l.escrow_id is not null
        union
        select escrow_id from chain.escrow where chain_id = @chain and holds
        """;

    /// <summary>Settlements on the chain that hold something now or have an event behind a block: all that held something at that block are among them.</summary>
    public static async Task<IReadOnlyList<Hash32>> ActiveSinceAsync(NpgsqlConnection connection, long chainId, long after, CancellationToken cancellationToken)
    {
        List<Hash32> ids = [];
        await using NpgsqlCommand command = Command(connection, ActiveSql, chainId);
        command.Parameters.AddWithValue("after", after);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) ids.Add(row.GetHash(0));
        return ids;
    }

    const string EventsSql = """
        select l.address, l.topics, l.data, b.number, l.block_hash, l.tx_hash, l.tx_index, l.log_index
        from chain.log l join chain.block b on b.hash = l.block_hash
        where l.chain_id = @chain and b.canonical and b.number <= @through and l.escrow_id = any(@ids) order by b.number, l.log_index
        """;

    /// <summary>Movements of settlements up to a block, in chain order of each settlement.</summary>
    public static async Task<IReadOnlyList<EscrowMovement>> MovementsAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> ids, long through, CancellationToken cancellationToken)
    {
        List<EscrowMovement> movements = [];
        foreach (Hash32[] part in ids.Chunk(IdsAtOnce))
        {
            List<PlacedEvent> events = [];
            await using NpgsqlCommand command = Command(connection, EventsSql, chainId);
            command.Parameters.AddWithValue("through", through);
            command.Parameters.Add(MirrorTables.Hashes("ids", part));
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken)) MirrorFold.Add(events, chainId, MirrorTables.ReadLog(row));
            movements.AddRange(EscrowLedger.Read(events));
        }
        return movements;
    }

    const string StraysSql = """
        select t.chain_id, t.number, t.block_hash, t.tx_hash, t.log_index, t.token, t.sender, t.amount from chain.stray_transfer t
        join chain.block b on b.hash = t.block_hash and b.canonical
        where t.chain_id = @chain and t.number > @after and t.number <= @through and t.token = any(@tokens) order by t.number, t.log_index
        """;

    /// <summary>Strays of some tokens behind one block and up to another, in chain order.</summary>
    public static async Task<IReadOnlyList<MirroredStray>> StraysAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<Address> tokens, long after, long through, CancellationToken cancellationToken)
    {
        List<MirroredStray> strays = [];
        await using NpgsqlCommand command = Command(connection, StraysSql, chainId);
        command.Parameters.AddWithValue("after", after);
        command.Parameters.AddWithValue("through", through);
        command.Parameters.AddWithValue("tokens", tokens.Select(token => token.ToBytes()).ToArray());
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            strays.Add(new MirroredStray(row.GetInt64(0), row.GetInt64(1), row.GetHash(2), row.GetHash(3), row.GetInt32(4), row.GetAddress(5), row.GetAddress(6), row.GetAmount(7)));
        return strays;
    }

    const string StraySumsSql = """
        select t.token, sum(t.amount) from chain.stray_transfer t join chain.block b on b.hash = t.block_hash and b.canonical
        where t.chain_id = @chain and t.number <= @through and t.token = any(@tokens) group by t.token
        """;

    /// <summary>What came as strays up to a block in all, by token; of an ERC-721 contract the number of tokens.</summary>
    public static async Task<IReadOnlyDictionary<Address, BigInteger>> StraySumsAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<Address> tokens, long through, CancellationToken cancellationToken)
    {
        Dictionary<Address, BigInteger> sums = [];
        await using NpgsqlCommand command = Command(connection, StraySumsSql, chainId);
        command.Parameters.AddWithValue("through", through);
        command.Parameters.AddWithValue("tokens", tokens.Select(token => token.ToBytes()).ToArray());
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) sums.Add(row.GetAddress(0), row.GetFieldValue<BigInteger>(1));
        return sums;
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, long chainId)
    {
        NpgsqlCommand command = new(sql, connection);
        command.Parameters.AddWithValue("chain", chainId);
        return command;
    }
}
