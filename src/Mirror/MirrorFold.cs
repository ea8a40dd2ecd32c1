using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>Folds settlements from the canonical events that are stored of them.</summary>
internal sealed class MirrorFold(MirrorTables tables, MirrorRows rows)
{
    /// <summary>Canonical logs of settlements in chain order, as <see cref="MirrorTables.ReadLog"/> reads them.</summary>
    public const string LogsOfSql = """
        select l.address, l.topics, l.data, b.number, l.block_hash, l.tx_hash, l.tx_index, l.log_index
        from chain.log l join chain.block b on b.hash = l.block_hash
        where l.chain_id = @chain and b.canonical and l.escrow_id = any(@ids) order by b.number, l.log_index
        """;

    const string ForgetSql = "delete from chain.escrow where chain_id = @chain and escrow_id = any(@ids)";

    /// <summary>Folds settlements anew from their canonical logs. They are small, so nothing is undone: it is done again.</summary>
    public async Task FoldAsync(NpgsqlConnection connection, MirrorFence.Fenced fenced, long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        List<PlacedEvent> events = await EventsOfAsync(connection, chainId, ids, cancellationToken);
        await ForgetAsync(connection, chainId, ids, cancellationToken);
        await rows.CopyEscrowsAsync(connection, fenced, chainId, EscrowProjection.Fold(events), cancellationToken);
    }

    /// <summary>The canonical events of settlements that are in the mirror, in chain order.</summary>
    public async Task<List<PlacedEvent>> EventsOfAsync(NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        List<PlacedEvent> events = [];
        if (ids.Count == 0) return events;
        await using NpgsqlCommand command = tables.Command(connection, LogsOfSql, chainId);
        command.Parameters.Add(MirrorTables.Hashes("ids", ids));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) Add(events, chainId, MirrorTables.ReadLog(reader));
        return events;
    }

    /// <summary>Adds the event of a log. Stored with an escrow id is only what was decoded when it was written: its id is known to be that of its terms.</summary>
    public static void Add(List<PlacedEvent> events, long chainId, LogEntry log)
    {
        if (EscrowLogs.DecodeKnown((ulong)chainId, log) is { } happened)
            events.Add(new PlacedEvent(happened, new LogPosition(log.BlockNumber, log.TransactionHash, log.LogIndex)));
    }

    /// <summary>Deletes the folds of settlements.</summary>
    public async Task ForgetAsync(NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return;
        await using NpgsqlCommand forget = tables.Command(connection, ForgetSql, chainId);
        forget.Parameters.Add(MirrorTables.Hashes("ids", ids));
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }
}
