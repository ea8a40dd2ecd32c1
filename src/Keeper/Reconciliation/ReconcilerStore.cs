using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Domain.Escrow;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Keeper.Reconciliation;

/// <summary>What the fold says of the escrow at one block.</summary>
/// <param name="Number">Height of the block.</param>
/// <param name="Block">Its hash: the chain is asked at exactly this block.</param>
/// <param name="Escrow">The contract.</param>
/// <param name="Escrows">Settlements to compare, by id.</param>
/// <param name="Owed">What the escrow must hold.</param>
/// <param name="Decimals">With how many decimals the ERC-20 tokens among them were registered; each environment has its own registry.</param>
internal sealed record Fold(
    long Number, Hash32 Block, Address Escrow, ImmutableSortedDictionary<Hash32, EscrowWord> Escrows, IReadOnlyList<Obligation> Owed,
    IReadOnlyList<(Address Token, int Decimals)> Decimals);

/// <summary>Amount of a token that held legs add up to, smallest units.</summary>
internal sealed record Obligation(Address Token, UInt256 TokenId, UInt256 Amount);

/// <summary>Reads the fold for the reconciler, in one transaction of one snapshot.</summary>
internal sealed class ReconcilerStore(NpgsqlDataSource database)
{
    const string PositionSql = "select number, hash, escrow from chain.position where chain_id = $1 and hash is not null and halted is null";

    // All that can still move, what ended in the last blocks (an end that the contract does not know is a difference too), and what the mirror
    // should know of because its terms are out: an event that never came leaves no row to compare. Each of the three by an index of its own, so that a
    // round costs what is open, and not all that ever was.
    const string EscrowsSql = """
        with compared as materialized (
          (select escrow_id from chain.escrow where chain_id = $1 and escrow_id > $2 and (state = 1 or holds) order by escrow_id limit $4)
          union
          select e.escrow_id from chain.block b
            join chain.log l on l.block_hash = b.hash and l.escrow_id > $2
            join chain.escrow e on e.chain_id = $1 and e.escrow_id = l.escrow_id
          where b.chain_id = $1 and b.canonical and b.number > $3 - 3 and greatest(e.executed_block, e.cancelled_block) > $3 - 3
          union
          select s.escrow_id from settlement.settlement s where s.chain_id = $1 and s.closed_at is null and s.escrow_id > $2 and s.escrow_contract = $5
        )
        select c.escrow_id, coalesce(e.state, 0)::int, coalesce(e.registered, false), l.held, l.armed
        from (select escrow_id from compared order by escrow_id limit $4) c
        left join chain.escrow e on e.chain_id = $1 and e.escrow_id = c.escrow_id
        cross join lateral (
          select coalesce(bit_or(case when status = 'deposited' then 1::bigint << (place - 1)::int end), 0) as held,
            coalesce(bit_or(case when status = 'armed' then 1::bigint << (place - 1)::int end), 0) as armed
          from unnest(e.legs) with ordinality l (token, token_id, amount, depositor, recipient, refund_to, status, block, tx, log_index, place)) l
        order by c.escrow_id
        """;

    const string OwedSql = """
        select l.token, coalesce(l.token_id, 0), sum(l.amount) from chain.escrow e cross join lateral unnest(e.legs) l
        where e.chain_id = $1 and (e.state = 1 or e.holds) and l.status = 'deposited' and l.token is not null group by 1, 2 order by 1, 2
        """;

    const string DecimalsSql = """
        select distinct address, decimals::int from settlement.instrument where chain_id = $1 and standard = 'ERC-20' and address = any($2) order by 1, 2
        """;

    /// <summary>Height of the mirror's head; null before the first block, and while the chain is halted.</summary>
    public async Task<long?> NumberAsync(long chainId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(PositionSql);
        command.Parameters.Add(new() { Value = chainId });
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>The fold at the mirror's head; null when there is none.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="after">Settlements above this id.</param>
    /// <param name="limit">Settlements at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Fold?> ReadAsync(long chainId, Hash32 after, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        long number;
        Hash32 block;
        Address escrow;
        await using (NpgsqlCommand position = new(PositionSql, connection) { Parameters = { new() { Value = chainId } } })
        await using (NpgsqlDataReader row = await position.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return null;
            (number, block, escrow) = (row.GetInt64(0), new Hash32(row.GetFieldValue<byte[]>(1)), new Address(row.GetFieldValue<byte[]>(2)));
        }
        ImmutableSortedDictionary<Hash32, EscrowWord>.Builder escrows =
            ImmutableSortedDictionary.CreateBuilder<Hash32, EscrowWord>(Comparer<Hash32>.Create((a, b) => a.ToBytes().AsSpan().SequenceCompareTo(b.ToBytes())));
        await using (NpgsqlCommand read = new(EscrowsSql, connection)
        {
            Parameters = { new() { Value = chainId }, new() { Value = after.ToBytes() }, new() { Value = number }, new() { Value = limit }, new() { Value = escrow.ToBytes() } },
        })
        await using (NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                escrows[new Hash32(row.GetFieldValue<byte[]>(0))] = new EscrowWord(
                    (EscrowState)row.GetInt32(1), unchecked((ulong)row.GetInt64(3)), unchecked((ulong)row.GetInt64(4)), row.GetBoolean(2));
        List<Obligation> owed = [];
        await using (NpgsqlCommand read = new(OwedSql, connection) { Parameters = { new() { Value = chainId } } })
        await using (NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                owed.Add(new Obligation(new Address(row.GetFieldValue<byte[]>(0)), row.GetAmount(1), row.GetAmount(2)));
        List<(Address, int)> decimals = [];
        await using (NpgsqlCommand read = new(DecimalsSql, connection)
        {
            Parameters = { new() { Value = chainId }, new() { Value = owed.Select(one => one.Token).Distinct().Select(token => token.ToBytes()).ToArray() } },
        })
        await using (NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                decimals.Add((new Address(row.GetFieldValue<byte[]>(0)), row.GetInt32(1)));
        return new Fold(number, block, escrow, escrows.ToImmutable(), owed, decimals);
    }
}
