using System.Collections.Immutable;
using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>Writes the feed: which settlements each step of a mirror affected.</summary>
internal sealed class MirrorFeed(MirrorTables tables)
{
    const string FeedSql = "insert into chain.step (chain_id, revision, retracted, applied) values (@chain, @revision, @retracted, @applied)";

    /// <summary>A step that changed no settlement.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, long chainId, long revision, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);
        Add(batch, chainId, revision, [], []);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Adds a step to a batch: the settlements whose events it took back, and those that it gave some.</summary>
    public void Add(NpgsqlBatch batch, long chainId, long revision, ImmutableArray<Hash32> retracted, ImmutableArray<Hash32> applied)
    {
        NpgsqlBatchCommand command = tables.Add(batch, FeedSql, chainId);
        command.Parameters.AddWithValue("revision", revision);
        command.Parameters.Add(MirrorTables.Hashes("retracted", retracted));
        command.Parameters.Add(MirrorTables.Hashes("applied", applied));
    }
}
