using Keystone.Ethereum;
using Keystone.Domain.Escrow;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Mirror;

public sealed partial class MirrorStore
{
    const string RetractAllSql = """
        insert into chain.step (chain_id, revision, retracted, applied)
        select @chain, @revision, array(select escrow_id from chain.escrow where chain_id = @chain order by escrow_id), '{}'
        """;

    const string ApplyAllSql = """
        update chain.step set applied = array(select escrow_id from chain.escrow where chain_id = @chain order by escrow_id)
        where chain_id = @chain and revision = @revision
        """;

    const string DropFoldsSql = """
        delete from chain.stray_transfer where chain_id = @chain;
        delete from chain.escrow where chain_id = @chain
        """;

    const string DropLogsSql = """
        delete from chain.log where chain_id = @chain;
        delete from chain.block where chain_id = @chain
        """;

    const string SetRevisionSql = "update chain.position set revision = @revision where chain_id = @chain";

    const string ResetSql = """
        update chain.position set start_block = @start, number = @start - 1, hash = null, head_time = 0, finalized = -1, finalized_time = 0,
          revision = @revision, halted = @reason
        where chain_id = @chain
        """;

    const string ClearHaltSql = "update chain.position set revision = @revision, halted = null where chain_id = @chain";

    /// <summary>Drops the folds of a chain and folds all its canonical logs again, in one transaction.</summary>
    public Task RefoldAsync(long chainId, long epoch, Address escrow, CancellationToken cancellationToken) =>
        FencedAsync(chainId, epoch, async (NpgsqlConnection connection, Fenced fenced) =>
        {
            long revision = fenced.Revision;
            await DecodeAgainAsync(connection, chainId, escrow, cancellationToken);
            await RunAsync(connection, RetractAllSql, chainId, cancellationToken, ("revision", revision + 1));
            await RunAsync(connection, DropFoldsSql, chainId, cancellationToken);
            await FoldAllAsync(connection, fenced, chainId, cancellationToken);
            await CopyStraysAsync(connection, chainId, await FindStraysAsync(connection, chainId, escrow, cancellationToken), cancellationToken);
            await RunAsync(connection, ApplyAllSql, chainId, cancellationToken, ("revision", revision + 1));
            await RunAsync(connection, SetRevisionSql, chainId, cancellationToken, ("revision", revision + 1));
            return true;
        }, cancellationToken, Unlimited);

