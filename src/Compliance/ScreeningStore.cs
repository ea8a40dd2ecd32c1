using System.Collections.Immutable;
using Keystone.Domain.Engine;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Compliance;

/// <summary>Screenings: a request to a provider about a party, and the answer. The claim of a worker that died expires.</summary>
public sealed class ScreeningStore(NpgsqlDataSource database) : SqlStore(database)
{
    /// <summary>
    /// Condition of SQL: a party is flagged in the latest round of its settlement. <c>y</c> is the party's row and has <c>id</c> and <c>settlement_id</c>.
    /// For lists of the room that owns the parties, which would otherwise read every settlement's screenings one by one.
    /// </summary>
    public static readonly string IsFlagged = """
        exists (select from compliance.screening g where g.settlement_id = y.settlement_id and g.party_id = y.id and g.status = 'flagged'
          and g.round = (select max(r.round) from compliance.screening r where r.settlement_id = y.settlement_id))
        """;

    /// <summary>Query of SQL with one column, <c>layer</c>: in which layers the latest round stopped a party. <c>y</c> is the party's row and has <c>id</c> and <c>settlement_id</c>.</summary>
    public static readonly string StoppedLayers = """
        select g.layer from compliance.screening g where g.settlement_id = y.settlement_id and g.party_id = y.id and g.status in ('flagged', 'fail')
          and g.round = (select max(r.round) from compliance.screening r where r.settlement_id = y.settlement_id)
        """;

    /// <summary>Query of SQL with one value, the number of the latest round; null before the first. <c>s</c> is the settlement's row.</summary>
    public static readonly string LatestRound = "select max(r.round) from compliance.screening r where r.settlement_id = s.id";

    /// <summary>
    /// Query of SQL with one value, <c>screening: STATUS</c>, of a screening without an answer in the latest round; no row when there is none. <c>s</c> is the settlement's row.
    /// </summary>
    public static readonly string Unanswered = """
        select 'screening: ' || c.status from compliance.screening c where c.settlement_id = s.id and c.status not in ('pass', 'fail', 'flagged') order by c.round desc limit 1
        """;

    /// <summary>Query of SQL: a row for each screening of the latest round without an answer. <c>s</c> is the settlement's row.</summary>
    public static readonly string OpenInLatestRound = $"""
        select from compliance.screening c where c.settlement_id = s.id and c.status not in ('pass', 'fail', 'flagged') and c.round = ({LatestRound})
        """;

    const string InsertSql = """
        insert into compliance.screening (id, settlement_id, party_id, layer, round, due_at, created_at, updated_at, lane)
        values ($1, $2, $3, $4, $6, $5, $5, $5, $7) on conflict (settlement_id, party_id, layer, round) do nothing
        """;

    const string InsertManySql = """
        insert into compliance.screening (id, settlement_id, party_id, layer, round, due_at, created_at, updated_at, lane)
        select id, settlement_id, party_id, layer, round, $7, $7, $7, lane
        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::uuid[]) wanted (id, settlement_id, party_id, layer, round, lane)
        on conflict (settlement_id, party_id, layer, round) do nothing
        """;

