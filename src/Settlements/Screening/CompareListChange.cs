using Keystone.Compliance;
using Keystone.Compliance.Changes;
using Keystone.Domain.Engine;
using Keystone.Ethereum;
using Keystone.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Settlements.Screening;

/// <summary>
/// Use case: compare the parties of live settlements with a change of a list, and with nothing but the change, and have those screened again whom it touches. Goes on where it was
/// interrupted. A settlement whose first screening is still to come is noted and not asked twice.
/// </summary>
public sealed class CompareListChange(NpgsqlDataSource database, ListChangeStore changes, IOptions<ScreeningOptions> options, WakeSignals signals, TimeProvider time) : SqlStore(database)
{
    const int PageSize = 500;

    const string PageSql = """
        with live as (select s.id, s.chain_id from settlement.settlement s where s.closed_at is null and s.id > $1 order by s.id limit $2)
        select l.id, y.id, y.name, y.lei, y.wallet, y.receive_wallet, y.refund_wallet, l.chain_id, y.date_of_birth, y.country from live l join settlement.party y on y.settlement_id = l.id order by l.id, y.ordinal
        """;

    /// <summary>Compares the oldest change that is open; false when there is none.</summary>
    public async Task<bool> ExecuteAsync(CancellationToken cancellationToken)
    {
        if (await changes.OpenAsync(cancellationToken) is not { } change) return false;
        Guid cursor = change.Cursor;
        while (true)
        {
            List<(Guid Settlement, ScreeningSubject Subject)> page = await PageAsync(cursor, cancellationToken);
            bool any = false;
            foreach (IGrouping<Guid, ScreeningSubject> settlement in page.GroupBy(one => one.Settlement, one => one.Subject))
            {
                TouchedParty[] touched = [.. settlement.SelectMany(party => Enum.GetValues<ScreeningLayer>().SelectMany(layer => change.Touching(party with { Layer = layer }, options.Value.FlagScore)))];
                if (touched.Length == 0) continue;
                any |= await TouchAsync(change.Id, settlement.Key, touched, cancellationToken);
            }
            if (any)
            {
                signals.Raise(WakeSignals.Screening);
                signals.Raise(WakeSignals.Engine);
            }
            if (page.Count > 0) cursor = page[^1].Settlement;
            bool isLast = page.Select(one => one.Settlement).Distinct().Count() < PageSize;
            await changes.AdvanceAsync(change.Id, cursor, page.Count, isLast, time.GetUtcNow(), cancellationToken);
            if (isLast) return true;
        }
    }

    async Task<List<(Guid, ScreeningSubject)>> PageAsync(Guid cursor, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(PageSql, cursor, PageSize);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        List<(Guid, ScreeningSubject)> page = [];
        while (await row.ReadAsync(cancellationToken))
        {
            Address[] wallets = [.. ((Address?[])[Wallet(row, 4), Wallet(row, 5), Wallet(row, 6)]).OfType<Address>().Distinct()];
            page.Add((row.GetGuid(0), new ScreeningSubject(row.GetGuid(1), ScreeningLayer.Entity, Text(row, 2), Text(row, 3), wallets, row.GetInt64(7))
            { BirthYear = PartyScreeningStore.BirthYear(Text(row, 8)), Country = Text(row, 9) }));
        }
        return page;
    }

    async Task<bool> TouchAsync(Guid change, Guid settlement, TouchedParty[] touched, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await RescreenStore.LockAsync(connection, settlement, cancellationToken) is not { } state) return false;
        HashSet<Guid> parties = [];
        foreach (TouchedParty one in touched)
            if (await ListChangeStore.TouchAsync(connection, change, settlement, one, now, cancellationToken)) parties.Add(one.PartyId);
        bool asks = await RescreenStore.AskAsync(connection, settlement, state, parties, change, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return asks;
    }
}
