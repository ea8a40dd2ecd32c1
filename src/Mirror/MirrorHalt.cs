using Npgsql;

namespace Keystone.Mirror;

/// <summary>Halts mirrors, and ends the halts.</summary>
internal sealed class MirrorHalt(MirrorTables tables, MirrorFence fence, MirrorFeed feed)
{
    const string HaltSql = "update chain.position set halted = @reason, revision = revision + 1 where chain_id = @chain";

    /// <summary>Stops the mirror of a chain until an operator clears it.</summary>
    public Task HaltAsync(long chainId, long epoch, string reason, CancellationToken cancellationToken) =>
        fence.RunAsync(chainId, epoch, async (connection, revision) =>
        {
            await using NpgsqlCommand command = tables.Command(connection, HaltSql, chainId);
            command.Parameters.AddWithValue("reason", reason);
            await command.ExecuteNonQueryAsync(cancellationToken);
            await feed.WriteAsync(connection, chainId, revision + 1, cancellationToken);
            return true;
        }, cancellationToken);

    const string ClearHaltSql = "update chain.position set revision = @revision, halted = null where chain_id = @chain";

    /// <summary>Ends a halt of the mirror.</summary>
    public Task ClearHaltAsync(long chainId, long epoch, CancellationToken cancellationToken) =>
        fence.RunAsync(chainId, epoch, async (connection, revision) =>
        {
            await feed.WriteAsync(connection, chainId, revision + 1, cancellationToken);
            return await tables.RunAsync(connection, ClearHaltSql, chainId, cancellationToken, ("revision", revision + 1));
        }, cancellationToken);
}
