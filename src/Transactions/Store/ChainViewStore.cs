using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>Reads how far the mirror is, and which of its blocks are canonical.</summary>
internal sealed class ChainViewStore(SenderDatabase rows)
{
    const string ChainSql = "select number, head_time, finalized, halted is not null, genesis_hash, revision from chain.position where chain_id = @chain";

    /// <summary>The mirror's position; null if it has no row for the chain.</summary>
    public async Task<ChainView?> ReadAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await rows.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = rows.Command(connection, ChainSql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new ChainView(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetBoolean(3), new Hash32(reader.GetFieldValue<byte[]>(4)), reader.GetInt64(5))
            : null;
    }

    const string CanonicalSql = "select number, hash from chain.block where chain_id = @chain and canonical and number = any(@numbers)";

    /// <summary>Hashes of the mirror's canonical blocks by height; a height without a row is left out.</summary>
    public async Task<Dictionary<long, Hash32>> ReadCanonicalAsync(IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        Dictionary<long, Hash32> found = [];
        if (numbers.Count == 0) return found;
        await using NpgsqlConnection connection = await rows.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = rows.Command(connection, CanonicalSql, ("numbers", numbers.ToArray()));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) found[reader.GetInt64(0)] = new Hash32(reader.GetFieldValue<byte[]>(1));
        return found;
    }
}
