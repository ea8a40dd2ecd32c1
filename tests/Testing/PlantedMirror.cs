using System.Security.Cryptography;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Npgsql;

namespace Keystone.Testing;

/// <summary>Writes the mirror of a chain as the indexer would, for tests of what reads it.</summary>
public sealed class PlantedMirror(NpgsqlDataSource database, long chainId)
{
    /// <summary>A mirror at a height. A chain that has one keeps it.</summary>
    /// <param name="escrow">The contract.</param>
    /// <param name="number">Height of the head.</param>
    /// <param name="finalized">Height of the final block.</param>
    /// <param name="time">Block time of both, seconds.</param>
    /// <param name="revision">Steps that were committed.</param>
    public Task BeginAsync(Address escrow, long number, long finalized, long time, long revision = 1) => RunAsync("""
        insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number, head_time, finalized, finalized_time, revision)
        values ($1, $2, $3, $2, 0, $4, $5, $6, $5, $7) on conflict (chain_id) do nothing
        """, chainId, new byte[32], escrow.ToBytes(), number, time, finalized, revision);

    /// <summary>Moves the head; null leaves a time as it is.</summary>
    public Task HeadAsync(long number, long finalized, long? time = null, long? finalizedTime = null) => RunAsync(
        "update chain.position set number = $2, finalized = $3, head_time = coalesce($4::bigint, head_time), finalized_time = coalesce($5::bigint, finalized_time), revision = revision + 1 where chain_id = $1",
        chainId, number, finalized, time, finalizedTime);

    /// <summary>A step of the feed that names escrows.</summary>
    public Task StepAsync(long revision, params Hash32[] escrows) => RunAsync(
        "insert into chain.step (chain_id, revision, retracted, applied) values ($1, $2, '{}', $3)", chainId, revision, escrows.Select(id => id.ToBytes()).ToArray());

    /// <summary>An escrow that a block put into a state, with the logs that lead to it, in place of what was mirrored of it before.</summary>
    /// <param name="terms">Its terms.</param>
    /// <param name="state">Number of the state in the contract.</param>
    /// <param name="block">Height; the head moves there if it is lower.</param>
    /// <param name="legs">Status of each leg.</param>
    public async Task EscrowAsync(EscrowTerms terms, int state, long block, params string[] legs)
    {
        await RunAsync("update chain.position set revision = revision + 1, number = greatest(number, $2) where chain_id = $1", chainId, block);
        await RunAsync("delete from chain.escrow where chain_id = $1 and escrow_id = $2", chainId, terms.Id.ToBytes());
        await RunAsync("""
            insert into chain.escrow (chain_id, escrow_id, contract, state, registered, deadline, opened_block, registered_block, registered_tx, executed_block, executed_tx, legs)
            select $1, $2, $3, $4, true, $5, $6, $6, $8, case when $4 = 2 then $6 end, case when $4 = 2 then $8 end,
              array(select row(null, null, null, null, null, null, status, $6, $8::bytea, 0, $6, $8::bytea, 0)::chain.leg from unnest($7::text[]) with ordinality leg (status, place) order by place)
            """, chainId, terms.Id.ToBytes(), terms.Contract.ToBytes(), (short)state, (long)terms.Header.Deadline.Seconds, block, legs, new byte[32]);
        await LogsAsync(terms, state, legs);
    }

    /// <summary>The canonical logs that lead to these legs; those of an earlier call are gone, as after a reorg. A leg <c>redeposited</c> was withdrawn in between.</summary>
    public async Task LogsAsync(EscrowTerms terms, int state, params string[] legs)
    {
        byte[] block = SHA256.HashData(terms.Id.ToBytes());
        await RunAsync("""
            insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) values ($1, $2, $3, $1, 0, true, 'linked') on conflict do nothing
            """, block, chainId, (long)RandomNumberGenerator.GetInt32(int.MaxValue));
        await RunAsync("delete from chain.log where chain_id = $1 and escrow_id = $2", chainId, terms.Id.ToBytes());
        int place = 0;
        for (int i = 0; i < legs.Length; i++)
        {
            byte[] index = AbiValue.Uint((ulong)i).Encode();
            if (legs[i] is not "pending") await LogAsync(legs[i] == "armed" ? EscrowLogs.Armed : EscrowLogs.Deposited, i, Deposit(terms, i));
            if (legs[i] is "withdrawn" or "redeposited") await LogAsync(EscrowLogs.Withdrawn, i, index);
            if (legs[i] == "redeposited") await LogAsync(EscrowLogs.Deposited, i + 100, Deposit(terms, i));
            if (legs[i] == "refunded") await LogAsync(EscrowLogs.Refunded, i, index);
        }
        if (state == 2) await LogAsync(EscrowLogs.Executed, 0, AbiValue.Uint(0UL).Encode());

        Task LogAsync(Hash32 topic, int leg, byte[] data) => RunAsync("""
            insert into chain.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id) values ($1, $2, $3, $4, 0, $5, $6, $7, true, $8)
            """, block, place++, chainId, SHA256.HashData([.. terms.Id.ToBytes(), .. topic.ToBytes(), (byte)leg]), terms.Contract.ToBytes(),
            new byte[][] { topic.ToBytes(), terms.Id.ToBytes(), new byte[32] }, data, terms.Id.ToBytes());
    }

    static byte[] Deposit(EscrowTerms terms, int index)
    {
        EscrowLeg leg = terms.Legs[index];
        return AbiValue.Tuple(AbiValue.Uint((ulong)index), AbiValue.Uint((byte)leg.Kind), AbiValue.Uint((byte)leg.Mode), AbiValue.Address(leg.Token), AbiValue.Address(leg.From),
            AbiValue.Address(leg.To), AbiValue.Address(leg.RefundTo), AbiValue.Uint(leg.TokenId), AbiValue.Uint(leg.Amount)).Encode();
    }

    async Task RunAsync(string sql, params object?[] values)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        foreach (object? value in values) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        await command.ExecuteNonQueryAsync();
    }
}
