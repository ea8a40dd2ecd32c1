using System.Numerics;
using System.Text.Json;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.Statements;

/// <summary>The statements of all environments on a day, as the database has them at one moment.</summary>
internal sealed record StatementSnapshot(
    Address Escrow, LedgerBlock? Opening, LedgerBlock? Closing, bool IsFinal, IReadOnlyList<AccountStatement> Accounts, IReadOnlyDictionary<Address, StatementToken> Tokens,
    IReadOnlyList<MirroredStray> Strays, IReadOnlyDictionary<Address, BigInteger> StraySums, IReadOnlyList<StatementBreak> Breaks);

/// <summary>Reads the statements of all environments for their comparison with the chain, and keeps what came of it.</summary>
public sealed class StatementCheckStore(NpgsqlDataSource database) : SqlStore(database)
{
    readonly MirrorReader _mirror = new(database);
    readonly IntentStore _intents = new(TimeProvider.System);

    /// <summary>The last day of which no block can change any more; null before there is one.</summary>
    internal async Task<DateOnly?> LastFinalDayAsync(long chainId, CancellationToken cancellationToken) =>
        await _mirror.ReadAsync(chainId, [], cancellationToken) is { Head: { IsHalted: false, Finalized: >= 0, FinalizedTime.Seconds: > 0 } head }
            ? DateOnly.FromDateTime(head.FinalizedTime.ToDateTime().UtcDateTime).AddDays(-1) : null;

    // What several queries read is of one moment.
    async Task<(NpgsqlConnection Connection, NpgsqlTransaction Transaction)> SnapshotAsync(CancellationToken cancellationToken)
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

    /// <summary>Accounts of all environments on a day; null when nothing is mirrored of the chain.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="day">The day, UTC.</param>
    /// <param name="fromFirst">All settlements that ever were are read, and not those that the mirror says may have held something.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    internal async Task<StatementSnapshot?> ReadAsync(long chainId, DateOnly day, bool fromFirst, CancellationToken cancellationToken)
    {
        (NpgsqlConnection connection, NpgsqlTransaction transaction) = await SnapshotAsync(cancellationToken);
        await using (connection)
        await using (transaction)
        {
            if (await _mirror.ReadAsync(connection, chainId, [], cancellationToken) is not { } view) return null;
            (ChainTime from, ChainTime to) = ReadStatement.Bounds(day);
            LedgerBlock? opening = await MirrorLedger.LastBeforeAsync(connection, chainId, view.Head.Number, from, cancellationToken);
            LedgerBlock? closing = await MirrorLedger.LastBeforeAsync(connection, chainId, view.Head.Number, to, cancellationToken);
            (long after, long through) = (opening?.Number ?? -1, closing?.Number ?? -1);
            // Any token of a leg is in the registry of some environment. Others are strangers', who may have the escrow hold what they like.
            Dictionary<Address, StatementToken> tokens = await StatementStore.TokensAsync(connection, chainId, null, cancellationToken);
            IReadOnlyList<Hash32> ids = await MirrorLedger.ActiveSinceAsync(connection, chainId, fromFirst ? -1 : after, cancellationToken);
            Dictionary<(Hash32 Escrow, int Leg), LegOwner> owners = await StatementStore.OwnersAsync(connection, chainId, ids, cancellationToken);
            IReadOnlyList<EscrowMovement> movements = await MirrorLedger.MovementsAsync(connection, chainId, ids, through, cancellationToken);
            return new StatementSnapshot(view.Identity.Escrow, opening, closing, view.Head.FinalizedTime.Seconds >= to.Seconds, AccountStatements.Make(movements, owners, after), tokens,
                await MirrorLedger.StraysAsync(connection, chainId, tokens.Keys, after, through, cancellationToken),
                await MirrorLedger.StraySumsAsync(connection, chainId, tokens.Keys, through, cancellationToken),
                await OrphansAsync(connection, chainId, movements, owners, after, cancellationToken));
        }
    }

