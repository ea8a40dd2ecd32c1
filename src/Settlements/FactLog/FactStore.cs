using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Templates;
using Keystone.Webhooks.Messages;
using Keystone.Webhooks.Store;
using Npgsql;

namespace Keystone.Settlements.FactLog;

/// <summary>
/// What platforms and operators say of a settlement after it was instructed, written under the lock of its row. A fact moves no state: the keeper's engine
/// decides what follows from it.
/// </summary>
internal sealed class FactStore(NpgsqlDataSource database, MirrorReader mirror, TemplateStore templates) : SqlStore(database)
{
    /// <summary>A connection with its transaction.</summary>
    internal sealed record Session(NpgsqlConnection Connection, NpgsqlTransaction Transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }

    /// <summary>Begins a transaction.</summary>
    public async Task<Session> BeginAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        return new Session(connection, await connection.BeginTransactionAsync(cancellationToken));
    }

    const string LockSettlement = """
        select s.type, s.state, s.is_terminal, s.rollback_reason is not null, s.environment_id, s.timeout_at, s.compliance_status, s.terms, s.template_id, s.template_version, s.chain_id,
          array(select w.environment_id from settlement.visible_to w where w.settlement_id = s.id), s.traceparent
        from settlement.settlement s
        where s.id = $1 and ($2::uuid = '00000000-0000-0000-0000-000000000000' or exists (
          select from settlement.visible_to v where v.settlement_id = s.id and v.environment_id = $2))
        for no key update of s
        """;

    const string SelectParties = """
        select y.id, y.role, y.environment_id, y.status from settlement.party y where y.settlement_id = $1 order by y.ordinal
        """;

    const string SelectFacts = """
        select kind, party_id, environment_id, actor, body, coalesce(check_round, 1), created_at, id from settlement.fact where settlement_id = $1
        union all select 'rescreen', party_id, null, 'list', '{}', check_round, created_at, id from settlement.rescreen where settlement_id = $1
        order by created_at, id
        """;

    /// <summary>Locks a settlement; null when the reader may not see it, exactly as when there is none.</summary>
    /// <param name="session">Transaction that holds the lock.</param>
    /// <param name="id">The settlement.</param>
    /// <param name="reader">Environment that asks; <see cref="AuditTrail.Operator"/> for the operator, who may see all.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<LockedSettlement?> LockAsync(Session session, Guid id, Guid reader, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = session.Connection;
        (Guid Template, int Version, long ChainId, Guid[] Readers) more;
        LockedSettlement settlement;
        await using (NpgsqlDataReader r = await Command(LockSettlement, connection, id, reader).ExecuteReaderAsync(cancellationToken))
        {
            if (!await r.ReadAsync(cancellationToken)) return null;
            more = (r.GetGuid(8), r.GetInt32(9), r.GetInt64(10), r.GetFieldValue<Guid[]>(11));
            settlement = new LockedSettlement(id, r.GetString(0), r.GetString(1), r.GetBoolean(2), r.GetBoolean(3), r.GetGuid(4), r.GetFieldValue<DateTimeOffset>(5), r.GetString(6),
                Bytes(r, 7) is { } terms ? EscrowTerms.Decode(terms) : null, null!)
            { Traceparent = Text(r, 12) };
        }
        settlement = settlement with
        {
            Template = await templates.FindAsync(connection, more.Template, more.Version, cancellationToken),
            Readers = await EnvironmentReader.ReadAsync(connection, more.Readers, cancellationToken),
        };
        if (settlement.Terms is { } frozen && await mirror.ReadAsync(connection, more.ChainId, [frozen.Id], cancellationToken) is { } view)
            settlement = settlement with { OnChain = (view.Head, view.Of(frozen)) };
        await using (NpgsqlDataReader r = await Command(SelectParties, connection, id).ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
                settlement.Parties.Add(new LockedParty(r.GetGuid(0), r.GetString(1), r.GetGuid(2), r.GetString(3)));
        await using (NpgsqlDataReader r = await Command(SelectFacts, connection, id).ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
                settlement.Facts.Add(new LockedFact(r.GetString(0), r.IsDBNull(1) ? null : r.GetGuid(1), r.IsDBNull(2) ? null : r.GetGuid(2), r.GetString(3), r.GetString(4),
                    r.GetInt32(5), r.GetFieldValue<DateTimeOffset>(6)));
        return settlement;
    }

    const string InsertFact = """
        insert into settlement.fact (id, settlement_id, kind, party_id, environment_id, check_round, actor, body, created_at)
        values ($1, $2, $3, $4::uuid, $5::uuid, $6::int, $7, $8, $9)
        """;

    /// <summary>Writes a fact.</summary>
    public static Task InsertAsync(
        Session session, Guid settlement, string kind, string actor, string body, DateTimeOffset now, CancellationToken cancellationToken, Guid? party = null,
        Guid? environment = null, int? round = null) =>
        RunAsync(InsertFact, session.Connection, cancellationToken, Guid.CreateVersion7(now), settlement, kind, party, environment, round, actor, body, now);

    const string Wake = "update settlement.settlement set due_at = $2, updated_at = $2 where id = $1";

    /// <summary>
    /// Completes the transaction: the engine is to decide anew, the event stands in the chain of each reader that may know it, and each of these platforms is
    /// notified where there is a message.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="settlement">The settlement.</param>
    /// <param name="type">Type of the event.</param>
    /// <param name="now">UTC.</param>
    /// <param name="contents">What a reader may see of the event; null for nothing.</param>
    /// <param name="private">Salts of what the event commits to, and their scope; null for none.</param>
    /// <param name="message">Composes a reader's message; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public static async Task CommitAsync(
        Session session, LockedSettlement settlement, string type, DateTimeOffset now, Func<Guid, AuditContents?> contents, (string Scope, PrivateFields Fields)? @private,
        Func<MessageEnvelope, ComposedMessage>? message, CancellationToken cancellationToken)
    {
        await RunAsync(Wake, session.Connection, cancellationToken, settlement.Id, now);
        AuditTrail trail = await AuditStore.ReadAsync(session.Connection, settlement.Id, cancellationToken);
        IReadOnlyDictionary<Guid, int> numbers = trail.Append(new AuditEvent(type, settlement.State, settlement.State, 0, now), contents);
        if (@private is var (scope, fields)) await AuditStore.KeepSaltsAsync(session.Connection, settlement.Id, scope, fields.Salts, cancellationToken);
        if (message is not null)
            foreach (EnvironmentView reader in settlement.Readers)
                if (numbers.TryGetValue(reader.Id, out int number))
                    await MessageStore.InsertAsync(session.Connection, session.Transaction, reader.Id,
                        message(new MessageEnvelope(Guid.CreateVersion7(now), now, number, reader.ApiVersion)), settlement.Traceparent, cancellationToken, withTraceId: reader.Id == settlement.EnvironmentId);
        await AuditStore.WriteAsync(session.Connection, trail, cancellationToken);
        await session.Transaction.CommitAsync(cancellationToken);
    }

    /// <summary>An event of a platform as its readers may see it: only its own side and the operator read whose credential it was.</summary>
    public static AuditContents By(Caller caller, Guid reader, JsonObject details) =>
        new("api", details, reader == caller.EnvironmentId || reader == AuditTrail.Operator ? caller.ClientId : null);
}
