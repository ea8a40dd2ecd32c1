using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Settlements.Operations;
using Npgsql;

namespace Keystone.Keeper.Reconciliation;

/// <summary>The mirror's view of the escrow at one block.</summary>
/// <param name="Number">Height of the block.</param>
/// <param name="Block">Its hash: the chain is asked at exactly this block.</param>
/// <param name="Escrow">The contract.</param>
/// <param name="Escrows">Settlements to compare, by id.</param>
/// <param name="Owed">Balances that the escrow must have.</param>
/// <param name="Strays">What came to the escrow by plain transfers, by token.</param>
/// <param name="Decimals">Decimals with which the ERC-20 tokens were registered; each environment has its own registry.</param>
internal sealed record Fold(
    long Number, Hash32 Block, Address Escrow, ImmutableSortedDictionary<Hash32, EscrowWord> Escrows, IReadOnlyList<Obligation> Owed,
    IReadOnlyDictionary<Address, UInt256> Strays, IReadOnlyList<(Address Token, int Decimals)> Decimals);

/// <summary>Reads the mirror for the reconciler, in one snapshot.</summary>
internal sealed class ReconcilerStore(NpgsqlDataSource database, MirrorReader mirror)
{
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
        // Settlements with published terms are included even if the mirror has no row: a missing event leaves no row to compare.
        IReadOnlyList<Hash32> published = await ComparedSettlements.PublishedAsync(connection, chainId, escrow, after, limit, cancellationToken);
        ImmutableSortedDictionary<Hash32, EscrowWord>.Builder escrows = ImmutableSortedDictionary.CreateBuilder<Hash32, EscrowWord>();
        foreach ((Hash32 id, EscrowSnapshot? one) in await mirror.ReadUnsettledAsync(connection, chainId, head, after, limit, published, cancellationToken))
            escrows[id] = EscrowWord.Of(one);
        IReadOnlyList<Obligation> owed = await mirror.ReadOwedAsync(connection, chainId, cancellationToken);
        IReadOnlyList<(Address, int)> decimals = await ComparedSettlements.DecimalsAsync(connection, chainId, owed.Select(one => one.Token), cancellationToken);
        return new Fold(head.Number, block, escrow, escrows.ToImmutable(), owed, await mirror.ReadStraySumsAsync(connection, chainId, cancellationToken), decimals);
    }
}