    /// <summary>Asks for a screening in the caller's transaction. The same again changes nothing.</summary>
    /// <param name="connection">Connection with the transaction.</param>
    /// <param name="settlement">Settlement.</param>
    /// <param name="party">Party to screen.</param>
    /// <param name="layer">Which question.</param>
    /// <param name="round">Round of checks, from 1.</param>
    /// <param name="lane">Environment whose settlement it is: environments are served in turn.</param>
    /// <param name="now">When it is due, UTC.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static Task<int> WantAsync(
        NpgsqlConnection connection, Guid settlement, Guid party, ScreeningLayer layer, int round, Guid lane, DateTimeOffset now, CancellationToken cancellationToken) =>
        RunAsync(InsertSql, connection, cancellationToken, Guid.CreateVersion7(now), settlement, party, TextOf(layer), now.ToUniversalTime(), round, lane);

    /// <summary>Asks for several as a command of a batch in the caller's transaction.</summary>
    /// <param name="screenings">Each with the environment whose settlement it is.</param>
    /// <param name="now">When they are due, UTC.</param>
    public static NpgsqlBatchCommand Want(IReadOnlyCollection<WantedScreening> screenings, DateTimeOffset now) =>
        BatchCommand(InsertManySql, screenings.Select(_ => Guid.CreateVersion7(now)).ToArray(), screenings.Select(one => one.SettlementId).ToArray(),
            screenings.Select(one => one.PartyId).ToArray(), screenings.Select(one => TextOf(one.Layer)).ToArray(), screenings.Select(one => one.Round).ToArray(),
            screenings.Select(one => one.Lane).ToArray(), now.ToUniversalTime());

    const string LatestSql = """
        select party_id, layer, status, round from compliance.screening where settlement_id = $1
          and round = (select max(round) from compliance.screening where settlement_id = $1)
        """;

    const string LatestOfSql = """
        select party_id, layer, status, round, settlement_id from (
          select *, max(round) over (partition by settlement_id) as latest from compliance.screening where settlement_id = any($1)) s where round = latest
        """;

    static readonly string LatestOfOneSql = OfOne(LatestOfSql);

    /// <summary>Query of the latest round of each settlement, for a batch; <see cref="ReadLatestOfAsync"/> reads its rows.</summary>
    public static NpgsqlBatchCommand LatestOf(IReadOnlyCollection<Guid> settlements) =>
        settlements.Count == 1 ? BatchCommand(LatestOfOneSql, settlements.First()) : BatchCommand(LatestOfSql, settlements.ToArray());

    /// <summary>Reads the rows of <see cref="LatestOf"/>; a settlement without screenings is left out.</summary>
    public static async Task<IReadOnlyDictionary<Guid, ScreeningRound>> ReadLatestOfAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Dictionary<Guid, (int Number, ImmutableArray<ScreeningResult>.Builder Results)> found = [];
        while (await rows.ReadAsync(cancellationToken))
        {
            Guid settlement = rows.GetGuid(4);
            if (!found.TryGetValue(settlement, out (int Number, ImmutableArray<ScreeningResult>.Builder Results) round))
                found[settlement] = round = (rows.GetInt32(3), ImmutableArray.CreateBuilder<ScreeningResult>());
            round.Results.Add(new ScreeningResult(rows.GetGuid(0), LayerOf(rows.GetString(1)), Enum.Parse<ScreeningStatus>(rows.GetString(2), ignoreCase: true)));
        }
        return found.ToDictionary(one => one.Key, one => new ScreeningRound(one.Value.Number, one.Value.Results.ToImmutable()));
    }

    static async Task<ScreeningRound> ReadLatestAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        int number = 0;
        ImmutableArray<ScreeningResult>.Builder results = ImmutableArray.CreateBuilder<ScreeningResult>();
        while (await rows.ReadAsync(cancellationToken))
        {
            number = rows.GetInt32(3);
            results.Add(new ScreeningResult(rows.GetGuid(0), LayerOf(rows.GetString(1)), Enum.Parse<ScreeningStatus>(rows.GetString(2), ignoreCase: true)));
        }
        return new ScreeningRound(number, results.ToImmutable());
    }

    /// <summary>The latest round of a settlement's screenings, in the caller's transaction.</summary>
    public static async Task<ScreeningRound> ReadLatestAsync(NpgsqlConnection connection, Guid settlement, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(LatestSql, connection, settlement);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        return await ReadLatestAsync(rows, cancellationToken);
    }

    // Of each lane the oldest, then of each the next, and so on: a flood of one environment takes no more of a claim than its turn.
    // A claim that is lost in a crash is made again: its commit does not wait for the disk.
    const string ClaimSql = """
        with relaxed as materialized (select set_config('synchronous_commit', 'off', true)),
        lanes as (select distinct lane from compliance.screening where status in ('pending', 'error') and due_at <= $1 and exists (select from relaxed)),
        oldest as (
          select d.id, d.due_at, l.lane from lanes l cross join lateral (
            select id, due_at from compliance.screening
            where lane = l.lane and status in ('pending', 'error') and due_at <= $1 and (claimed_until is null or claimed_until < clock_timestamp())
            order by due_at, id limit $2 for update skip locked) d),
        due as (
          select id from (select id, due_at, row_number() over (partition by lane order by due_at, id) as turn from oldest) ranked
          order by turn, due_at, id limit $2)
        update compliance.screening s set claimed_until = clock_timestamp() + $3 from due where s.id = due.id
        returning s.id, s.settlement_id, s.party_id, s.layer, s.claimed_until, s.lane
        """;

    /// <summary>Takes up to <paramref name="limit"/> screenings that are due, for as long as <paramref name="hold"/>.</summary>
    public async Task<IReadOnlyList<ClaimedScreening>> ClaimAsync(int limit, TimeSpan hold, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand claim = Command(ClaimSql, now.ToUniversalTime(), limit, hold);
        List<ClaimedScreening> claimed = [];
        await using NpgsqlDataReader row = await claim.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            claimed.Add(new ClaimedScreening(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), LayerOf(row.GetString(3)), row.GetFieldValue<DateTimeOffset>(4)) { Lane = row.GetGuid(5) });
        return claimed;
    }

    // A settlement that no longer waits for an answer needs no request to the provider. What was answered stays as evidence.
    const string AnswerSql = """
        with given as (
          select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[], $7::timestamptz[], $8::boolean[], $9::uuid[], $10::text[])
            g (id, claimed_until, status, provider_ref, list_hash, due_at, at, is_open, answer_id, evidence)),
        held as (
          update compliance.screening c set status = g.status, provider_ref = g.provider_ref, list_hash = g.list_hash, claimed_until = null, updated_at = g.at,
            due_at = case when g.is_open and c.round = (select max(r.round) from compliance.screening r where r.settlement_id = c.settlement_id) then g.due_at else 'infinity' end
          from given g where c.id = g.id and c.claimed_until = g.claimed_until
          returning c.id, c.settlement_id, c.party_id, c.layer, c.round, c.status, c.provider_ref, c.list_hash, g.answer_id, g.evidence, g.at),
        noted as (
          insert into compliance.answer (id, screening_id, settlement_id, party_id, layer, round, status, provider_ref, list_hash, evidence, answered_at)
          select h.answer_id, h.id, h.settlement_id, h.party_id, h.layer, h.round, h.status, h.provider_ref, h.list_hash, h.evidence, h.at from held h
          where h.status in ('pass', 'flagged', 'fail'))
        select count(*) from held
        """;

    /// <summary>
    /// Stores providers' answers: a command of a batch in the caller's transaction, with one row of one number, of the answers whose claims had not ended; of the others another worker gives
    /// the answer.
    /// </summary>
    public static NpgsqlBatchCommand Answer(IReadOnlyCollection<StoredAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return BatchCommand(AnswerSql, answers.Select(one => one.Screening.Id).ToArray(), answers.Select(one => one.Screening.ClaimedUntil.UtcDateTime).ToArray(),
            answers.Select(one => TextOf(one.Verdict.Status)).ToArray(), answers.Select(one => one.Verdict.Reference is { } reference ? PlainText.Of(reference, 1_000) : null).ToArray(),
            answers.Select(one => one.Verdict.ListHash?.ToBytes()).ToArray(), answers.Select(one => one.Due.UtcDateTime).ToArray(), answers.Select(one => one.At.UtcDateTime).ToArray(),
            answers.Select(one => one.IsOpen).ToArray(), answers.Select(one => Guid.CreateVersion7(one.At)).ToArray(), answers.Select(one => one.Verdict.Evidence?.ToJson()).ToArray());
    }

    const string HoldSql = """
        update compliance.screening set status = 'pending', held_until = $3, due_at = $3, claimed_until = null, updated_at = $4
        where id = $1 and claimed_until = $2 and held_until is null
        """;

    /// <summary>Holds a refusal back: nothing is stored of it, and the provider is asked again at the given time. False when it was held before, or the claim had ended.</summary>
    /// <param name="screening">The claim.</param>
    /// <param name="until">Until when, UTC.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task<bool> HoldAsync(ClaimedScreening screening, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(screening);
        await using NpgsqlCommand hold = Command(HoldSql, screening.Id, screening.ClaimedUntil, until.ToUniversalTime(), now.ToUniversalTime());
        return await hold.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string WakeSql = """
        update compliance.screening c set due_at = $1 where c.status in ('pending', 'error') and c.due_at > $1 and c.due_at <> 'infinity'
          and exists (select from compliance.provider_result r where r.check_id = c.id and r.made_at >= c.updated_at)
        """;

    /// <summary>Makes those screenings due for which a provider has sent a result by itself.</summary>
    public async Task WakeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand wake = Command(WakeSql, now.ToUniversalTime());
        await wake.ExecuteNonQueryAsync(cancellationToken);
    }

    const string AskAgainSql = """
        update compliance.screening c set status = 'pending', claimed_until = null, held_until = null, due_at = $3, updated_at = $3
        where c.settlement_id = $1 and c.party_id = $2 and c.round = (select max(r.round) from compliance.screening r where r.settlement_id = $1)
        """;

    /// <summary>Asks anew for the latest round's answers about a party, in the caller's transaction: the answers that were given stay as evidence.</summary>
    public static Task<int> AskAgainAsync(NpgsqlConnection connection, Guid settlement, Guid party, DateTimeOffset now, CancellationToken cancellationToken) =>
        RunAsync(AskAgainSql, connection, cancellationToken, settlement, party, now.ToUniversalTime());

    static ScreeningLayer LayerOf(string text) => Enum.Parse<ScreeningLayer>(text, ignoreCase: true);

    static string TextOf(ScreeningLayer layer) => layer == ScreeningLayer.Entity ? "entity" : "wallet";

    static string TextOf(ScreeningStatus status) => status switch
    {
        ScreeningStatus.Pass => "pass",
        ScreeningStatus.Flagged => "flagged",
        ScreeningStatus.Fail => "fail",
        ScreeningStatus.Error => "error",
        _ => "pending",
    };
}
