using Npgsql;

namespace Keystone.Mirror;

/// <summary>Replaces what a mirror holds: at once, after which it is empty, or by a mirror beside it that is filled first.</summary>
internal sealed class MirrorReplacement(MirrorTables tables, MirrorFence fence)
{
    const string ResetSql = """
        update chain.position set start_block = @start, number = @start - 1, hash = null, head_time = 0, finalized = -1, finalized_time = 0,
          revision = @revision, halted = @reason
        where chain_id = @chain
        """;

    /// <summary>
    /// Forgets everything of a chain but its identity and its feed, and halts it: until it is rebuilt, its readers would take the missing
    /// settlements for missing on the chain.
    /// </summary>
    public Task ResetAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken) =>
        fence.RunAsync(chainId, epoch, async (connection, revision) =>
        {
            await tables.RunAsync(connection, WholeMirror.RetractAllSql, chainId, cancellationToken, ("revision", revision + 1));
            await tables.RunAsync(connection, WholeMirror.DropFoldsSql, chainId, cancellationToken);
            await tables.RunAsync(connection, WholeMirror.DropLogsSql, chainId, cancellationToken);
            await tables.RunAsync(connection, ResetSql, chainId, cancellationToken, ("revision", revision + 1), ("start", startBlock), ("reason", reason));
            return true;
        }, cancellationToken, MirrorFence.Unlimited);

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
    public Task BeginAsync(long chainId, long epoch, long startBlock, CancellationToken cancellationToken) =>
        fence.RunAsync(chainId, epoch, async (NpgsqlConnection connection, long _) =>
        {
            await using NpgsqlCommand keeps = tables.Command(connection, KeepsBesideSql, chainId);
            keeps.Parameters.AddWithValue("start", startBlock);
            if (await keeps.ExecuteScalarAsync(cancellationToken) is null)
            {
                await tables.RunAsync(connection, DropBesideSql, chainId, cancellationToken);
                await tables.RunAsync(connection, BeginBesideSql, chainId, cancellationToken, ("start", startBlock));
            }
            return await tables.RunAsync(connection, HoldBesideSql, chainId, cancellationToken, ("epoch", epoch));
        }, cancellationToken, MirrorFence.Unlimited);

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
        fence.RunAsync(chainId, epoch, async (connection, revision) =>
        {
            await tables.RunAsync(connection, WholeMirror.RetractAllSql, chainId, cancellationToken, ("revision", revision + 1));
            await tables.RunAsync(connection, WholeMirror.DropFoldsSql, chainId, cancellationToken);
            await tables.RunAsync(connection, WholeMirror.DropLogsSql, chainId, cancellationToken);
            await tables.RunAsync(connection, MoveSql, chainId, cancellationToken);
            await tables.RunAsync(connection, WholeMirror.ApplyAllSql, chainId, cancellationToken, ("revision", revision + 1));
            await tables.RunAsync(connection, SwapSql, chainId, cancellationToken, ("revision", revision + 1));
            return await tables.RunAsync(connection, DropBesideSql, chainId, cancellationToken);
        }, cancellationToken, MirrorFence.Unlimited);
}
