using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>Folds all of a mirror again from its stored logs.</summary>
internal sealed class MirrorRefold(MirrorTables tables, MirrorFence fence, MirrorRows rows, MirrorFold fold)
{
    const string SetRevisionSql = "update chain.position set revision = @revision where chain_id = @chain";

    /// <summary>Drops the folds of a chain and folds all its canonical logs again, in one transaction.</summary>
    public Task RefoldAsync(long chainId, long epoch, Address escrow, CancellationToken cancellationToken) =>
        fence.RunAsync(chainId, epoch, async (NpgsqlConnection connection, MirrorFence.Fenced fenced) =>
        {
            long revision = fenced.Revision;
            await DecodeAgainAsync(connection, chainId, escrow, cancellationToken);
            await tables.RunAsync(connection, WholeMirror.RetractAllSql, chainId, cancellationToken, ("revision", revision + 1));
            await tables.RunAsync(connection, WholeMirror.DropFoldsSql, chainId, cancellationToken);
            await FoldAllAsync(connection, fenced, chainId, cancellationToken);
            await rows.CopyStraysAsync(connection, chainId, await FindStraysAsync(connection, chainId, escrow, cancellationToken), cancellationToken);
            await tables.RunAsync(connection, WholeMirror.ApplyAllSql, chainId, cancellationToken, ("revision", revision + 1));
            await tables.RunAsync(connection, SetRevisionSql, chainId, cancellationToken, ("revision", revision + 1));
            return true;
        }, cancellationToken, MirrorFence.Unlimited);

    const string UndecodedSql = """
        select l.address, l.topics, l.data, b.number, l.block_hash, l.tx_hash, l.tx_index, l.log_index
        from chain.log l join chain.block b on b.hash = l.block_hash where l.chain_id = @chain and not l.decoded
        """;

    const string DecodedSql = "update chain.log set decoded = true, escrow_id = @id where block_hash = @block and log_index = @index";

    // A later version may know an event that an earlier one stored raw.
    async Task DecodeAgainAsync(NpgsqlConnection connection, long chainId, Address escrow, CancellationToken cancellationToken)
    {
        List<(LogEntry Log, Hash32? Id)> understood = [];
        await using (NpgsqlCommand command = tables.Command(connection, UndecodedSql, chainId))
        {
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                LogEntry log = MirrorTables.ReadLog(reader);
                EscrowEvent? happened = log.Address == escrow ? EscrowLogs.Decode((ulong)chainId, log) : null;
                if (happened is not null || (log.Address != escrow && MirrorBlock.IsTransfer(log))) understood.Add((log, happened?.Id));
            }
        }
        foreach ((LogEntry log, Hash32? id) in understood)
        {
            await using NpgsqlCommand command = tables.Command(connection, DecodedSql, chainId);
            command.Parameters.Add(TypeMaps.Hash("id", id));
            command.Parameters.Add(TypeMaps.Hash("block", log.BlockHash));
            command.Parameters.AddWithValue("index", log.LogIndex);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    const string NextIdsSql = """
        select distinct escrow_id from chain.log where chain_id = @chain and escrow_id is not null and escrow_id > @after order by escrow_id limit 500
        """;

    async Task FoldAllAsync(NpgsqlConnection connection, MirrorFence.Fenced fenced, long chainId, CancellationToken cancellationToken)
    {
        byte[] after = [];
        while (true)
        {
            List<Hash32> ids = [];
            await using (NpgsqlCommand command = tables.Command(connection, NextIdsSql, chainId))
            {
                command.Parameters.AddWithValue("after", after);
                await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken)) ids.Add(reader.GetHash(0));
            }
            if (ids.Count == 0) return;
            await fold.FoldAsync(connection, fenced, chainId, ids, cancellationToken);
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
        await using NpgsqlCommand command = tables.Command(connection, AllLogsSql, chainId);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            LogEntry log = MirrorTables.ReadLog(reader);
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
}
