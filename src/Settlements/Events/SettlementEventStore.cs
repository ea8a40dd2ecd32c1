using System.Security.Cryptography;
using System.Text;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Events;

/// <summary>An event of a settlement's audit trail, before it is stored.</summary>
/// <param name="Id">Id of the event.</param>
/// <param name="Sequence">Number within the settlement, gapless from 1.</param>
/// <param name="Type"><c>state</c>, <c>leg</c>, <c>rollback</c> or <c>compliance</c>.</param>
/// <param name="FromState">State before; null for the first.</param>
/// <param name="ToState">State after.</param>
/// <param name="TriggeredBy"><c>api</c>, <c>engine</c>, <c>chain</c>, <c>timer</c>, <c>compliance</c>, <c>admin</c> or <c>reorg</c>.</param>
/// <param name="ChainRevision">Revision of the mirror that it rests on.</param>
/// <param name="Payload">What there is to say, in canonical JSON; no personal field in the clear.</param>
/// <param name="At">UTC.</param>
public sealed record SettlementEvent(
    Guid Id, int Sequence, string Type, string? FromState, string ToState, string TriggeredBy, long ChainRevision, string Payload, DateTimeOffset At);

/// <summary>Appends to the audit trail: one chain of hashes for each settlement, and one over all of an environment.</summary>
public static class SettlementEventStore
{
    const string InsertSql = """
        insert into settlement.event (settlement_id, sequence, id, type, from_state, to_state, triggered_by, chain_revision, payload, previous_hash, content_hash, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    const string HeadSql = "select chain_hash, position from settlement.audit_head where environment_id = $1 for update";

    const string FirstHeadSql = "insert into settlement.audit_head (environment_id, position, chain_hash) values ($1, 0, $2) on conflict (environment_id) do nothing";

    const string InsertOfEnvironmentSql = """
        insert into settlement.environment_event (environment_id, position, settlement_id, sequence, content_hash, chain_hash) values ($1, $2, $3, $4, $5, $6)
        """;

    const string AdvanceSql = "update settlement.audit_head set chain_hash = $2, position = $3 where environment_id = $1";

    /// <summary>SHA-256 over the previous hash and the payload's UTF-8 bytes.</summary>
    public static byte[] HashOf(byte[] previous, string payload)
    {
        ArgumentNullException.ThrowIfNull(previous);
        return SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(payload)]);
    }

    /// <summary>
    /// Appends events in the caller's transaction, which holds the settlement's row; returns the settlement's new last hash. Call it last:
    /// it locks the head of the environment's chain, which every settlement of the environment needs.
    /// </summary>
    public static async Task<byte[]> AppendAsync(
        NpgsqlConnection connection, Guid settlementId, Guid environmentId, byte[] previousHash, IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count == 0) return previousHash;
        List<(int Sequence, byte[] Hash)> appended = [];
        await using NpgsqlBatch batch = new(connection);
        foreach (SettlementEvent one in events)
        {
            byte[] hash = HashOf(previousHash, one.Payload);
            batch.BatchCommands.Add(SqlStore.BatchCommand(InsertSql, settlementId, one.Sequence, one.Id, one.Type, one.FromState, one.ToState, one.TriggeredBy,
                one.ChainRevision, one.Payload, previousHash, hash, one.At.ToUniversalTime()));
            appended.Add((one.Sequence, hash));
            previousHash = hash;
        }
        await batch.ExecuteNonQueryAsync(cancellationToken);

        (byte[] head, long position) = await LockHeadAsync(connection, environmentId, cancellationToken);
        await using NpgsqlBatch chained = new(connection);
        foreach ((int sequence, byte[] hash) in appended)
        {
            head = SHA256.HashData([.. head, .. hash]);
            chained.BatchCommands.Add(SqlStore.BatchCommand(InsertOfEnvironmentSql, environmentId, ++position, settlementId, sequence, hash, head));
        }
        chained.BatchCommands.Add(SqlStore.BatchCommand(AdvanceSql, environmentId, head, position));
        await chained.ExecuteNonQueryAsync(cancellationToken);
        return previousHash;
    }

    static async Task<(byte[] Hash, long Position)> LockHeadAsync(NpgsqlConnection connection, Guid environmentId, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using (NpgsqlCommand read = new(HeadSql, connection) { Parameters = { new() { Value = environmentId } } })
            await using (NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken))
                if (await row.ReadAsync(cancellationToken)) return (row.GetFieldValue<byte[]>(0), row.GetInt64(1));
            // The environment's first event. Somebody else's first one may come before: then the row is there afterwards.
            await using NpgsqlCommand first = new(FirstHeadSql, connection) { Parameters = { new() { Value = environmentId }, new() { Value = new byte[32] } } };
            await first.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
