using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Operations;

/// <summary>A settlement whose deadline is near, and an environment that has not deposited its leg.</summary>
/// <param name="SettlementId">Settlement.</param>
/// <param name="EnvironmentId">Environment of the party whose leg is missing.</param>
public sealed record NearDeadline(Guid SettlementId, Guid EnvironmentId);

/// <summary>Finds settlements that are near their deadline while a leg is missing.</summary>
public sealed class NearDeadlineStore(NpgsqlDataSource database) : SqlStore(database)
{
    const int Most = 5_000;

    // A settlement of an hour is near its end in the last quarter of it, and not from its first minute on.
    const string SelectNear = """
        select s.chain_id, s.escrow_id, s.id, l.leg_index, y.environment_id from settlement.settlement s
        join settlement.leg l on l.settlement_id = s.id join settlement.party y on y.settlement_id = s.id and y.role = l.giver_role
        where s.closed_at is null and s.escrow_id is not null and s.rollback_since is null
          and s.timeout_at > $1 and s.timeout_at <= $1 + least($2::interval, (s.timeout_at - s.created_at) / 4)
        order by s.chain_id, s.timeout_at, s.id limit $3
        """;

    /// <summary>Those at a moment, each settlement and environment once.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="window">How long before the deadline, at most.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<IReadOnlyList<NearDeadline>> FindAsync(DateTimeOffset now, TimeSpan window, CancellationToken cancellationToken)
    {
        List<(long Chain, Hash32 Escrow, NearDeadline Found, int Leg)> near = [];
        await using (NpgsqlCommand select = Command(SelectNear, now.ToUniversalTime(), window, Most))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                near.Add((row.GetInt64(0), row.GetHash(1), new NearDeadline(row.GetGuid(2), row.GetGuid(4)), row.GetInt32(3)));
        List<NearDeadline> found = [];
        foreach (IGrouping<long, (long Chain, Hash32 Escrow, NearDeadline Found, int Leg)> chain in near.GroupBy(one => one.Chain))
        {
            if (await new MirrorReader(Database).ReadAsync(chain.Key, [.. chain.Select(one => one.Escrow).Distinct()], cancellationToken) is not { } view) continue;
            found.AddRange(chain.Where(one => !view.Escrows.TryGetValue(one.Escrow, out EscrowSnapshot? escrow) || (escrow.IsOpen && escrow.StatusOf(one.Leg) is not (LegStatus.Deposited or LegStatus.Armed)))
                .Select(one => one.Found));
        }
        return [.. found.Distinct()];
    }
}