    // What we put on the chain and is nobody's here. A settlement of strangers, which the contract takes as well, has no intent of ours.
    async Task<IReadOnlyList<StatementBreak>> OrphansAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyList<EscrowMovement> movements, Dictionary<(Hash32 Escrow, int Leg), LegOwner> owners, long after, CancellationToken cancellationToken)
    {
        List<StatementBreak> breaks = [];
        EscrowMovement[] last = [.. movements.Where(one => owners.GetValueOrDefault((one.EscrowId, one.LegIndex))?.Environment is null)
            .GroupBy(one => (one.EscrowId, one.LegIndex)).Select(leg => leg.MaxBy(one => (one.At.Block, one.At.LogIndex))!).Where(one => one.At.Block > after || one.IsIn)];
        Hash32[] unknown = [.. last.Where(one => !owners.ContainsKey((one.EscrowId, one.LegIndex))).Select(one => one.EscrowId).Distinct()];
        HashSet<Hash32> ours = [.. (await _intents.OfSubjectsAsync(connection, null, chainId, unknown, cancellationToken)).Select(intent => intent.Name.Subject)];
        foreach (EscrowMovement one in last)
        {
            LegOwner? owner = owners.GetValueOrDefault((one.EscrowId, one.LegIndex));
            if (owner is null && !ours.Contains(one.EscrowId)) continue;
            breaks.Add(new StatementBreak(owner is null ? "missing_settlement" : "missing_party", one.Leg.Token, one.Leg.TokenId.IsZero ? null : one.Leg.TokenId.ToString(), one.At.Transaction, one.At.Block,
                owner?.SettlementId, owner is null ? $"escrow {one.EscrowId} was put on the chain by this system, and no settlement of it is known"
                    : $"leg {one.LegIndex} has no party that deposits it, so no platform's statement shows its {one.Leg.Amount}"));
        }
        return breaks;
    }

    /// <summary>All movements and strays of some tokens up to a block.</summary>
    internal async Task<IReadOnlyList<BookedTransfer>> TransfersAsync(long chainId, IReadOnlySet<Address> tokens, long through, CancellationToken cancellationToken)
    {
        List<BookedTransfer> booked = [];
        (NpgsqlConnection connection, NpgsqlTransaction transaction) = await SnapshotAsync(cancellationToken);
        await using (connection)
        await using (transaction)
        {
            IReadOnlyList<Hash32> ids = await MirrorLedger.ActiveSinceAsync(connection, chainId, -1, cancellationToken);
            Dictionary<(Hash32 Escrow, int Leg), LegOwner> owners = await StatementStore.OwnersAsync(connection, chainId, ids, cancellationToken);
            foreach (EscrowMovement one in await MirrorLedger.MovementsAsync(connection, chainId, ids, through, cancellationToken))
                if (tokens.Contains(one.Leg.Token)) booked.Add(BookedTransfer.Of(one, owners.GetValueOrDefault((one.EscrowId, one.LegIndex))));
            booked.AddRange((await MirrorLedger.StraysAsync(connection, chainId, [.. tokens], -1, through, cancellationToken)).Select(BookedTransfer.Of));
        }
        return booked;
    }

    const string LastDaySql = "select max(day) from settlement.statement_check where chain_id = $1";

    /// <summary>The last day that was reconciled; null before the first.</summary>
    internal async Task<DateOnly?> LastDayAsync(long chainId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand read = Command(LastDaySql, chainId);
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) && !row.IsDBNull(0) ? row.GetFieldValue<DateOnly>(0) : null;
    }

    const string BrokenSql = "select day from settlement.statement_check where chain_id = $1 and breaks <> '[]' and day >= $2 and checked_at < $3 order by day";

    /// <summary>Days with breaks from a day on that were not compared since a time.</summary>
    internal async Task<IReadOnlyList<DateOnly>> BrokenDaysAsync(long chainId, DateOnly from, DateTimeOffset before, CancellationToken cancellationToken)
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
    internal async Task SaveAsync(StatementCheck check, DateTimeOffset now, CancellationToken cancellationToken)
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
