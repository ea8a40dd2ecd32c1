using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Indexer.Writing;
using Keystone.Settlement.Escrow;
using Keystone.Storage.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Indexer.Store;

internal sealed partial class MirrorStore
{
    const string RemoveSql = """
        update chain.block set canonical = false where chain_id = @chain and canonical and number > @fork returning hash
        """;

    const string RemoveStraysSql = "delete from chain.stray_transfer where block_hash = any(@hashes)";

    const string TouchedSql = "select distinct escrow_id from chain.log where block_hash = any(@hashes) and escrow_id is not null";

    // A block that comes back after a reorg is there with its logs.
    const string ReturnSql = "update chain.block set canonical = true where hash = any(@hashes) returning hash";

    const string AdvanceSql = """
        update chain.position set number = @number, hash = @hash, head_time = @time, revision = @revision,
          finalized_time = case when @finalized > finalized then @finalized_time else finalized_time end, finalized = greatest(finalized, @finalized)
        where chain_id = @chain
        """;

    const string FinalizeSql = """
        update chain.position set revision = @revision, finalized = @finalized, finalized_time = @finalized_time
        where chain_id = @chain and finalized < @finalized
        """;

    /// <summary>Writes a step in one transaction.</summary>
    /// <exception cref="LeaseLostException">Another indexer has the chain.</exception>
    public Task<StepOutcome> WriteAsync(long chainId, long epoch, MirrorStep step, CancellationToken cancellationToken) =>
        FencedAsync(chainId, epoch, async (connection, revision) =>
        {
            if (revision != step.Revision)
                throw new InvalidOperationException($"The mirror of chain {chainId} is at revision {revision}, not at {step.Revision} as this step believes.");
            List<Hash32> removed = await RemoveAsync(connection, chainId, step.ForkPoint, cancellationToken);
            IReadOnlySet<Hash32> retracted = await TouchedAsync(connection, chainId, removed, cancellationToken);
            HashSet<Hash32> applied = [.. step.Blocks.SelectMany(block => block.Logs).Where(log => log.EscrowId is not null).Select(log => log.EscrowId!.Value)];
            await AddAsync(connection, chainId, step.Blocks, cancellationToken);
            await FoldAsync(connection, chainId, [.. retracted.Union(applied)], cancellationToken);
            await WriteFeedAsync(connection, chainId, revision + 1, [.. retracted.Order()], [.. applied.Order()], cancellationToken);
            await AdvanceAsync(connection, chainId, revision + 1, step, cancellationToken);
            return new StepOutcome(revision + 1, removed.Count, retracted.Count, applied.Count);
        }, cancellationToken, LimitFor(step.Blocks.Sum(block => block.Logs.Length)));

