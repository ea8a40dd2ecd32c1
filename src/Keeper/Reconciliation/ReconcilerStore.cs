using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Domain.Escrow;
using Keystone.Mirror;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Keeper.Reconciliation;

/// <summary>The mirror's view of the escrow at one block.</summary>
/// <param name="Number">Height of the block.</param>
/// <param name="Block">Its hash: the chain is asked at exactly this block.</param>
/// <param name="Escrow">The contract.</param>
/// <param name="Escrows">Settlements to compare, by id.</param>
/// <param name="Owed">Balances that the escrow must have.</param>
/// <param name="Decimals">Decimals with which the ERC-20 tokens were registered; each environment has its own registry.</param>
internal sealed record Fold(
    long Number, Hash32 Block, Address Escrow, ImmutableSortedDictionary<Hash32, EscrowWord> Escrows, IReadOnlyList<Obligation> Owed,
    IReadOnlyList<(Address Token, int Decimals)> Decimals);

/// <summary>Reads the mirror for the reconciler, in one snapshot.</summary>
internal sealed class ReconcilerStore(NpgsqlDataSource database, MirrorReader mirror)
{
    // Settlements with published terms are included even if the mirror has no row: a missing event leaves no row to compare.
    const string PublishedSql = """
        select escrow_id from settlement.settlement
        where chain_id = $1 and closed_at is null and escrow_id > $2 and escrow_contract = $3 order by escrow_id limit $4
        """;

    const string DecimalsSql = """
        select distinct address, decimals::int from settlement.instrument where chain_id = $1 and standard = 'ERC-20' and address = any($2) order by 1, 2
        """;

    /// <summary>Height of the mirror's head; null before the first block, and while the mirror is halted.</summary>
    public async Task<long?> NumberAsync(long chainId, CancellationToken cancellationToken) =>
        await mirror.ReadAsync(chainId, [], cancellationToken) is { Head: { Hash: not null, IsHalted: false } head } ? head.Number : null;

    /// <summary>The mirror's view at its head; null if there is none.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="after">Settlements above this id.</param>
    /// <param name="limit">Settlements at most.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<Fold?> ReadAsync(long chainId, Hash32 after, int limit, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        if (await mirror.ReadAsync(connection, chainId, [], cancellationToken) is not { Head: { Hash: { } block, IsHalted: false } head } view) return null;
        Address escrow = view.Identity.Escrow;
        List<Hash32> published = [];
        await using (NpgsqlCommand read = new(PublishedSql, connection)
        {
            Parameters = { new() { Value = chainId }, new() { Value = after.ToBytes() }, new() { Value = escrow.ToBytes() }, new() { Value = limit } },
        })
        await using (NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken)) published.Add(row.GetHash(0));
        ImmutableSortedDictionary<Hash32, EscrowWord>.Builder escrows = ImmutableSortedDictionary.CreateBuilder<Hash32, EscrowWord>();
        foreach ((Hash32 id, EscrowSnapshot? one) in await mirror.ReadUnsettledAsync(connection, chainId, head, after, limit, published, cancellationToken))
            escrows[id] = EscrowWord.Of(one);
        IReadOnlyList<Obligation> owed = await mirror.ReadOwedAsync(connection, chainId, cancellationToken);
        List<(Address, int)> decimals = [];
        await using (NpgsqlCommand read = new(DecimalsSql, connection)
        {
            Parameters = { new() { Value = chainId }, new() { Value = owed.Select(one => one.Token).Distinct().Select(token => token.ToBytes()).ToArray() } },
        })
        await using (NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken)) decimals.Add((row.GetAddress(0), row.GetInt32(1)));
        return new Fold(head.Number, block, escrow, escrows.ToImmutable(), owed, decimals);
    }
}
