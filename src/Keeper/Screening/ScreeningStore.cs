using Keystone.Ethereum;
using Keystone.Domain.Engine;
using Keystone.Domain.Screening;
using Keystone.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Keeper.Screening;

/// <summary>A screening that this process holds until <paramref name="ClaimedUntil"/>.</summary>
internal sealed record ClaimedScreening(Guid Id, Guid SettlementId, DateTimeOffset ClaimedUntil, ScreeningSubject Subject);

/// <summary>Claims screenings and writes their answers. A dead worker's claim ends by itself.</summary>
internal sealed class ScreeningStore(NpgsqlDataSource database)
{
    const string ClaimSql = """
        with due as (
          select id from settlement.screening
          where status in ('pending', 'error') and due_at <= $1 and (claimed_until is null or claimed_until < clock_timestamp())
          order by due_at limit $2 for update skip locked),
        held as (
          update settlement.screening s set claimed_until = clock_timestamp() + $3 from due where s.id = due.id
          returning s.id, s.settlement_id, s.claimed_until, s.party_id, s.layer)
        select h.id, h.settlement_id, h.claimed_until, h.party_id, h.layer, y.name, y.lei, y.wallet, y.receive_wallet, y.refund_wallet, s.chain_id
        from held h join settlement.party y on y.id = h.party_id join settlement.settlement s on s.id = h.settlement_id
        """;

    /// <summary>Takes up to <paramref name="limit"/> screenings that are due.</summary>
    public async Task<IReadOnlyList<ClaimedScreening>> ClaimAsync(int limit, TimeSpan hold, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand claim = database.CreateCommand(ClaimSql);
        claim.Parameters.AddWithValue(now.ToUniversalTime());
        claim.Parameters.AddWithValue(limit);
        claim.Parameters.AddWithValue(hold);
        List<ClaimedScreening> claimed = [];
        await using NpgsqlDataReader row = await claim.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            List<Address> wallets = [];
            for (int i = 7; i <= 9; i++)
                if (!row.IsDBNull(i)) wallets.Add(new Address(row.GetFieldValue<byte[]>(i)));
            ScreeningSubject subject = new(row.GetGuid(3), Enum.Parse<ScreeningLayer>(row.GetString(4), ignoreCase: true),
                row.IsDBNull(5) ? null : row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6), [.. wallets.Distinct()], row.GetInt64(10));
            claimed.Add(new ClaimedScreening(row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2), subject));
        }
        return claimed;
    }

    // An answer that comes after the claim has ended is another worker's to give. And where nobody waits for an answer, nobody is asked again.
    const string AnswerSql = """
        with answered as (
          update settlement.screening c set status = $3, provider_ref = $4, list_hash = $5, claimed_until = null, updated_at = $7,
            due_at = case when exists (select from settlement.settlement o where o.id = c.settlement_id and o.closed_at is null)
              and c.round = (select max(r.round) from settlement.screening r where r.settlement_id = c.settlement_id) then $6 else 'infinity' end
          where id = $1 and claimed_until = $2 returning settlement_id)
        update settlement.settlement s set due_at = $7 from answered a where s.id = a.settlement_id and s.closed_at is null
        """;

    /// <summary>Stores an answer and has the engine look; false when the claim had ended.</summary>
    public async Task<bool> AnswerAsync(
        ClaimedScreening screening, ScreeningVerdict verdict, DateTimeOffset due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand answer = database.CreateCommand(AnswerSql);
        answer.Parameters.AddWithValue(screening.Id);
        answer.Parameters.AddWithValue(screening.ClaimedUntil);
        answer.Parameters.AddWithValue(verdict.Status switch
        {
            ScreeningStatus.Pass => "pass",
            ScreeningStatus.Flagged => "flagged",
            ScreeningStatus.Fail => "fail",
            ScreeningStatus.Error => "error",
            _ => "pending",
        });
        answer.Parameters.Add(new() { Value = verdict.Reference is { } reference ? PlainText.Of(reference, 1_000) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        answer.Parameters.Add(new() { Value = (object?)verdict.ListHash?.ToBytes() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        answer.Parameters.AddWithValue(due.ToUniversalTime());
        answer.Parameters.AddWithValue(now.ToUniversalTime());
        return await answer.ExecuteNonQueryAsync(cancellationToken) > 0;
    }
}
