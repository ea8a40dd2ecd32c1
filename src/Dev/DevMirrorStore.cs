using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Dev;

/// <summary>Reads what a mirror of an earlier start holds for final.</summary>
internal sealed class DevMirrorStore(NpgsqlDataSource database)
{
    const string FinalizedSql = """
        select p.finalized, b.hash from chain.position p
        left join chain.block b on b.chain_id = p.chain_id and b.number = p.finalized and b.canonical
        where p.chain_id = $1
        """;

    /// <summary>Height of the mirror's finalized block, and its hash where the mirror has it; null without a mirror.</summary>
    public async Task<(long Number, Hash32? Hash)?> FinalizedAsync(long chainId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = database.CreateCommand(FinalizedSql);
        select.Parameters.AddWithValue(chainId);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) return null;
        return (row.GetInt64(0), row.IsDBNull(1) ? null : new Hash32(row.GetFieldValue<byte[]>(1)));
    }
}
