using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Postgres.Leases;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>How well the blocks of a mirror are proved, and what is proved better later.</summary>
public sealed class MirrorProofs
{
    readonly MirrorTables _tables;
    readonly MirrorFence _fence;

    /// <summary>Of the mirror that is read.</summary>
    public MirrorProofs(NpgsqlDataSource database)
    {
        _tables = new MirrorTables(database, beside: false);
        _fence = new MirrorFence(_tables);
    }

    const string CountWeakerSql = "select count(*) from chain.block where chain_id = @chain and canonical and proof <> 'receipts'";

    /// <summary>Number of canonical blocks that are proved less than at the level of receipts.</summary>
    public async Task<long> CountWeakerAsync(long chainId, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _tables.Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = _tables.Command(connection, CountWeakerSql, chainId);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    const string LowestWeakerSql = """
        select w.number, p.number, p.hash from (
          select number from chain.block where chain_id = @chain and canonical and proof <> 'receipts' order by number limit 1) w
        left join lateral (
          select number, hash from chain.block where chain_id = @chain and canonical and number < w.number order by number desc limit 1) p on true
        """;

    const string BlocksBetweenSql = """
        select number, hash from chain.block where chain_id = @chain and canonical and number >= @from and number <= @to order by number
        """;

    /// <summary>
    /// The lowest heights that are proved less than at the level of receipts; null for none. They end where finality does, when they begin below it, so that all of them are
    /// final or none is.
    /// </summary>
    /// <param name="position">Where the mirror is.</param>
    /// <param name="most">Heights at most, but for those of one range that was read at once.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<WeakerBlocks?> LowestWeakerAsync(MirrorPosition position, int most, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _tables.Database.OpenConnectionAsync(cancellationToken);
        long lowest, from;
        Hash32? parent;
        await using (NpgsqlCommand command = _tables.Command(connection, LowestWeakerSql, position.Identity.ChainId))
        {
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken)) return null;
            lowest = reader.GetInt64(0);
            from = reader.IsDBNull(1) ? position.StartBlock : reader.GetInt64(1) + 1;
            parent = reader.IsDBNull(1) ? null : reader.GetHash(2);
        }
        long to = Math.Max(lowest, from + most - 1);
        if (lowest <= position.Finalized) to = Math.Min(to, position.Finalized);
        List<BlockRef> blocks = [];
        await using NpgsqlCommand between = _tables.Command(connection, BlocksBetweenSql, position.Identity.ChainId);
        between.Parameters.AddWithValue("from", from);
        between.Parameters.AddWithValue("to", to);
        await using NpgsqlDataReader row = await between.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) blocks.Add(new BlockRef(row.GetInt64(0), row.GetHash(1)));
        return new WeakerBlocks(from, blocks[^1].Number, parent, [.. blocks]);
    }

    const string LogsBetweenSql = """
        select l.address, l.topics, l.data, b.number, l.block_hash, l.tx_hash, l.tx_index, l.log_index
        from chain.block b join chain.log l on l.block_hash = b.hash
        where b.chain_id = @chain and b.canonical and b.number >= @from and b.number <= @to order by b.number, l.log_index
        """;

    /// <summary>The canonical logs of these heights, in chain order.</summary>
    public async Task<IReadOnlyList<LogEntry>> LogsBetweenAsync(long chainId, long from, long to, CancellationToken cancellationToken)
    {
        List<LogEntry> logs = [];
        await using NpgsqlConnection connection = await _tables.Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = _tables.Command(connection, LogsBetweenSql, chainId);
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("to", to);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) logs.Add(MirrorTables.ReadLog(reader));
        return logs;
    }

    // The last block of what was proved may be one that the mirror had no reason to keep: what was proved ends there.
    const string RaiseSql = """
        insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) values (@hash, @chain, @to, @parent, @time, true, 'receipts')
          on conflict (hash) do update set proof = 'receipts';
        update chain.block set proof = 'receipts' where chain_id = @chain and canonical and number >= @from and number <= @to and proof <> 'receipts'
        """;

    /// <summary>Marks heights as proved at the level of receipts. Nothing that readers see changes, so the feed says nothing.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="epoch">Epoch of the lease.</param>
    /// <param name="from">Lowest height.</param>
    /// <param name="last">Block of the highest height.</param>
    /// <param name="cancellationToken">Cancels the transaction.</param>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    public Task RaiseProofAsync(long chainId, long epoch, long from, BlockHeader last, CancellationToken cancellationToken) =>
        _fence.RunAsync(chainId, epoch, async (NpgsqlConnection connection, long _) =>
        {
            await using NpgsqlCommand command = _tables.Command(connection, RaiseSql, chainId);
            command.Parameters.AddWithValue("from", from);
            command.Parameters.AddWithValue("to", last.Number);
            command.Parameters.AddWithValue("time", (long)last.Timestamp);
            command.Parameters.Add(TypeMaps.Hash("hash", last.Hash));
            command.Parameters.Add(TypeMaps.Hash("parent", last.ParentHash));
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }, cancellationToken);
}