    /// <summary>
    /// Forgets everything of a chain but its identity and its feed, and halts it: until it is rebuilt, its readers would take the missing
    /// settlements for missing on the chain.
    /// </summary>
    public Task ResetAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken) =>
        FencedAsync(chainId, epoch, async (connection, revision) =>
        {
            await RunAsync(connection, RetractAllSql, chainId, cancellationToken, ("revision", revision + 1));
            await RunAsync(connection, DropFoldsSql, chainId, cancellationToken);
            await RunAsync(connection, DropLogsSql, chainId, cancellationToken);
            await RunAsync(connection, ResetSql, chainId, cancellationToken, ("revision", revision + 1), ("start", startBlock), ("reason", reason));
            return true;
        }, cancellationToken, Unlimited);

    const string KeepsBesideSql = """
        select 1 from chain.rebuild_position b join chain.position p using (chain_id)
        where chain_id = @chain and b.start_block = @start and b.halted is null
          and (b.genesis_hash, b.escrow, b.code_hash) = (p.genesis_hash, p.escrow, p.code_hash)
        """;

    const string DropBesideSql = """
        delete from chain.rebuild_stray_transfer where chain_id = @chain;
        delete from chain.rebuild_escrow where chain_id = @chain;
        delete from chain.rebuild_step where chain_id = @chain;
        delete from chain.rebuild_log where chain_id = @chain;
        delete from chain.rebuild_block where chain_id = @chain;
        delete from chain.rebuild_position where chain_id = @chain
        """;

    const string BeginBesideSql = """
        insert into chain.rebuild_position (chain_id, genesis_hash, escrow, code_hash, start_block, number)
        select chain_id, genesis_hash, escrow, code_hash, @start, @start - 1 from chain.position where chain_id = @chain
        """;

    // The one who holds the mirror that is read also holds the one beside it, and nobody else.
    const string HoldBesideSql = "update chain.rebuild_position set epoch = @epoch where chain_id = @chain";

    /// <summary>
    /// Begins a mirror beside the one that is read, or goes on with one that was begun: where it is of the same chain and begins at the same block. Readers see nothing of it.
    /// </summary>
    public async Task<IMirror> BesideAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken)
    {
        await FencedAsync(chainId, epoch, async (NpgsqlConnection connection, long _) =>
        {
            await using NpgsqlCommand keeps = Command(connection, KeepsBesideSql, chainId);
            keeps.Parameters.AddWithValue("start", startBlock);
            if (await keeps.ExecuteScalarAsync(cancellationToken) is null)
            {
                await RunAsync(connection, DropBesideSql, chainId, cancellationToken);
                await RunAsync(connection, BeginBesideSql, chainId, cancellationToken, ("start", startBlock));
            }
            return await RunAsync(connection, HoldBesideSql, chainId, cancellationToken, ("epoch", epoch));
        }, cancellationToken, Unlimited);
        return new MirrorStore(_database, beside: true);
    }

    const string MoveSql = """
        insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof)
          select hash, chain_id, number, parent_hash, timestamp, canonical, proof from chain.rebuild_block where chain_id = @chain;
        insert into chain.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id)
          select block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id from chain.rebuild_log where chain_id = @chain;
        insert into chain.stray_transfer (block_hash, log_index, chain_id, number, tx_hash, token, sender, amount)
          select block_hash, log_index, chain_id, number, tx_hash, token, sender, amount from chain.rebuild_stray_transfer where chain_id = @chain;
        insert into chain.escrow (chain_id, escrow_id, contract, reference, state, registered, deadline, opened_block, registered_block, registered_tx,
            executed_block, executed_tx, cancelled_block, cancelled_tx, legs, holds)
          select chain_id, escrow_id, contract, reference, state, registered, deadline, opened_block, registered_block, registered_tx,
            executed_block, executed_tx, cancelled_block, cancelled_tx, legs, holds from chain.rebuild_escrow where chain_id = @chain
        """;

    const string SwapSql = """
        update chain.position p set start_block = b.start_block, number = b.number, hash = b.hash, head_time = b.head_time, finalized = b.finalized,
          finalized_time = b.finalized_time, revision = @revision, halted = null
        from chain.rebuild_position b where p.chain_id = @chain and b.chain_id = @chain
        """;

    /// <summary>Puts the mirror beside in the place of the one that is read, in one transaction; a halt ends with it. The feed names every settlement of both.</summary>
    public Task SwapAsync(long chainId, long epoch, CancellationToken cancellationToken) =>
        FencedAsync(chainId, epoch, async (connection, revision) =>
        {
            await RunAsync(connection, RetractAllSql, chainId, cancellationToken, ("revision", revision + 1));
            await RunAsync(connection, DropFoldsSql, chainId, cancellationToken);
            await RunAsync(connection, DropLogsSql, chainId, cancellationToken);
            await RunAsync(connection, MoveSql, chainId, cancellationToken);
            await RunAsync(connection, ApplyAllSql, chainId, cancellationToken, ("revision", revision + 1));
            await RunAsync(connection, SwapSql, chainId, cancellationToken, ("revision", revision + 1));
            return await RunAsync(connection, DropBesideSql, chainId, cancellationToken);
        }, cancellationToken, Unlimited);

    /// <summary>Ends a halt of the mirror.</summary>
    public Task ClearHaltAsync(long chainId, long epoch, CancellationToken cancellationToken) =>
        FencedAsync(chainId, epoch, async (connection, revision) =>
        {
            await WriteFeedAsync(connection, chainId, revision + 1, cancellationToken);
            return await RunAsync(connection, ClearHaltSql, chainId, cancellationToken, ("revision", revision + 1));
        }, cancellationToken);

    const string UndecodedSql = """
        select l.address, l.topics, l.data, b.number, l.block_hash, l.tx_hash, l.tx_index, l.log_index
        from chain.log l join chain.block b on b.hash = l.block_hash where l.chain_id = @chain and not l.decoded
        """;

    const string DecodedSql = "update chain.log set decoded = true, escrow_id = @id where block_hash = @block and log_index = @index";

    // A later version may know an event that an earlier one stored raw.
    async Task DecodeAgainAsync(NpgsqlConnection connection, long chainId, Address escrow, CancellationToken cancellationToken)
    {
        List<(LogEntry Log, Hash32? Id)> understood = [];
        await using (NpgsqlCommand command = Command(connection, UndecodedSql, chainId))
        {
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                LogEntry log = ReadLog(reader);
                EscrowEvent? happened = log.Address == escrow ? EscrowLogs.Decode((ulong)chainId, log) : null;
                if (happened is not null || (log.Address != escrow && MirrorBlock.IsTransfer(log))) understood.Add((log, happened?.Id));
            }
        }
        foreach ((LogEntry log, Hash32? id) in understood)
        {
            await using NpgsqlCommand command = Command(connection, DecodedSql, chainId);
            command.Parameters.Add(TypeMaps.Hash("id", id));
            command.Parameters.Add(TypeMaps.Hash("block", log.BlockHash));
            command.Parameters.AddWithValue("index", log.LogIndex);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    const string NextIdsSql = """
        select distinct escrow_id from chain.log where chain_id = @chain and escrow_id is not null and escrow_id > @after order by escrow_id limit 500
        """;

    async Task FoldAllAsync(NpgsqlConnection connection, Fenced fenced, long chainId, CancellationToken cancellationToken)
    {
        byte[] after = [];
        while (true)
        {
            List<Hash32> ids = [];
            await using (NpgsqlCommand command = Command(connection, NextIdsSql, chainId))
            {
                command.Parameters.AddWithValue("after", after);
                await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken)) ids.Add(reader.GetHash(0));
            }
            if (ids.Count == 0) return;
            await FoldAsync(connection, fenced, chainId, ids, cancellationToken);
            after = ids[^1].ToBytes();
        }
    }

    const string AllLogsSql = """
        select l.address, l.topics, l.data, b.number, l.block_hash, l.tx_hash, l.tx_index, l.log_index
        from chain.log l join chain.block b on b.hash = l.block_hash where l.chain_id = @chain and b.canonical order by b.number, l.log_index
        """;

    async Task<List<StrayTransfer>> FindStraysAsync(NpgsqlConnection connection, long chainId, Address escrow, CancellationToken cancellationToken)
    {
        List<StrayTransfer> strays = [];
        List<LogEntry> block = [];
        await using NpgsqlCommand command = Command(connection, AllLogsSql, chainId);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            LogEntry log = ReadLog(reader);
            if (block.Count > 0 && block[0].BlockHash != log.BlockHash)
            {
                strays.AddRange(MirrorBlock.StraysIn(escrow, MirrorBlock.Decode(chainId, escrow, block)));
                block.Clear();
            }
            block.Add(log);
        }
        strays.AddRange(MirrorBlock.StraysIn(escrow, MirrorBlock.Decode(chainId, escrow, block)));
        return strays;
    }

    async Task<int> RunAsync(
        NpgsqlConnection connection, string sql, long chainId, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using NpgsqlCommand command = Command(connection, sql, chainId);
        foreach ((string name, object value) in parameters) command.Parameters.AddWithValue(name, value);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
