using System.Globalization;
using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>
/// The mirror of a chain as text: settlements, legs, stray transfers, and the canonical blocks and logs they rest on, a tab-separated line each
/// in a fixed order. Two mirrors of one chain give the same bytes.
/// </summary>
public sealed class MirrorDump(NpgsqlDataSource database)
{
    // Only what the chain alone decides: how a block was read, and which empty ones were, differs between two mirrors of one chain.
    static readonly (string Table, string Sql)[] Dumped =
    [
        ("escrow", """
            select escrow_id, contract, reference, state, registered, deadline, opened_block, registered_block, registered_tx, executed_block, executed_tx,
              cancelled_block, cancelled_tx, holds
            from chain.escrow where chain_id = @chain order by escrow_id
            """),
        ("escrow_leg", """
            select escrow_id, leg_index, token, token_id::text, amount::text, depositor, recipient, refund_to, status, block, tx, log_index, deposit_block, deposit_tx,
              deposit_log_index
            from chain.escrow_leg where chain_id = @chain order by escrow_id, leg_index
            """),
        ("stray_transfer", """
            select number, log_index, block_hash, tx_hash, token, sender, amount::text from chain.stray_transfer where chain_id = @chain order by number, log_index
            """),
        ("block", """
            select number, hash, parent_hash, timestamp from chain.block b
            where chain_id = @chain and canonical and exists (select from chain.log l where l.block_hash = b.hash) order by number
            """),
        ("log", """
            select b.number, l.log_index, l.block_hash, l.tx_hash, l.tx_index, l.address, l.topics, l.data, l.decoded, l.escrow_id
            from chain.log l join chain.block b on b.hash = l.block_hash where l.chain_id = @chain and b.canonical order by b.number, l.log_index
            """),
    ];

    /// <summary>Writes the dump, of one moment.</summary>
    public async Task WriteAsync(long chainId, TextWriter writer, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        foreach ((string table, string sql) in Dumped)
        {
            await using NpgsqlCommand command = new(sql, connection);
            command.Parameters.AddWithValue("chain", chainId);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                await writer.WriteAsync(table);
                for (int i = 0; i < reader.FieldCount; i++)
                {
                    await writer.WriteAsync('\t');
                    await writer.WriteAsync(reader.IsDBNull(i) ? "-" : Text(reader.GetValue(i)));
                }
                await writer.WriteAsync('\n');
            }
        }
    }

    static string Text(object value) => value switch
    {
        byte[] bytes => Hex.Encode(bytes),
        byte[][] many => string.Join(',', many.Select(bytes => Hex.Encode(bytes))),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
