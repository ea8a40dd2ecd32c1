using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Domain.Escrow;
using Keystone.Postgres;
using Keystone.Postgres.Leases;
using Npgsql;

namespace Keystone.Mirror;

public sealed partial class MirrorStore
{
    const int EventsWorthAThread = 500;

    const string RemoveSql = """
        update chain.block set canonical = false where chain_id = @chain and canonical and number > @fork returning hash
        """;

    const string RemoveStraysSql = "delete from chain.stray_transfer where block_hash = any(@hashes)";

    const string TouchedSql = "select distinct escrow_id from chain.log where block_hash = any(@hashes) and escrow_id is not null";

    // A block that comes back after a reorg is there with its logs. It goes, and is written as it was read now: without proofs that may be something else.
    const string DropBlocksSql = "delete from chain.block where chain_id = @chain and hash = any(@hashes) returning hash";

    const string DropLogsOfSql = "delete from chain.log where chain_id = @chain and block_hash = any(@hashes)";

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
        FencedAsync(chainId, epoch, async (NpgsqlConnection connection, Fenced fenced) =>
        {
            long revision = fenced.Revision;
            if (revision != step.Revision)
                throw new InvalidOperationException($"The mirror of chain {chainId} is at revision {revision}, not at {step.Revision} as this step believes.");
            List<Hash32> removed = step.ForkPoint < fenced.Number ? await RemoveAsync(connection, chainId, step.ForkPoint, cancellationToken) : [];
            IReadOnlySet<Hash32> retracted = await TouchedAsync(connection, chainId, removed, cancellationToken);
            HashSet<Hash32> applied = [.. step.Blocks.SelectMany(block => block.Logs).Where(log => log.EscrowId is not null).Select(log => log.EscrowId!.Value)];
            HashSet<Hash32> touched = [.. retracted.Union(applied)];
            // Before the new ones are written: they need not be read again.
            (bool returned, List<PlacedEvent> events) = await EarlierAsync(
                connection, chainId, step.Blocks, step.Earlier is { } earlier ? [.. retracted.Union(earlier)] : touched, cancellationToken);
            HashSet<Hash32> written = returned ? touched : [.. retracted.Concat(events.Select(one => one.Event.Id))];
            // Pre-sized: growing lists reach the large object heap, which is collected in generation 2 only.
            events.EnsureCapacity(events.Count + step.Blocks.Sum(block => block.Logs.Length));
            events.AddRange(from block in step.Blocks from log in block.Logs where log.Event is not null select new PlacedEvent(log.Event!, log.At));
            // While the server takes the logs, the settlements are folded.
            Task<IReadOnlyCollection<EscrowSnapshot>> folding = events.Count < EventsWorthAThread
                ? Task.FromResult(EscrowProjection.Fold(InChainOrder(events)))
                : Task.Run(() => EscrowProjection.Fold(InChainOrder(events)), CancellationToken.None);
            await CopyBlocksAsync(connection, chainId, step.Blocks, cancellationToken);
            await CopyLogsAsync(connection, chainId, step.Blocks, cancellationToken);
            await CopyStraysAsync(connection, chainId, [.. step.Blocks.SelectMany(block => block.Strays)], cancellationToken);
            await ForgetAsync(connection, chainId, written, cancellationToken);
            await CopyEscrowsAsync(connection, fenced, chainId, await folding, cancellationToken);
            await AdvanceAsync(connection, chainId, revision + 1, step, [.. retracted.Order()], [.. applied.Order()], cancellationToken);
            return new StepOutcome(revision + 1, removed.Count, retracted.Count, applied.Count);
        }, cancellationToken, LimitFor(step.Blocks.Sum(block => block.Logs.Length)));

    async Task<List<Hash32>> RemoveAsync(NpgsqlConnection connection, long chainId, long forkPoint, CancellationToken cancellationToken)
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

    async Task<IReadOnlySet<Hash32>> TouchedAsync(
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

    /// <summary>The canonical events of settlements that are in the mirror, and whether some of the blocks were there too, which they are no longer.</summary>
    async Task<(bool Returned, List<PlacedEvent> Events)> EarlierAsync(
        NpgsqlConnection connection, long chainId, ImmutableArray<MirrorBlock> blocks, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        if (blocks.IsEmpty) return (false, await EventsOfAsync(connection, chainId, ids, cancellationToken));
        List<Hash32> back = [];
        List<PlacedEvent> events = [];
        await using (NpgsqlBatch batch = new(connection))
        {
            Add(batch, DropBlocksSql, chainId).Parameters.Add(Hashes("hashes", blocks.Select(block => block.Header.Hash)));
            if (ids.Count > 0) Add(batch, LogsOfSql, chainId).Parameters.Add(Hashes("ids", ids));
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) back.Add(reader.GetHash(0));
            if (await reader.NextResultAsync(cancellationToken))
                while (await reader.ReadAsync(cancellationToken)) Add(events, chainId, ReadLog(reader));
        }
        if (back.Count == 0) return (false, events);
        await using NpgsqlCommand drop = Command(connection, DropLogsOfSql, chainId);
        drop.Parameters.Add(Hashes("hashes", back));
        await drop.ExecuteNonQueryAsync(cancellationToken);
        return (true, events);
    }

