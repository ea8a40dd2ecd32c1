using System.Collections.Immutable;
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

    /// <summary>Lets the mirror go on.</summary>
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
    static async Task DecodeAgainAsync(NpgsqlConnection connection, long chainId, Address escrow, CancellationToken cancellationToken)
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

    static async Task FoldAllAsync(NpgsqlConnection connection, Fenced fenced, long chainId, CancellationToken cancellationToken)
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

    static async Task<List<StrayTransfer>> FindStraysAsync(NpgsqlConnection connection, long chainId, Address escrow, CancellationToken cancellationToken)
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

    static async Task<int> RunAsync(
        NpgsqlConnection connection, string sql, long chainId, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using NpgsqlCommand command = Command(connection, sql, chainId);
        foreach ((string name, object value) in parameters) command.Parameters.AddWithValue(name, value);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
