using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>Where the mirrors are, and which blocks above finality they know: what following a chain goes on from.</summary>
internal sealed class MirrorPositions(MirrorTables tables)
{
    const string PositionSql = """
        select genesis_hash, escrow, code_hash, start_block, number, finalized, revision, halted from chain.position where chain_id = @chain
        """;

    /// <summary>Where the mirror is; null when the database does not know the chain.</summary>
    public async Task<MirrorPosition?> ReadPositionAsync(long chainId, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await tables.Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = tables.Command(connection, PositionSql, chainId);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new MirrorPosition(
                new ChainIdentity(chainId, reader.GetHash(0), reader.GetAddress(1), reader.GetHash(2)), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetInt64(5), reader.GetInt64(6), reader.IsDBNull(7) ? null : reader.GetString(7))
            : null;
    }

    const string CanonicalSql = """
        (select number, hash from chain.block where chain_id = @chain and canonical and number > @from order by number desc limit @most)
        union all
        select number, hash from chain.block where chain_id = @chain and canonical and number = @from
        """;

    /// <summary>The canonical chain from finality to the head; of its blocks the final one and the newest ones, so many at most.</summary>
    public async Task<KnownChain> ReadKnownAsync(MirrorPosition position, int most, CancellationToken cancellationToken)
    {
        List<BlockRef> blocks = [];
        await using NpgsqlConnection connection = await tables.Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = tables.Command(connection, CanonicalSql, position.Identity.ChainId);
        command.Parameters.AddWithValue("from", Math.Min(position.Finalized, position.Number));
        command.Parameters.AddWithValue("most", most);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) blocks.Add(new BlockRef(reader.GetInt64(0), reader.GetHash(1)));
        return KnownChain.Of(position.StartBlock, position.Number, position.Finalized, blocks, most);
    }
}
