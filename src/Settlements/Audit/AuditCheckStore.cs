using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Audit;

/// <summary>What a check of the audit trails found.</summary>
/// <param name="Chains">Chains of settlements that were verified.</param>
/// <param name="Events">Events in them.</param>
/// <param name="Faults">What does not hold, a sentence each; at most <see cref="AuditCheckStore.MostFaults"/>.</param>
public sealed record AuditReport(long Chains, long Events, IReadOnlyList<string> Faults);

/// <summary>
/// Verifies every chain of hashes from its first event on, the chains of the environments over them, and the rows of settlements, parties and legs against what
/// the trail committed to. Reads one snapshot; changes nothing.
/// </summary>
public sealed class AuditCheckStore(NpgsqlDataSource database) : SqlStore(database)
{
    /// <summary>Number of faults that a check lists at most.</summary>
    public const int MostFaults = 1_000;

    static readonly byte[] Zero = new byte[32];

    const string SelectEvents = """
        select settlement_id, environment_id, sequence, payload, previous_hash, content_hash from settlement.event
        where $1::uuid is null or environment_id = $1 order by settlement_id, environment_id, sequence
        """;

    const string SelectHeads = """
        select h.settlement_id, h.environment_id, h.sequence, h.hash, e.sequence, e.content_hash from settlement.audit_head h
        left join lateral (select sequence, content_hash from settlement.event e where e.settlement_id = h.settlement_id and e.environment_id = h.environment_id
          order by sequence desc limit 1) e on true
        where $1::uuid is null or h.environment_id = $1
        """;

    const string SelectOfEnvironments = """
        select o.environment_id, o.position, o.content_hash, o.chain_hash, o.settlement_id, o.sequence, e.content_hash from settlement.environment_event o
        left join settlement.event e on e.settlement_id = o.settlement_id and e.environment_id = o.environment_id and e.sequence = o.sequence
        where $1::uuid is null or o.environment_id = $1 order by o.environment_id, o.position
        """;

    const string SelectEnvironmentHeads = """
        select h.environment_id, h.position, h.hash,
          (select count(*) from settlement.event e where e.environment_id = h.environment_id), (select count(*) from settlement.environment_event o where o.environment_id = h.environment_id)
        from settlement.environment_head h where $1::uuid is null or h.environment_id = $1
        """;

    // The instruction is in the operator's chain; the details of a role that confirmed are in its confirmation.
    const string SelectParties = """
        select y.settlement_id, y.role, y.is_counterparty, y.name, y.external_reference, y.asset_provider, y.lei, y.wallet, y.receive_wallet, y.refund_wallet,
          y.wallet_address_hint, y.counterparty_reference, i.payload, c.payload, t.salts::text, a.salts::text, y.date_of_birth, y.country
        from settlement.party y
        join settlement.event i on i.settlement_id = y.settlement_id and i.environment_id = '00000000-0000-0000-0000-000000000000' and i.sequence = 1
        left join settlement.event c on c.settlement_id = y.settlement_id and c.environment_id = i.environment_id and c.type = 'confirmation' and c.payload::jsonb->>'role' = y.role
        left join settlement.private_salts t on t.settlement_id = y.settlement_id and t.scope = 'instruction'
        left join settlement.private_salts a on a.settlement_id = y.settlement_id and a.scope = 'answer/' || y.role
        where $1::uuid is null or y.settlement_id in (select v.settlement_id from settlement.visible_to v where v.environment_id = $1)
        """;

    const string SelectSettlements = """
        select s.id, s.idempotency_key, s.external_reference, s.timeout_at, i.payload, t.salts::text,
          (select array_agg(encode(k.address, 'hex') || ' ' || l.token_id || ' ' || l.amount || ' ' || l.giver_role || ' ' || l.taker_role order by l.leg_index)
           from settlement.leg l join settlement.instrument k on k.id = l.instrument_id where l.settlement_id = s.id)
        from settlement.settlement s
        join settlement.event i on i.settlement_id = s.id and i.environment_id = '00000000-0000-0000-0000-000000000000' and i.sequence = 1
        left join settlement.private_salts t on t.settlement_id = s.id and t.scope = 'instruction'
        where $1::uuid is null or s.id in (select v.settlement_id from settlement.visible_to v where v.environment_id = $1)
        """;