    static async Task<List<Hash32>> RemoveAsync(NpgsqlConnection connection, long chainId, long forkPoint, CancellationToken cancellationToken)
    {
        List<Hash32> removed = [];
        await using (NpgsqlCommand command = Command(connection, RemoveSql, chainId))
        {
            command.Parameters.AddWithValue("fork", forkPoint);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) removed.Add(reader.GetHash(0));
        }
        if (removed.Count == 0) return removed;
        await using NpgsqlCommand strays = Command(connection, RemoveStraysSql, chainId);
        strays.Parameters.Add(Hashes("hashes", removed));
        await strays.ExecuteNonQueryAsync(cancellationToken);
        return removed;
    }

    static async Task<IReadOnlySet<Hash32>> TouchedAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> blocks, CancellationToken cancellationToken)
    {
        HashSet<Hash32> touched = [];
        if (blocks.Count == 0) return touched;
        await using NpgsqlCommand command = Command(connection, TouchedSql, chainId);
        command.Parameters.Add(Hashes("hashes", blocks));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) touched.Add(reader.GetHash(0));
        return touched;
    }

    static async Task AddAsync(NpgsqlConnection connection, long chainId, ImmutableArray<MirrorBlock> blocks, CancellationToken cancellationToken)
    {
        if (blocks.IsEmpty) return;
        HashSet<Hash32> back = [];
        await using (NpgsqlCommand command = Command(connection, ReturnSql, chainId))
        {
            command.Parameters.Add(Hashes("hashes", blocks.Select(block => block.Header.Hash)));
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) back.Add(reader.GetHash(0));
        }
        List<MirrorBlock> fresh = [.. blocks.Where(block => !back.Contains(block.Header.Hash))];
        await CopyBlocksAsync(connection, chainId, fresh, cancellationToken);
        await CopyLogsAsync(connection, chainId, fresh, cancellationToken);
        await CopyStraysAsync(connection, chainId, [.. blocks.SelectMany(block => block.Strays)], cancellationToken);
    }

    const string CopyBlocksSql = """
        copy chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) from stdin (format binary)
        """;

    static async Task CopyBlocksAsync(NpgsqlConnection connection, long chainId, List<MirrorBlock> blocks, CancellationToken cancellationToken)
    {
        if (blocks.Count == 0) return;
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(CopyBlocksSql, cancellationToken);
        foreach (MirrorBlock block in blocks)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(block.Header.Hash.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(chainId, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(block.Header.Number, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(block.Header.ParentHash.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync((long)block.Header.Timestamp, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(true, NpgsqlDbType.Boolean, cancellationToken);
            await copy.WriteAsync(block.Proof, NpgsqlDbType.Text, cancellationToken);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    const string CopyLogsSql = """
        copy chain.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id) from stdin (format binary)
        """;

    static async Task CopyLogsAsync(NpgsqlConnection connection, long chainId, List<MirrorBlock> blocks, CancellationToken cancellationToken)
    {
        if (blocks.All(block => block.Logs.IsEmpty)) return;
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(CopyLogsSql, cancellationToken);
        foreach (MirrorLog log in blocks.SelectMany(block => block.Logs))
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(log.Log.BlockHash.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(log.Log.LogIndex, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(chainId, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(log.Log.TransactionHash.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(log.Log.TransactionIndex, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(log.Log.Address.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(log.Log.Topics.Select(topic => topic.ToBytes()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(log.Log.Data.ToArray(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(log.Decoded, NpgsqlDbType.Boolean, cancellationToken);
            await WriteHashAsync(copy, log.EscrowId, cancellationToken);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    const string CopyStraysSql = """
        copy chain.stray_transfer (block_hash, log_index, chain_id, number, tx_hash, token, sender, amount) from stdin (format binary)
        """;

    static async Task CopyStraysAsync(NpgsqlConnection connection, long chainId, List<StrayTransfer> strays, CancellationToken cancellationToken)
    {
        if (strays.Count == 0) return;
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(CopyStraysSql, cancellationToken);
        foreach ((LogEntry log, TransferLog transfer) in strays)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(log.BlockHash.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(log.LogIndex, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(chainId, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(log.BlockNumber, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(log.TransactionHash.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(transfer.Token.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(transfer.Sender.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(transfer.Amount.ToBigInteger(), NpgsqlDbType.Numeric, cancellationToken);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    // ---- fold

    const string LogsOfSql = """
        select l.address, l.topics, l.data, b.number, l.block_hash, l.tx_hash, l.tx_index, l.log_index
        from chain.log l join chain.block b on b.hash = l.block_hash
        where l.chain_id = @chain and b.canonical and l.escrow_id = any(@ids) order by b.number, l.log_index
        """;

    // The legs follow.
    const string ForgetSql = "delete from chain.escrow where chain_id = @chain and escrow_id = any(@ids)";

    /// <summary>Folds settlements anew from their canonical logs. They are small, so nothing is undone: it is done again.</summary>
    static async Task FoldAsync(NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return;
        List<LogEntry> logs = [];
        await using (NpgsqlCommand command = Command(connection, LogsOfSql, chainId))
        {
            command.Parameters.Add(Hashes("ids", ids));
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) logs.Add(ReadLog(reader));
        }
        await using (NpgsqlCommand forget = Command(connection, ForgetSql, chainId))
        {
            forget.Parameters.Add(Hashes("ids", ids));
            await forget.ExecuteNonQueryAsync(cancellationToken);
        }
        await CopyRecordsAsync(connection, chainId, EscrowProjection.Fold(chainId, logs), cancellationToken);
    }

    static LogEntry ReadLog(NpgsqlDataReader reader) => new(
        reader.GetAddress(0), [.. reader.GetFieldValue<byte[][]>(1).Select(topic => new Hash32(topic))], reader.GetFieldValue<byte[]>(2), reader.GetInt64(3),
        reader.GetHash(4), reader.GetHash(5), reader.GetInt32(6), reader.GetInt32(7));

    const string CopyEscrowsSql = """
        copy chain.escrow (chain_id, escrow_id, contract, reference, state, registered, deadline, opened_block, registered_block, registered_tx,
          executed_block, executed_tx, cancelled_block, cancelled_tx) from stdin (format binary)
        """;

    const string CopyLegsSql = """
        copy chain.escrow_leg (chain_id, escrow_id, leg_index, token, token_id, amount, depositor, recipient, refund_to, status, block, tx, log_index)
        from stdin (format binary)
        """;

    const string ContractSql = "select escrow from chain.position where chain_id = @chain";

    static async Task CopyRecordsAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<EscrowRecord> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0) return;
        byte[] contract;
        await using (NpgsqlCommand command = Command(connection, ContractSql, chainId))
            contract = (byte[])(await command.ExecuteScalarAsync(cancellationToken))!;
        await using (NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(CopyEscrowsSql, cancellationToken))
        {
            foreach (EscrowRecord record in records)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(chainId, NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(record.Id.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
                await copy.WriteAsync(contract, NpgsqlDbType.Bytea, cancellationToken);
                await WriteHashAsync(copy, record.Header?.Ref, cancellationToken);
                await copy.WriteAsync((short)record.State, NpgsqlDbType.Smallint, cancellationToken);
                await copy.WriteAsync(record.Registered is not null, NpgsqlDbType.Boolean, cancellationToken);
                // Anybody may register terms: a deadline beyond the column's range is as good as its end.
                await WriteLongAsync(copy, record.Header is { } header ? (long)Math.Min(header.Deadline, long.MaxValue) : null, cancellationToken);
                await copy.WriteAsync(record.FirstSeen.Block, NpgsqlDbType.Bigint, cancellationToken);
                foreach (LogPosition? at in (LogPosition?[])[record.Registered, record.Executed, record.Cancelled])
                {
                    await WriteLongAsync(copy, at?.Block, cancellationToken);
                    await WriteHashAsync(copy, at?.Transaction, cancellationToken);
                }
            }
            await copy.CompleteAsync(cancellationToken);
        }
        await using NpgsqlBinaryImporter legs = await connection.BeginBinaryImportAsync(CopyLegsSql, cancellationToken);
        foreach (EscrowRecord record in records)
            for (int i = 0; i < record.Legs.Length; i++)
                await WriteLegAsync(legs, chainId, record.Id, i, record.Legs[i], cancellationToken);
        await legs.CompleteAsync(cancellationToken);
    }

    static async Task WriteLegAsync(
        NpgsqlBinaryImporter copy, long chainId, Hash32 id, int index, EscrowLegRecord record, CancellationToken cancellationToken)
    {
        await copy.StartRowAsync(cancellationToken);
        await copy.WriteAsync(chainId, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(id.ToBytes(), NpgsqlDbType.Bytea, cancellationToken);
        await copy.WriteAsync((short)index, NpgsqlDbType.Smallint, cancellationToken);
        await WriteAddressAsync(copy, record.Leg?.Token, cancellationToken);
        await WriteAmountAsync(copy, record.Leg?.TokenId, cancellationToken);
        await WriteAmountAsync(copy, record.Leg?.Amount, cancellationToken);
        await WriteAddressAsync(copy, record.Leg?.From, cancellationToken);
        await WriteAddressAsync(copy, record.Leg?.To, cancellationToken);
        await WriteAddressAsync(copy, record.Leg?.RefundTo, cancellationToken);
        await copy.WriteAsync(record.Status.ToString().ToLowerInvariant(), NpgsqlDbType.Text, cancellationToken);
        await WriteLongAsync(copy, record.Changed?.Block, cancellationToken);
        await WriteHashAsync(copy, record.Changed?.Transaction, cancellationToken);
        if (record.Changed is { } changed) await copy.WriteAsync(changed.LogIndex, NpgsqlDbType.Integer, cancellationToken);
        else await copy.WriteNullAsync(cancellationToken);
    }

    static Task WriteHashAsync(NpgsqlBinaryImporter copy, Hash32? hash, CancellationToken cancellationToken) =>
        hash is { } value ? copy.WriteAsync(value.ToBytes(), NpgsqlDbType.Bytea, cancellationToken) : copy.WriteNullAsync(cancellationToken);

    static Task WriteAddressAsync(NpgsqlBinaryImporter copy, Address? account, CancellationToken cancellationToken) =>
        account is { } value ? copy.WriteAsync(value.ToBytes(), NpgsqlDbType.Bytea, cancellationToken) : copy.WriteNullAsync(cancellationToken);

    static Task WriteAmountAsync(NpgsqlBinaryImporter copy, UInt256? amount, CancellationToken cancellationToken) =>
        amount is { } value ? copy.WriteAsync(value.ToBigInteger(), NpgsqlDbType.Numeric, cancellationToken) : copy.WriteNullAsync(cancellationToken);

    static Task WriteLongAsync(NpgsqlBinaryImporter copy, long? number, CancellationToken cancellationToken) =>
        number is { } value ? copy.WriteAsync(value, NpgsqlDbType.Bigint, cancellationToken) : copy.WriteNullAsync(cancellationToken);

    // ---- feed and position

    const string FeedSql = """
        insert into chain.feed (chain_id, revision, ordinal, kind, escrow_id)
        select @chain, @revision, ordinal - 1, kind, escrow_id from unnest(@kinds, @ids) with ordinality as entry (kind, escrow_id, ordinal)
        """;

    static async Task WriteFeedAsync(
        NpgsqlConnection connection, long chainId, long revision, ImmutableArray<Hash32> retracted, ImmutableArray<Hash32> applied,
        CancellationToken cancellationToken)
    {
        List<(string Kind, byte[]? Id)> rows =
            [.. retracted.Select(id => ("retract", (byte[]?)id.ToBytes())), .. applied.Select(id => ("apply", (byte[]?)id.ToBytes()))];
        if (rows.Count == 0) rows.Add(("head", null));
        await using NpgsqlCommand command = Command(connection, FeedSql, chainId);
        command.Parameters.AddWithValue("revision", revision);
        command.Parameters.AddWithValue("kinds", rows.Select(row => row.Kind).ToArray());
        command.Parameters.Add(new NpgsqlParameter("ids", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = rows.Select(row => row.Id).ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static async Task AdvanceAsync(NpgsqlConnection connection, long chainId, long revision, MirrorStep step, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(connection, step.Blocks.IsEmpty ? FinalizeSql : AdvanceSql, chainId);
        command.Parameters.AddWithValue("revision", revision);
        command.Parameters.AddWithValue("finalized", step.Finalized?.Number ?? -1);
        command.Parameters.AddWithValue("finalized_time", step.Finalized?.Time ?? 0);
        if (!step.Blocks.IsEmpty)
        {
            BlockHeader head = step.Blocks[^1].Header;
            command.Parameters.AddWithValue("number", head.Number);
            command.Parameters.Add(TypeMaps.Hash("hash", head.Hash));
            command.Parameters.AddWithValue("time", (long)head.Timestamp);
        }
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
            throw new InvalidOperationException($"The finality of chain {chainId} did not move.");
    }
}
