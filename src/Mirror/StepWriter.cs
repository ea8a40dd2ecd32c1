using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Postgres.Leases;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>Writes the steps of a mirror: takes blocks back above the fork, adds new ones, and folds the settlements of both.</summary>
internal sealed class StepWriter(MirrorTables tables, MirrorFence fence, MirrorRows rows, MirrorFold fold, MirrorFeed feed)
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
        fence.RunAsync(chainId, epoch, async (NpgsqlConnection connection, MirrorFence.Fenced fenced) =>
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
            await rows.CopyBlocksAsync(connection, chainId, step.Blocks, cancellationToken);
            await rows.CopyLogsAsync(connection, chainId, step.Blocks, cancellationToken);
            await rows.CopyStraysAsync(connection, chainId, [.. step.Blocks.SelectMany(block => block.Strays)], cancellationToken);
            await fold.ForgetAsync(connection, chainId, written, cancellationToken);
            await rows.CopyEscrowsAsync(connection, fenced, chainId, await folding, cancellationToken);
            await AdvanceAsync(connection, chainId, revision + 1, step, [.. retracted.Order()], [.. applied.Order()], cancellationToken);
            return new StepOutcome(revision + 1, removed.Count, retracted.Count, applied.Count);
        }, cancellationToken, MirrorFence.LimitFor(step.Blocks.Sum(block => block.Logs.Length)));

    async Task<List<Hash32>> RemoveAsync(NpgsqlConnection connection, long chainId, long forkPoint, CancellationToken cancellationToken)
    {
        List<Hash32> removed = [];
        await using (NpgsqlCommand command = tables.Command(connection, RemoveSql, chainId))
        {
            command.Parameters.AddWithValue("fork", forkPoint);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) removed.Add(reader.GetHash(0));
        }
        if (removed.Count == 0) return removed;
        await using NpgsqlCommand strays = tables.Command(connection, RemoveStraysSql, chainId);
        strays.Parameters.Add(MirrorTables.Hashes("hashes", removed));
        await strays.ExecuteNonQueryAsync(cancellationToken);
        return removed;
    }

    async Task<IReadOnlySet<Hash32>> TouchedAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> blocks, CancellationToken cancellationToken)
    {
        HashSet<Hash32> touched = [];
        if (blocks.Count == 0) return touched;
        await using NpgsqlCommand command = tables.Command(connection, TouchedSql, chainId);
        command.Parameters.Add(MirrorTables.Hashes("hashes", blocks));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) touched.Add(reader.GetHash(0));
        return touched;
    }

    /// <summary>The canonical events of settlements that are in the mirror, and whether some of the blocks were there too, which they are no longer.</summary>
    async Task<(bool Returned, List<PlacedEvent> Events)> EarlierAsync(
        NpgsqlConnection connection, long chainId, ImmutableArray<MirrorBlock> blocks, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        if (blocks.IsEmpty) return (false, await fold.EventsOfAsync(connection, chainId, ids, cancellationToken));
        List<Hash32> back = [];
        List<PlacedEvent> events = [];
        await using (NpgsqlBatch batch = new(connection))
        {
            tables.Add(batch, DropBlocksSql, chainId).Parameters.Add(MirrorTables.Hashes("hashes", blocks.Select(block => block.Header.Hash)));
            if (ids.Count > 0) tables.Add(batch, MirrorFold.LogsOfSql, chainId).Parameters.Add(MirrorTables.Hashes("ids", ids));
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) back.Add(reader.GetHash(0));
            if (await reader.NextResultAsync(cancellationToken))
                while (await reader.ReadAsync(cancellationToken)) MirrorFold.Add(events, chainId, MirrorTables.ReadLog(reader));
        }
        if (back.Count == 0) return (false, events);
        await using NpgsqlCommand drop = tables.Command(connection, DropLogsOfSql, chainId);
        drop.Parameters.Add(MirrorTables.Hashes("hashes", back));
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

    /// <summary>The feed, and the position with it: one question to the server.</summary>
    async Task AdvanceAsync(
        NpgsqlConnection connection, long chainId, long revision, MirrorStep step, ImmutableArray<Hash32> retracted, ImmutableArray<Hash32> applied,
        CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);
        feed.Add(batch, chainId, revision, retracted, applied);
        NpgsqlBatchCommand command = tables.Add(batch, step.Blocks.IsEmpty ? FinalizeSql : AdvanceSql, chainId);
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
