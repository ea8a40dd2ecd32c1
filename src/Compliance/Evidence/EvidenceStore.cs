using Keystone.Domain.Engine;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Compliance.Evidence;

/// <summary>Answers of screenings with what they rest on. Written once and never changed.</summary>
public sealed class EvidenceStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string Columns = "a.id, a.screening_id, a.settlement_id, a.party_id, a.layer, a.round, a.status, a.provider_ref, a.list_hash, a.evidence, a.answered_at";

    const string FindSql = $"select {Columns} from compliance.answer a where a.id = $1 or a.screening_id = $1 order by a.answered_at desc, a.id desc limit 1";

    const string OfSql = $"select {Columns} from compliance.answer a where a.settlement_id = $1 order by a.answered_at, a.id";

    /// <summary>An answer by its own id, or the latest of a screening by the screening's id; null when there is none.</summary>
    public async Task<GivenAnswer?> FindAsync(Guid check, CancellationToken cancellationToken) => (await ReadAsync(FindSql, check, cancellationToken)).FirstOrDefault();

    /// <summary>All answers about the parties of a settlement, oldest first.</summary>
    public Task<IReadOnlyList<GivenAnswer>> OfAsync(Guid settlement, CancellationToken cancellationToken) => ReadAsync(OfSql, settlement, cancellationToken);

    async Task<IReadOnlyList<GivenAnswer>> ReadAsync(string sql, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(sql, id);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        List<GivenAnswer> answers = [];
        while (await row.ReadAsync(cancellationToken))
            answers.Add(new GivenAnswer(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetGuid(3), Enum.Parse<ScreeningLayer>(row.GetString(4), ignoreCase: true), row.GetInt32(5),
                Enum.Parse<ScreeningStatus>(row.GetString(6), ignoreCase: true), Text(row, 7), Bytes(row, 8) is { } hash ? new Hash32(hash) : null,
                Text(row, 9) is { } evidence ? ScreeningEvidence.FromJson(evidence) : null, row.GetFieldValue<DateTimeOffset>(10)));
        return answers;
    }
}

/// <summary>An answer that was given.</summary>
/// <param name="Id">Id of the answer.</param>
/// <param name="ScreeningId">The screening, which may have been asked more than once.</param>
/// <param name="SettlementId">Settlement.</param>
/// <param name="PartyId">The party that was screened.</param>
/// <param name="Layer">Which question.</param>
/// <param name="Round">Round of checks.</param>
/// <param name="Status">The answer.</param>
/// <param name="Reference">The provider's reference.</param>
/// <param name="ListHash">Hash of the set of lists.</param>
/// <param name="Evidence">What it rests on; null when the provider gave none.</param>
/// <param name="AnsweredAt">UTC.</param>
public sealed record GivenAnswer(
    Guid Id, Guid ScreeningId, Guid SettlementId, Guid PartyId, ScreeningLayer Layer, int Round, ScreeningStatus Status, string? Reference, Hash32? ListHash, ScreeningEvidence? Evidence,
    DateTimeOffset AnsweredAt);