    /// <summary>Verifies all chains, or those of one environment and the settlements that it sees.</summary>
    /// <param name="environment">Id of the environment; null for all chains, the operator's too.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<AuditReport> CheckAsync(Guid? environment, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        // A trail of years takes longer than a service's statement ever should.
        await RunAsync("set local statement_timeout = 0", connection, cancellationToken);
        List<string> faults = [];
        (long chains, long events) = await EventsAsync(connection, environment, faults, cancellationToken);
        await HeadsAsync(connection, environment, faults, cancellationToken);
        await EnvironmentsAsync(connection, environment, faults, cancellationToken);
        await PartiesAsync(connection, environment, faults, cancellationToken);
        await SettlementsAsync(connection, environment, faults, cancellationToken);
        return new AuditReport(chains, events, faults);
    }

    static async Task<(long Chains, long Events)> EventsAsync(NpgsqlConnection connection, Guid? environment, List<string> faults, CancellationToken cancellationToken)
    {
        (Guid Settlement, Guid Reader) chain = default;
        long chains = 0, events = 0;
        int last = 0;
        byte[] hash = Zero;
        await using NpgsqlCommand select = Select(SelectEvents, connection, environment);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            (Guid, Guid) of = (row.GetGuid(0), row.GetGuid(1));
            if (of != chain || events == 0) (chain, last, hash, chains) = (of, 0, Zero, chains + 1);
            events++;
            int sequence = row.GetInt32(2);
            string payload = row.GetString(3);
            byte[] stored = row.GetFieldValue<byte[]>(5);
            string at = $"settlement {chain.Settlement}, {Name(chain.Reader)}, event {sequence.ToString(CultureInfo.InvariantCulture)}";
            if (sequence != last + 1) Add(faults, $"{at}: event {(last + 1).ToString(CultureInfo.InvariantCulture)} is missing.");
            if (!row.GetFieldValue<byte[]>(4).AsSpan().SequenceEqual(hash)) Add(faults, $"{at}: it does not follow from the event before it.");
            if (!AuditTrail.HashOf(hash, payload).AsSpan().SequenceEqual(stored)) Add(faults, $"{at}: its contents are not those that were hashed.");
            (last, hash) = (sequence, stored);
        }
        return (chains, events);
    }

    static async Task HeadsAsync(NpgsqlConnection connection, Guid? environment, List<string> faults, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Select(SelectHeads, connection, environment);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            int sequence = row.GetInt32(2), last = row.IsDBNull(4) ? 0 : row.GetInt32(4);
            byte[] hash = row.IsDBNull(5) ? Zero : row.GetFieldValue<byte[]>(5);
            if (sequence != last || !row.GetFieldValue<byte[]>(3).AsSpan().SequenceEqual(hash))
                Add(faults, $"settlement {row.GetGuid(0)}, {Name(row.GetGuid(1))}: its last event is not the one that was written last; events at the end are missing.");
        }
    }

    static async Task EnvironmentsAsync(NpgsqlConnection connection, Guid? environment, List<string> faults, CancellationToken cancellationToken)
    {
        Dictionary<Guid, (long Position, byte[] Hash)> ends = [];
        await using (NpgsqlCommand select = Select(SelectOfEnvironments, connection, environment))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
            {
                Guid of = row.GetGuid(0);
                (long position, byte[] hash) = ends.GetValueOrDefault(of, (0, Zero));
                string at = $"environment {of}, position {row.GetInt64(1).ToString(CultureInfo.InvariantCulture)}";
                byte[] content = row.GetFieldValue<byte[]>(2), stored = row.GetFieldValue<byte[]>(3);
                if (row.GetInt64(1) != position + 1) Add(faults, $"{at}: the one before it is missing.");
                if (!SHA256.HashData([.. hash, .. content]).AsSpan().SequenceEqual(stored)) Add(faults, $"{at}: it does not follow from the one before it.");
                if (row.IsDBNull(6)) Add(faults, $"{at}: event {row.GetInt32(5).ToString(CultureInfo.InvariantCulture)} of settlement {row.GetGuid(4)} is missing; the settlement was deleted or cut.");
                else if (!row.GetFieldValue<byte[]>(6).AsSpan().SequenceEqual(content)) Add(faults, $"{at}: event {row.GetInt32(5).ToString(CultureInfo.InvariantCulture)} of settlement {row.GetGuid(4)} was changed.");
                ends[of] = (row.GetInt64(1), stored);
            }
        await using NpgsqlCommand heads = Select(SelectEnvironmentHeads, connection, environment);
        await using NpgsqlDataReader head = await heads.ExecuteReaderAsync(cancellationToken);
        while (await head.ReadAsync(cancellationToken))
        {
            (long position, byte[] hash) = ends.GetValueOrDefault(head.GetGuid(0), (0, Zero));
            if (head.GetInt64(1) != position || !head.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(hash)) Add(faults, $"environment {head.GetGuid(0)}: entries at the end of its chain are missing.");
            if (head.GetInt64(3) != head.GetInt64(4)) Add(faults, $"environment {head.GetGuid(0)}: it has events that its chain does not name.");
        }
    }

    static async Task PartiesAsync(NpgsqlConnection connection, Guid? environment, List<string> faults, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Select(SelectParties, connection, environment);
        await using NpgsqlDataReader r = await select.ExecuteReaderAsync(cancellationToken);
        while (await r.ReadAsync(cancellationToken))
        {
            string role = r.GetString(1);
            PartyFields now = new(Text(r, 3), Text(r, 4), Text(r, 5), Text(r, 6), Wallet(r, 7)?.ToString(), Wallet(r, 8)?.ToString(), Wallet(r, 9)?.ToString(), Text(r, 10), Text(r, 11), Text(r, 16), Text(r, 17));
            JsonNode? instructed = (JsonNode.Parse(r.GetString(12))?["parties"] as JsonArray)?.FirstOrDefault(party => (string?)party?["role"] == role)?["commitments"];
            // Trails of settlements that were made before there were commitments of this form have none.
            if (instructed is null) continue;
            JsonNode? confirmed = r.IsDBNull(13) ? null : JsonNode.Parse(r.GetString(13))?["commitments"];
            JsonNode? salts = r.IsDBNull(14) ? null : JsonNode.Parse(r.GetString(14)), answered = r.IsDBNull(15) ? null : JsonNode.Parse(r.GetString(15));
            foreach ((string field, string? value) in now.All)
            {
                bool own = confirmed is not null && field is not ("wallet_address_hint" or "counterparty_reference");
                if (value is null && PartyFields.IsLater(field) && (own ? confirmed : instructed)![field] is null) continue;
                Compare(faults, $"settlement {r.GetGuid(0)}, party {role}, {field}", own ? confirmed![field] : instructed[field], own ? answered : salts, role, field, value);
            }
        }
    }

    static async Task SettlementsAsync(NpgsqlConnection connection, Guid? environment, List<string> faults, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Select(SelectSettlements, connection, environment);
        await using NpgsqlDataReader r = await select.ExecuteReaderAsync(cancellationToken);
        while (await r.ReadAsync(cancellationToken))
        {
            JsonNode said = JsonNode.Parse(r.GetString(4))!;
            if (said["legs"] is not JsonArray legs) continue;
            JsonNode? salts = r.IsDBNull(5) ? null : JsonNode.Parse(r.GetString(5));
            string at = $"settlement {r.GetGuid(0)}";
            Compare(faults, at + ", idempotency_key", said["idempotency_key"], salts, "", "idempotency_key", Text(r, 1));
            Compare(faults, at + ", external_reference", said["external_reference"], salts, "", "external_reference", Text(r, 2));
            if ((string?)said["timeout_at"] != Timestamps.Text(r.GetFieldValue<DateTimeOffset>(3))) Add(faults, $"{at}: timeout_at is not what was instructed.");
            string[] stored = r.IsDBNull(6) ? [] : r.GetFieldValue<string[]>(6);
            string[] instructed = [.. legs.Select(leg => string.Create(CultureInfo.InvariantCulture,
                $"{Convert.ToHexStringLower(Address.Parse((string)leg!["token"]!).ToBytes())} {(string?)leg["token_id"] ?? "0"} {(string?)leg["amount"]} {(string?)leg["giver"]} {(string?)leg["taker"]}"))];
            if (!stored.SequenceEqual(instructed)) Add(faults, $"{at}: its legs are not what was instructed.");
        }
    }

    // An erased field has neither value nor salt, and nothing to compare any more.
    static void Compare(List<string> faults, string at, JsonNode? commitment, JsonNode? salts, string role, string field, string? value)
    {
        string? salt = (string?)salts?[PrivateFields.Place(role, field)];
        if (commitment is null || (salt is null && value is null)) return;
        if (salt is null || Hex.Encode(PrivateFields.CommitmentOf(Hex.Decode(salt), role, field, value)) != (string?)commitment)
            Add(faults, $"{at}: it is not what was recorded.");
    }

    static void Add(List<string> faults, string fault)
    {
        if (faults.Count < MostFaults) faults.Add(fault);
    }

    static string Name(Guid reader) => reader == AuditTrail.Operator ? "chain of the operator" : $"chain of environment {reader}";

    static NpgsqlCommand Select(string sql, NpgsqlConnection connection, Guid? environment) => new(sql, connection)
    {
        Parameters = { new() { Value = (object?)environment ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid } },
        CommandTimeout = 0,
    };
}