    // Usually already sorted: what the mirror has lies below what is new.
    static List<PlacedEvent> InChainOrder(List<PlacedEvent> events)
    {
        for (int i = 1; i < events.Count; i++)
        {
            if (Order(events[i - 1], events[i]) <= 0) continue;
            events.Sort(Order);
            break;
        }
        return events;

        static int Order(PlacedEvent one, PlacedEvent other) =>
            one.At.Block != other.At.Block ? one.At.Block.CompareTo(other.At.Block) : one.At.LogIndex.CompareTo(other.At.LogIndex);
    }

    const string CopyBlocksSql = """
        copy chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) from stdin (format binary)
        """;

    async Task CopyBlocksAsync(NpgsqlConnection connection, long chainId, ImmutableArray<MirrorBlock> blocks, CancellationToken cancellationToken)
    {
        if (blocks.IsEmpty) return;
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, Sql(CopyBlocksSql), cancellationToken);
        foreach (MirrorBlock block in blocks)
        {
            await copy.StartRowAsync(7, cancellationToken);
            copy.Write(block.Header.Hash);
            copy.Write(chainId);
            copy.Write(block.Header.Number);
            copy.Write(block.Header.ParentHash);
            copy.Write((long)block.Header.Timestamp);
            copy.Write(true);
            copy.Write(block.Proof);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    const string CopyLogsSql = """
        copy chain.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id) from stdin (format binary)
        """;

    async Task CopyLogsAsync(NpgsqlConnection connection, long chainId, ImmutableArray<MirrorBlock> blocks, CancellationToken cancellationToken)
    {
        if (blocks.All(block => block.Logs.IsEmpty)) return;
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, Sql(CopyLogsSql), cancellationToken);
        foreach (MirrorBlock block in blocks)
        {
            foreach (MirrorLog one in block.Logs)
            {
                LogEntry log = one.Log;
                await copy.StartRowAsync(10, cancellationToken);
                copy.Write(log.BlockHash);
                copy.WriteInteger(log.LogIndex);
                copy.Write(chainId);
                copy.Write(log.TransactionHash);
                copy.WriteInteger(log.TransactionIndex);
                copy.Write(log.Address);
                copy.Write(log.Topics.AsSpan());
                copy.Write(log.Data.Span);
                copy.Write(one.Decoded);
                copy.Write(one.EscrowId);
            }
        }
        await copy.CompleteAsync(cancellationToken);
    }

    const string CopyStraysSql = """
        copy chain.stray_transfer (block_hash, log_index, chain_id, number, tx_hash, token, sender, amount) from stdin (format binary)
        """;

    async Task CopyStraysAsync(NpgsqlConnection connection, long chainId, List<StrayTransfer> strays, CancellationToken cancellationToken)
    {
        if (strays.Count == 0) return;
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, Sql(CopyStraysSql), cancellationToken);
        foreach ((LogEntry log, TransferLog transfer) in strays)
        {
            await copy.StartRowAsync(8, cancellationToken);
            copy.Write(log.BlockHash);
            copy.WriteInteger(log.LogIndex);
            copy.Write(chainId);
            copy.Write(log.BlockNumber);
            copy.Write(log.TransactionHash);
            copy.Write(transfer.Token);
            copy.Write(transfer.Sender);
            copy.Write(transfer.Amount);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    // ---- fold

    const string LogsOfSql = """
        select l.address, l.topics, l.data, b.number, l.block_hash, l.tx_hash, l.tx_index, l.log_index
        from chain.log l join chain.block b on b.hash = l.block_hash
        where l.chain_id = @chain and b.canonical and l.escrow_id = any(@ids) order by b.number, l.log_index
        """;

    const string ForgetSql = "delete from chain.escrow where chain_id = @chain and escrow_id = any(@ids)";

    /// <summary>Folds settlements anew from their canonical logs. They are small, so nothing is undone: it is done again.</summary>
    async Task FoldAsync(NpgsqlConnection connection, Fenced fenced, long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        List<PlacedEvent> events = await EventsOfAsync(connection, chainId, ids, cancellationToken);
        await ForgetAsync(connection, chainId, ids, cancellationToken);
        await CopyEscrowsAsync(connection, fenced, chainId, EscrowProjection.Fold(events), cancellationToken);
    }

    /// <summary>The canonical events of settlements that are in the mirror, in chain order.</summary>
    async Task<List<PlacedEvent>> EventsOfAsync(NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        List<PlacedEvent> events = [];
        if (ids.Count == 0) return events;
        await using NpgsqlCommand command = Command(connection, LogsOfSql, chainId);
        command.Parameters.Add(Hashes("ids", ids));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) Add(events, chainId, ReadLog(reader));
        return events;
    }

    // Stored with an escrow id is only what was decoded when it was written: its id is known to be that of its terms.
    static void Add(List<PlacedEvent> events, long chainId, LogEntry log)
    {
        if (EscrowLogs.DecodeKnown((ulong)chainId, log) is { } happened)
            events.Add(new PlacedEvent(happened, new LogPosition(log.BlockNumber, log.TransactionHash, log.LogIndex)));
    }

