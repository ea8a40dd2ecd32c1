using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Statements;

/// <summary>Whose a leg is.</summary>
/// <param name="SettlementId">Settlement.</param>
/// <param name="LegId">Leg.</param>
/// <param name="Environment">Environment of the party that deposits it; null when that party is missing.</param>
/// <param name="Initiator">Environment that instructed the settlement.</param>
/// <param name="ExternalReference">Reference of that environment.</param>
internal sealed record LegOwner(Guid SettlementId, Guid LegId, Guid? Environment, Guid Initiator, string? ExternalReference);

/// <summary>A token as environments registered it.</summary>
internal sealed record StatementToken(Address Address, string? Symbol, int Decimals, string Standard);

/// <summary>What the statement of an environment is made of, of one moment.</summary>
/// <param name="FinalizedTime">Block time of the finalized block.</param>
/// <param name="Opening">Last block before the day; null when there is none.</param>
/// <param name="Closing">Last block of it, or before; null when there is none.</param>
/// <param name="Accounts">Of all that settlements of the environment have in the escrow, other environments' too.</param>
/// <param name="Blocks">Blocks of the movements.</param>
/// <param name="Reconciled">The day was compared with the chain, without a difference or with one; null when it was not.</param>
internal sealed record TenantSnapshot(
    ChainTime FinalizedTime, LedgerBlock? Opening, LedgerBlock? Closing, IReadOnlyList<AccountStatement> Accounts, IReadOnlyDictionary<long, MirroredBlock> Blocks, bool? Reconciled);

/// <summary>What this room adds to the mirror for statements.</summary>
internal sealed class StatementStore(NpgsqlDataSource database, MirrorReader mirror) : SqlStore(database)
{
    const int IdsAtOnce = 2_000;

    // Whatever ended before the day held nothing when it began; a day more, because the clocks of chain and services differ.
    const string OwnSql = """
        select s.escrow_id from settlement.visible_to v join settlement.settlement s on s.id = v.settlement_id
        where v.environment_id = $1 and s.chain_id = $2 and s.escrow_id is not null and (s.closed_at is null or s.closed_at >= $3)
        """;

    /// <summary>Settlements of an environment that could have held something on a day or later.</summary>
    static async Task<IReadOnlyList<Hash32>> OwnAsync(NpgsqlConnection connection, long chainId, Guid environment, DateTimeOffset from, CancellationToken cancellationToken)
    {
        List<Hash32> ids = [];
        await using NpgsqlCommand read = Command(OwnSql, connection, environment, chainId, from.AddDays(-1).ToUniversalTime());
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) ids.Add(row.GetHash(0));
        return ids;
    }

    const string OwnersSql = """
        select s.escrow_id, l.leg_index, s.id, l.id, y.environment_id, s.environment_id, s.external_reference
        from settlement.settlement s join settlement.leg l on l.settlement_id = s.id
        left join settlement.party y on y.settlement_id = s.id and y.role = l.giver_role
        where s.chain_id = $1 and s.escrow_id = any($2)
        """;

    /// <summary>Whose the legs of these settlements on the chain are; settlements that are not of this system are left out.</summary>
    public static async Task<Dictionary<(Hash32 Escrow, int Leg), LegOwner>> OwnersAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        Dictionary<(Hash32, int), LegOwner> owners = [];
        foreach (Hash32[] part in ids.Chunk(IdsAtOnce))
        {
            await using NpgsqlCommand read = Command(OwnersSql, connection, chainId, part.Select(id => id.ToBytes()).ToArray());
            await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
                owners[(row.GetHash(0), row.GetInt32(1))] = new LegOwner(row.GetGuid(2), row.GetGuid(3), row.IsDBNull(4) ? null : row.GetGuid(4), row.GetGuid(5), Text(row, 6));
        }
        return owners;
    }

    const string TokensSql = """
        select distinct on (address) address, symbol, decimals::int, standard from settlement.instrument
        where chain_id = $1 and ($2::uuid is null or environment_id = $2) order by address, registered desc
        """;

    /// <summary>Tokens that legs of an environment, or of all, may name.</summary>
    public static async Task<Dictionary<Address, StatementToken>> TokensAsync(NpgsqlConnection connection, long chainId, Guid? environment, CancellationToken cancellationToken)
    {
        Dictionary<Address, StatementToken> tokens = [];
        await using NpgsqlCommand read = Command(TokensSql, connection, chainId);
        read.Parameters.Add(new NpgsqlParameter { Value = (object?)environment ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            tokens.Add(row.GetAddress(0), new StatementToken(row.GetAddress(0), Text(row, 1), row.GetInt32(2), row.GetString(3)));
        return tokens;
    }

    const string FindCheckSql = "select breaks = '[]' and balances_read from settlement.statement_check where chain_id = $1 and day = $2";

    /// <summary>True when a day was reconciled without a break, false with one; null when it was not, or without balances.</summary>
    static async Task<bool?> FindCheckAsync(NpgsqlConnection connection, long chainId, DateOnly day, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand read = Command(FindCheckSql, connection, chainId, day);
        return await read.ExecuteScalarAsync(cancellationToken) as bool?;
    }

    /// <summary>Tokens of an environment's registry.</summary>
    public async Task<IReadOnlyDictionary<Address, StatementToken>> TokensAsync(long chainId, Guid environment, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        return await TokensAsync(connection, chainId, environment, cancellationToken);
    }

    /// <summary>What the statement of an environment on a day is made of; null when nothing is mirrored of the chain.</summary>
    public async Task<TenantSnapshot?> ReadAsync(long chainId, Guid environment, DateOnly day, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        if (await mirror.ReadAsync(connection, chainId, [], cancellationToken) is not { } view) return null;
        (ChainTime from, ChainTime to) = ReadStatement.Bounds(day);
        LedgerBlock? opening = await MirrorLedger.LastBeforeAsync(connection, chainId, view.Head.Number, from, cancellationToken);
        LedgerBlock? closing = await MirrorLedger.LastBeforeAsync(connection, chainId, view.Head.Number, to, cancellationToken);
        IReadOnlyList<Hash32> own = await OwnAsync(connection, chainId, environment, from.ToDateTime(), cancellationToken);
        Dictionary<(Hash32 Escrow, int Leg), LegOwner> owners = await OwnersAsync(connection, chainId, own, cancellationToken);
        IReadOnlyList<EscrowMovement> movements = await MirrorLedger.MovementsAsync(connection, chainId, own, closing?.Number ?? -1, cancellationToken);
        IReadOnlyList<AccountStatement> accounts = AccountStatements.Make(movements, owners, opening?.Number ?? -1);
        IReadOnlyDictionary<long, MirroredBlock> blocks = await mirror.ReadBlocksAsync(connection, chainId,
            [.. accounts.SelectMany(account => account.Entries).Select(one => one.Movement.At.Block).Distinct()], cancellationToken);
        return new TenantSnapshot(view.Head.FinalizedTime, opening, closing, accounts, blocks, await FindCheckAsync(connection, chainId, day, cancellationToken));
    }
}
