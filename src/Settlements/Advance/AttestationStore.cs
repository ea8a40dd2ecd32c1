using Keystone.Domain.Escrow;
using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Settlements.Templates;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.Advance;

/// <summary>Settlements whose gate is a registry, and the intents that write to it.</summary>
public sealed class AttestationStore(NpgsqlDataSource database, TemplateStore templates, IntentStore intents, TimeProvider time) : SqlStore(database)
{
    const string Columns = """
        select s.terms, s.environment_id, s.state, s.template_id, s.template_version, s.compliance_status, s.rollback_since is not null, s.closed_at is not null, s.traceparent
        from settlement.settlement s
        """;

    // Templates that name the gate are few, and settlements of other templates are not read.
    const string OpenSql = $"""
        {Columns} where s.chain_id = $1 and s.closed_at is null and s.terms is not null
          and s.template_id in (select t.id from settlement.template t where lower(t.config::jsonb ->> 'gate') = $2)
        """;

    const string OfSql = $"{Columns} where s.chain_id = $1 and s.escrow_id = any($2)";

    /// <summary>Open settlements with frozen terms whose gate is this registry.</summary>
    public async Task<IReadOnlyList<AttestationSubject>> OpenAsync(long chainId, Address registry, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(OpenSql, cancellationToken, chainId, registry.ToString().ToLowerInvariant())).Where(one => one.Terms.Header.Gate == registry)];

    /// <summary>The settlements with these escrow ids; an id without settlement is left out.</summary>
    public async Task<IReadOnlyDictionary<Hash32, AttestationSubject>> OfAsync(long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken) =>
        (await ReadAsync(OfSql, cancellationToken, chainId, ids.Select(id => id.ToBytes()).ToArray())).ToDictionary(one => one.Terms.Id);

    async Task<List<AttestationSubject>> ReadAsync(string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        List<(EscrowTerms Terms, Guid Environment, string State, Guid Template, int Version, bool Cleared, bool Closed, string? Traceparent)> rows = [];
        await using (NpgsqlCommand select = Command(sql, connection, values))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                rows.Add((EscrowTerms.Decode(row.GetFieldValue<byte[]>(0)), row.GetGuid(1), row.GetString(2), row.GetGuid(3), row.GetInt32(4),
                    row.GetString(5) is not ("checking" or "review" or "failed") && !row.GetBoolean(6) && !row.GetBoolean(7), row.GetBoolean(7), Text(row, 8)));
        List<AttestationSubject> found = [];
        foreach ((EscrowTerms terms, Guid environment, string state, Guid id, int version, bool cleared, bool closed, string? traceparent) in rows)
        {
            Template template = await templates.FindAsync(connection, id, version, cancellationToken);
            found.Add(new AttestationSubject(terms, environment, cleared && template.ActionOf(state) == ActionType.ExecuteEscrow, closed, traceparent));
        }
        return found;
    }

    /// <summary>Adds an intent that one account alone may carry out, or reopens one that had come to an end; true if anything changed.</summary>
    /// <param name="subject">The settlement.</param>
    /// <param name="purpose">One of the attestations of <see cref="EscrowIntents"/>.</param>
    /// <param name="part">Place of the wallet, -1 for the settlement itself.</param>
    /// <param name="priority">Higher goes first.</param>
    /// <param name="attester">The account.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task<bool> WantAsync(AttestationSubject subject, string purpose, int part, int priority, Address attester, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subject);
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        return await intents.WantAsync(connection, null, new IntentName((long)subject.Terms.ChainId, purpose, subject.Terms.Id, part), subject.Terms.Header.Deadline, priority, null,
            cancellationToken, subject.EnvironmentId, subject.Traceparent, attester);
    }

    const string WakeSql = "update settlement.settlement set due_at = least(due_at, $3) where chain_id = $1 and escrow_id = $2 and closed_at is null";

    /// <summary>Makes a settlement due, because all that is attested of it is on the chain.</summary>
    public async Task WakeAsync(EscrowTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(terms);
        await using NpgsqlCommand wake = Command(WakeSql, (long)terms.ChainId, terms.Id.ToBytes(), time.GetUtcNow().ToUniversalTime());
        await wake.ExecuteNonQueryAsync(cancellationToken);
    }
}