    async Task ForgetAsync(NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return;
        await using NpgsqlCommand forget = Command(connection, ForgetSql, chainId);
        forget.Parameters.Add(Hashes("ids", ids));
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }

    static LogEntry ReadLog(NpgsqlDataReader reader) => new(
        reader.GetAddress(0), [.. reader.GetFieldValue<byte[][]>(1).Select(topic => new Hash32(topic))], reader.GetFieldValue<byte[]>(2), reader.GetInt64(3),
        reader.GetHash(4), reader.GetHash(5), reader.GetInt32(6), reader.GetInt32(7));

    const string CopyEscrowsSql = """
        copy chain.escrow (chain_id, escrow_id, contract, reference, state, registered, deadline, opened_block, registered_block, registered_tx,
          executed_block, executed_tx, cancelled_block, cancelled_tx, legs, holds) from stdin (format binary)
        """;

    async Task CopyEscrowsAsync(
        NpgsqlConnection connection, Fenced fenced, long chainId, IReadOnlyCollection<EscrowSnapshot> escrows, CancellationToken cancellationToken)
    {
        if (escrows.Count == 0) return;
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, Sql(CopyEscrowsSql), cancellationToken);
        foreach (EscrowSnapshot escrow in escrows)
        {
            await copy.StartRowAsync(16, cancellationToken);
            copy.Write(chainId);
            copy.Write(escrow.Id);
            copy.Write(fenced.Escrow);
            copy.Write(escrow.Reference);
            copy.WriteSmall((short)escrow.State);
            copy.Write(escrow.Registered is not null);
            copy.Write(escrow.Deadline?.ToInt64());
            copy.Write(escrow.FirstBlock);
            Write(copy, escrow.Registered);
            Write(copy, escrow.Executed);
            Write(copy, escrow.Cancelled);
            copy.StartArray(fenced.LegType, escrow.Legs.Length);
            foreach (LegSnapshot leg in escrow.Legs) WriteLeg(copy, leg);
            copy.End();
            copy.Write(escrow.Holds);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    static void Write(BinaryCopy copy, TransactionPosition? at)
    {
        copy.Write(at?.Block);
        copy.Write(at?.Transaction);
    }

    static void WriteLeg(BinaryCopy copy, LegSnapshot leg)
    {
        copy.StartRecord(13);
        copy.Field(PostgresType.Bytea).Write(leg.Terms?.Token);
        copy.Field(PostgresType.Numeric).Write(leg.Terms?.TokenId);
        copy.Field(PostgresType.Numeric).Write(leg.Terms?.Amount);
        copy.Field(PostgresType.Bytea).Write(leg.Terms?.From);
        copy.Field(PostgresType.Bytea).Write(leg.Terms?.To);
        copy.Field(PostgresType.Bytea).Write(leg.Terms?.RefundTo);
        copy.Field(PostgresType.Text).Write(LegStatusText.Of(leg.Status));
        WritePosition(copy, leg.Changed);
        WritePosition(copy, leg.Deposited);
        copy.End();
    }

    static void WritePosition(BinaryCopy copy, LogPosition? at)
    {
        copy.Field(PostgresType.Bigint).Write(at?.Block);
        copy.Field(PostgresType.Bytea).Write(at?.Transaction);
        copy.Field(PostgresType.Integer);
        if (at is { } log) copy.WriteInteger(log.LogIndex);
        else copy.WriteNull();
    }

    // ---- feed and position

    const string FeedSql = "insert into chain.step (chain_id, revision, retracted, applied) values (@chain, @revision, @retracted, @applied)";

    /// <summary>A step that changed no settlement.</summary>
    async Task WriteFeedAsync(NpgsqlConnection connection, long chainId, long revision, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);
        AddFeed(batch, chainId, revision, [], []);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    void AddFeed(NpgsqlBatch batch, long chainId, long revision, ImmutableArray<Hash32> retracted, ImmutableArray<Hash32> applied)
    {
        NpgsqlBatchCommand command = Add(batch, FeedSql, chainId);
        command.Parameters.AddWithValue("revision", revision);
        command.Parameters.Add(Hashes("retracted", retracted));
        command.Parameters.Add(Hashes("applied", applied));
    }

    /// <summary>The feed, and the position with it: one question to the server.</summary>
    async Task AdvanceAsync(
        NpgsqlConnection connection, long chainId, long revision, MirrorStep step, ImmutableArray<Hash32> retracted, ImmutableArray<Hash32> applied,
        CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);
        AddFeed(batch, chainId, revision, retracted, applied);
        NpgsqlBatchCommand command = Add(batch, step.Blocks.IsEmpty ? FinalizeSql : AdvanceSql, chainId);
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
        await batch.ExecuteNonQueryAsync(cancellationToken);
        if (command.RecordsAffected != 1)
            throw new InvalidOperationException($"The finality of chain {chainId} did not move.");
    }
}
