using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>Which chains there are, and which indexer writes their mirrors.</summary>
internal sealed class MirrorLease(MirrorTables tables)
{
    const string EnsureSql = """
        insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number)
        values (@chain, @genesis, @escrow, @code, @start, @start - 1) on conflict do nothing
        """;

    /// <summary>Writes the identity of a chain that the database does not know yet.</summary>
    public async Task EnsureAsync(ChainIdentity identity, long startBlock, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = tables.Database.CreateCommand(tables.Sql(EnsureSql));
        command.Parameters.AddWithValue("chain", identity.ChainId);
        command.Parameters.Add(TypeMaps.Hash("genesis", identity.GenesisHash));
        command.Parameters.Add(TypeMaps.Account("escrow", identity.Escrow));
        command.Parameters.Add(TypeMaps.Hash("code", identity.EscrowCodeHash));
        command.Parameters.AddWithValue("start", startBlock);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    const string TakeSql = """
        update chain.position set epoch = epoch + 1, holder = @holder, expires_at = clock_timestamp() + @ttl
        where chain_id = @chain and expires_at < clock_timestamp() returning epoch
        """;

    /// <summary>Takes the lease when it is free or expired. Null when another indexer has it.</summary>
    public async Task<long?> TakeLeaseAsync(long chainId, Guid holder, TimeSpan ttl, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = tables.Database.CreateCommand(tables.Sql(TakeSql));
        command.Parameters.AddWithValue("chain", chainId);
        command.Parameters.AddWithValue("holder", holder);
        command.Parameters.AddWithValue("ttl", ttl);
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    const string RenewSql = "update chain.position set expires_at = clock_timestamp() + @ttl where chain_id = @chain and epoch = @epoch";

    /// <summary>Prolongs the lease; false when it is lost. A <paramref name="ttl"/> of zero gives it back.</summary>
    public async Task<bool> RenewLeaseAsync(long chainId, long epoch, TimeSpan ttl, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = tables.Database.CreateCommand(tables.Sql(RenewSql));
        command.Parameters.AddWithValue("chain", chainId);
        command.Parameters.AddWithValue("epoch", epoch);
        command.Parameters.AddWithValue("ttl", ttl);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
