using System.Text.Json;
using Keystone.Ethereum;
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

/// <summary>What this room adds to the mirror for statements, and the days that were reconciled.</summary>
internal sealed class StatementStore(NpgsqlDataSource database) : SqlStore(database)
{
    const int IdsAtOnce = 2_000;

    // Whatever ended before the day held nothing when it began; a day more, because the clocks of chain and services differ.
    const string OwnSql = """
        select s.escrow_id from settlement.visible_to v join settlement.settlement s on s.id = v.settlement_id
        where v.environment_id = $1 and s.chain_id = $2 and s.escrow_id is not null and (s.closed_at is null or s.closed_at >= $3)
        """;

    /// <summary>Settlements of an environment that could have held something on a day or later.</summary>
    public static async Task<IReadOnlyList<Hash32>> OwnAsync(NpgsqlConnection connection, long chainId, Guid environment, DateTimeOffset from, CancellationToken cancellationToken)
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

    /// <summary>Opens a connection with a snapshot: what several queries read is of one moment.</summary>
    public async Task<(NpgsqlConnection Connection, NpgsqlTransaction Transaction)> SnapshotAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        try
        {
            return (connection, await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

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
    public static async Task<bool?> FindCheckAsync(NpgsqlConnection connection, long chainId, DateOnly day, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand read = Command(FindCheckSql, connection, chainId, day);
        return await read.ExecuteScalarAsync(cancellationToken) as bool?;
    }

    const string LastDaySql = "select max(day) from settlement.statement_check where chain_id = $1";

    /// <summary>The last day that was reconciled; null before the first.</summary>
    public async Task<DateOnly?> LastDayAsync(long chainId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand read = Command(LastDaySql, chainId);
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) && !row.IsDBNull(0) ? row.GetFieldValue<DateOnly>(0) : null;
    }

    const string BrokenSql = "select day from settlement.statement_check where chain_id = $1 and breaks <> '[]' and day >= $2 and checked_at < $3 order by day";

    /// <summary>Days with breaks from a day on that were not compared since a time.</summary>
    public async Task<IReadOnlyList<DateOnly>> BrokenDaysAsync(long chainId, DateOnly from, DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<DateOnly> days = [];
        await using NpgsqlCommand read = Command(BrokenSql, chainId, from, before);
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) days.Add(row.GetFieldValue<DateOnly>(0));
        return days;
    }

    const string SaveSql = """
        insert into settlement.statement_check (chain_id, day, opening_number, opening_hash, closing_number, closing_hash, balances_read, tokens, breaks, checked_at)
        values ($1, $2, $3::bigint, $4::bytea, $5::bigint, $6::bytea, $7, $8, $9, $10)
        on conflict (chain_id, day) do update set opening_number = excluded.opening_number, opening_hash = excluded.opening_hash, closing_number = excluded.closing_number,
          closing_hash = excluded.closing_hash, balances_read = excluded.balances_read, tokens = excluded.tokens, breaks = excluded.breaks, checked_at = excluded.checked_at
          where excluded.balances_read or not settlement.statement_check.balances_read
        """;

    /// <summary>Keeps what a reconciliation found.</summary>
    public async Task SaveAsync(StatementCheck check, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand save = Command(SaveSql, check.ChainId, check.Day);
        Add(save, check.Opening?.Number, NpgsqlTypes.NpgsqlDbType.Bigint);
        Add(save, check.Opening?.Hash.ToBytes(), NpgsqlTypes.NpgsqlDbType.Bytea);
        Add(save, check.Closing?.Number, NpgsqlTypes.NpgsqlDbType.Bigint);
        Add(save, check.Closing?.Hash.ToBytes(), NpgsqlTypes.NpgsqlDbType.Bytea);
        Bind(save, [check.BalancesRead, check.Tokens.Count, JsonSerializer.Serialize(check.Breaks.Select(one => new
        {
            kind = one.Kind,
            token = one.Token?.ToString(),
            token_id = one.TokenId,
            transaction = one.Transaction?.ToString(),
            block_number = one.Block,
            settlement_id = one.SettlementId,
            detail = one.Detail,
        })), now]);
        await save.ExecuteNonQueryAsync(cancellationToken);
    }

    static void Add(NpgsqlCommand command, object? value, NpgsqlTypes.NpgsqlDbType type) => command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
}
