using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>Copies blocks, logs, stray transfers and escrows into the tables.</summary>
internal sealed class MirrorRows(MirrorTables tables)
{
    const string CopyBlocksSql = """
        copy chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) from stdin (format binary)
        """;

    public async Task CopyBlocksAsync(NpgsqlConnection connection, long chainId, ImmutableArray<MirrorBlock> blocks, CancellationToken cancellationToken)
    {
        if (blocks.IsEmpty) return;
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, tables.Sql(CopyBlocksSql), cancellationToken);
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

    public async Task CopyLogsAsync(NpgsqlConnection connection, long chainId, ImmutableArray<MirrorBlock> blocks, CancellationToken cancellationToken)
    {
        if (blocks.All(block => block.Logs.IsEmpty)) return;
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, tables.Sql(CopyLogsSql), cancellationToken);
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

    public async Task CopyStraysAsync(NpgsqlConnection connection, long chainId, List<StrayTransfer> strays, CancellationToken cancellationToken)
    {
        if (strays.Count == 0) return;
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, tables.Sql(CopyStraysSql), cancellationToken);
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

    const string CopyEscrowsSql = """
        copy chain.escrow (chain_id, escrow_id, contract, reference, state, registered, deadline, opened_block, registered_block, registered_tx,
          executed_block, executed_tx, cancelled_block, cancelled_tx, legs, holds) from stdin (format binary)
        """;

    public async Task CopyEscrowsAsync(
        NpgsqlConnection connection, MirrorFence.Fenced fenced, long chainId, IReadOnlyCollection<EscrowSnapshot> escrows, CancellationToken cancellationToken)
    {
        if (escrows.Count == 0) return;
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, tables.Sql(CopyEscrowsSql), cancellationToken);
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
}
