using System.Globalization;
using Keystone.Compliance;
using Keystone.Compliance.Evidence;
using Keystone.Domain.Engine;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Screening;

/// <summary>Gives the party of a screening, and stores the provider's answer as a fact for the engine.</summary>
public sealed class PartyScreeningStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string SubjectsSql = """
        select y.id, y.name, y.lei, y.wallet, y.receive_wallet, y.refund_wallet, s.chain_id, y.date_of_birth, y.country
        from settlement.party y join settlement.settlement s on s.id = y.settlement_id where y.id = any($1)
        """;

    /// <summary>The party of each screening.</summary>
    public async Task<IReadOnlyDictionary<Guid, ScreeningSubject>> SubjectsAsync(IReadOnlyList<ClaimedScreening> screenings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(screenings);
        Dictionary<Guid, ScreeningSubject> subjects = [];
        if (screenings.Count == 0) return subjects;
        ILookup<Guid, ClaimedScreening> byParty = screenings.ToLookup(one => one.PartyId);
        await using NpgsqlCommand select = Command(SubjectsSql, byParty.Select(one => one.Key).ToArray());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            Address[] wallets = [.. ((Address?[])[Wallet(row, 3), Wallet(row, 4), Wallet(row, 5)]).OfType<Address>().Distinct()];
            foreach (ClaimedScreening screening in byParty[row.GetGuid(0)])
                subjects[screening.Id] = new ScreeningSubject(screening.PartyId, screening.Layer, Text(row, 1), Text(row, 2), wallets, row.GetInt64(6))
                {
                    CheckId = screening.Id,
                    DateOfBirth = Text(row, 7),
                    BirthYear = BirthYear(Text(row, 7)),
                    Country = Text(row, 8),
                };
        }
        return subjects;
    }

    /// <summary>Year of a date of birth as it is stored.</summary>
    internal static int? BirthYear(string? born) => born is null ? null : int.Parse(born[..4], CultureInfo.InvariantCulture);

    /// <summary>The party of an answer, as it is stored now; null when it is not there.</summary>
    public async Task<ScreeningSubject?> SubjectAsync(GivenAnswer answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ClaimedScreening screening = new(answer.ScreeningId, answer.SettlementId, answer.PartyId, answer.Layer, answer.AnsweredAt);
        return (await SubjectsAsync([screening], cancellationToken)).GetValueOrDefault(answer.ScreeningId);
    }

    // In one order, so that two groups wait for each other and do not deadlock.
    const string LockSql = "select id from settlement.settlement where id = any($1) and closed_at is null order by id for no key update";

    // A party that passes decides nothing while others are not answered: the last of a round's answers wakes the engine. They come one after the other, by the lock.
    static readonly string WakeSql = $"""
        update settlement.settlement s set due_at = w.at from unnest($1::uuid[], $2::timestamptz[], $3::boolean[]) w (id, at, is_decided)
        where s.id = w.id and s.closed_at is null and (w.is_decided or not exists ({ScreeningStore.OpenInLatestRound}))
        """;

    /// <summary>Stores an answer and makes the settlement due; false when the claim had ended, so that another worker gives the answer.</summary>
    /// <param name="screening">The claim.</param>
    /// <param name="verdict">The answer.</param>
    /// <param name="due">When the provider is asked again if this is no answer, UTC.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<bool> AnswerAsync(ClaimedScreening screening, ScreeningVerdict verdict, DateTimeOffset due, DateTimeOffset now, CancellationToken cancellationToken) =>
        await AnswerAsync([new AnsweredScreening(screening, verdict, due, now)], cancellationToken) == 1;

    /// <summary>Stores answers in one transaction; how many of their claims had not ended. A settlement is due when its round is answered, or at once for an answer that is no pass.</summary>
    public async Task<int> AnswerAsync(IReadOnlyList<AnsweredScreening> answers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answers);
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        HashSet<Guid> open = [];
        await using (NpgsqlCommand hold = Command(LockSql, connection, answers.Select(one => one.Screening.SettlementId).Distinct().ToArray()))
        await using (NpgsqlDataReader rows = await hold.ExecuteReaderAsync(cancellationToken))
            while (await rows.ReadAsync(cancellationToken)) open.Add(rows.GetGuid(0));
        await using NpgsqlBatch batch = new(connection, transaction)
        {
            BatchCommands = { ScreeningStore.Answer([.. answers.Select(one => new StoredAnswer(one.Screening, one.Verdict, one.Due, open.Contains(one.Screening.SettlementId), one.At))]) },
        };
        IGrouping<Guid, AnsweredScreening>[] waiting = [.. answers.Where(one => open.Contains(one.Screening.SettlementId)).GroupBy(one => one.Screening.SettlementId)];
        if (waiting.Length > 0)
            batch.BatchCommands.Add(BatchCommand(WakeSql, waiting.Select(of => of.Key).ToArray(), waiting.Select(of => of.Max(one => one.At).UtcDateTime).ToArray(),
                waiting.Select(of => of.Any(one => one.Verdict.Status != ScreeningStatus.Pass)).ToArray()));
        int held;
        await using (NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await rows.ReadAsync(cancellationToken);
            held = (int)rows.GetInt64(0);
        }
        // Where every claim had ended, nothing was written but a wake that nobody needs.
        if (held > 0) await transaction.CommitAsync(cancellationToken);
        return held;
    }
}
