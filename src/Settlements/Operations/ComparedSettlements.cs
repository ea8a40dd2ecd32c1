using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Operations;

/// <summary>What this room knows of the escrows that a reconciler compares with the chain, in the transaction in which it reads the mirror.</summary>
public static class ComparedSettlements
{
    const string PublishedSql = """
        select escrow_id from settlement.settlement
        where chain_id = $1 and closed_at is null and escrow_id > $2 and escrow_contract = $3 order by escrow_id limit $4
        """;

    /// <summary>Escrow ids of open settlements with frozen terms, in their order.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="escrow">The contract.</param>
    /// <param name="after">Ids above this one.</param>
    /// <param name="limit">Ids at most.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<IReadOnlyList<Hash32>> PublishedAsync(
        NpgsqlConnection connection, long chainId, Address escrow, Hash32 after, int limit, CancellationToken cancellationToken)
    {
        List<Hash32> published = [];
        await using NpgsqlCommand read = new(PublishedSql, connection)
        {
            Parameters = { new() { Value = chainId }, new() { Value = after.ToBytes() }, new() { Value = escrow.ToBytes() }, new() { Value = limit } },
        };
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) published.Add(row.GetHash(0));
        return published;
    }

    const string DecimalsSql = """
        select distinct address, decimals::int from settlement.instrument where chain_id = $1 and standard = 'ERC-20' and address = any($2) order by 1, 2
        """;

    /// <summary>Decimals with which ERC-20 tokens were registered. Each environment registers for itself, so a token can have several.</summary>
    public static async Task<IReadOnlyList<(Address Token, int Decimals)>> DecimalsAsync(
        NpgsqlConnection connection, long chainId, IEnumerable<Address> tokens, CancellationToken cancellationToken)
    {
        List<(Address, int)> decimals = [];
        await using NpgsqlCommand read = new(DecimalsSql, connection)
        {
            Parameters = { new() { Value = chainId }, new() { Value = tokens.Distinct().Select(token => token.ToBytes()).ToArray() } },
        };
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) decimals.Add((row.GetAddress(0), row.GetInt32(1)));
        return decimals;
    }
}
