using Keystone.Compliance;
using Keystone.Ethereum;
using Keystone.Domain.Escrow;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Read;

/// <summary>Reads settlements with what the mirror and the transaction manager hold of them.</summary>
internal sealed class SettlementReadStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string SelectSettlements = $"""
        select s.id, s.platform_id, s.environment_id, p.slug, e.disclose_name_before_confirmation, s.idempotency_key, s.external_reference, s.type,
          s.template_id, s.template_slug, s.template_version, s.state, s.sequence, s.is_terminal, s.outcome, s.timeout_at, s.confirm_by, s.chain_id,
          s.escrow_contract, s.escrow_id, s.salt, s.compliance_status, s.compliance_at, s.rollback_reason, s.rollback_since, s.failure, s.created_at,
          s.updated_at, s.terms, exists (select 1 from settlement.party y where y.settlement_id = s.id and y.environment_id = $1
            and {ScreeningStore.IsFlagged}),
          o.number, o.head_time, o.finalized, o.finalized_time, c.state, c.registered_tx, c.registered_block, rb.hash, rb.timestamp,
          c.executed_tx, c.executed_block, eb.hash, eb.timestamp, c.cancelled_tx, c.cancelled_block, cb.hash, cb.timestamp
        from settlement.visible_to v
        join settlement.settlement s on s.id = v.settlement_id
        join identity.environment e on e.id = s.environment_id
        join identity.platform p on p.id = s.platform_id
        left join chain.escrow c on c.chain_id = s.chain_id and c.escrow_id = s.escrow_id
        left join chain.position o on o.chain_id = s.chain_id
        left join chain.block rb on rb.chain_id = c.chain_id and rb.number = c.registered_block and rb.canonical
        left join chain.block eb on eb.chain_id = c.chain_id and eb.number = c.executed_block and eb.canonical
        left join chain.block cb on cb.chain_id = c.chain_id and cb.number = c.cancelled_block and cb.canonical
        where v.environment_id = $1 and s.id = any($2)
        order by s.created_at desc, s.id desc
        """;

    const string SelectParties = """
        select y.id, y.settlement_id, y.role, y.platform_id, p.slug, y.environment_id, y.status, y.is_counterparty, y.name, y.external_reference,
          y.asset_provider, y.lei, y.wallet, y.receive_wallet, y.refund_wallet, y.chain_id, y.wallet_address_hint, y.counterparty_reference, y.hint_matched,
          y.confirmed_at, y.created_at, y.updated_at, f.body, f.created_at
        from settlement.party y join identity.platform p on p.id = y.platform_id
        left join settlement.fact f on f.settlement_id = y.settlement_id and f.party_id = y.id and f.kind = 'reject'
        where y.settlement_id = any($1) order by y.settlement_id, y.ordinal
        """;

    const string SelectLegs = """
        select l.id, l.settlement_id, l.leg_index, l.type, l.as_sent, l.quantity, l.amount::text, l.direction, l.party_role, l.recipient_role, l.giver_role,
          l.taker_role, l.external_reference, l.created_at, i.address, i.symbol, i.decimals, i.standard, m.status, m.block, m.tx, m.log_index, b.hash, b.timestamp, l.token_id::text
        from settlement.leg l
        join settlement.settlement s on s.id = l.settlement_id
        join settlement.instrument i on i.id = l.instrument_id
        left join chain.escrow_leg m on m.chain_id = s.chain_id and m.escrow_id = s.escrow_id and m.leg_index = l.leg_index
        left join chain.block b on b.chain_id = s.chain_id and b.number = m.block and b.canonical
        where l.settlement_id = any($1) order by l.settlement_id, l.leg_index
        """;

    const string SelectIntents = """
        select s.id, i.purpose, i.part, i.status, i.attempts, i.last_reason, i.due_at, a.hash
        from settlement.settlement s join desk.intent i on i.chain_id = s.chain_id and i.subject = s.escrow_id
        left join lateral (
          select coalesce(o.mined_hash, t.hash) as hash
          from desk.slot_intent n
          join desk.slot o on o.chain_id = n.chain_id and o.sender = n.sender and o.nonce = n.nonce
          join desk.attempt t on t.chain_id = n.chain_id and t.sender = n.sender and t.nonce = n.nonce
          where n.intent_id = i.id order by t.signed_at desc, t.ordinal desc limit 1) a on true
        where s.id = any($1)
        """;

    const string SelectDeposits = """
        select s.id, l.address, l.topics, l.data, b.number, b.hash, b.timestamp, l.tx_hash, l.tx_index, l.log_index
        from settlement.settlement s
        join chain.log l on l.chain_id = s.chain_id and l.escrow_id = s.escrow_id
        join chain.block b on b.hash = l.block_hash and b.canonical
        where s.id = any($1) and l.topics[1] = any($2) order by b.number, l.log_index
        """;

    // A deposit of a custody leg, or the consent of a direct one.
    static readonly byte[][] DepositTopics = [EscrowLogs.Deposited.ToBytes(), EscrowLogs.Armed.ToBytes()];

    /// <summary>A settlement that the environment may see; null for one of others, exactly as for one that never was.</summary>
    public async Task<SettlementRecord?> FindAsync(Guid environment, Guid id, CancellationToken cancellationToken) =>
        (await FindManyAsync(environment, [id], cancellationToken)).FirstOrDefault();

    const string SelectVisible = "select exists (select 1 from settlement.visible_to where environment_id = $1 and settlement_id = $2)";

    /// <summary>True when the environment may see the settlement.</summary>
    public async Task<bool> IsVisibleAsync(Guid environment, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectVisible, environment, id);
        return await select.ExecuteScalarAsync(cancellationToken) is true;
    }

    public async Task<IReadOnlyList<SettlementRecord>> FindManyAsync(Guid environment, Guid[] ids, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        // One snapshot for all selects, or a leg could be newer than its settlement.
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        return await ReadAsync(environment, ids, connection, cancellationToken);
    }

    /// <summary>Reads settlements in the transaction of a connection.</summary>
    public static async Task<IReadOnlyList<SettlementRecord>> ReadAsync(Guid environment, Guid[] ids, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<SettlementRecord> settlements = [];
        await using (NpgsqlDataReader r = await Command(SelectSettlements, connection, environment, ids).ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
                settlements.Add(new SettlementRecord(
                    r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetString(3), r.GetBoolean(4), r.GetString(5), Text(r, 6), r.GetString(7), r.GetGuid(8), r.GetString(9),
                    r.GetInt32(10), r.GetString(11), r.GetInt32(12), r.GetBoolean(13), Text(r, 14), r.GetFieldValue<DateTimeOffset>(15),
                    r.GetFieldValue<DateTimeOffset>(16), r.GetInt64(17), Bytes(r, 18), Bytes(r, 19), Bytes(r, 20), r.GetString(21), Time(r, 22), Text(r, 23), Time(r, 24),
                    Text(r, 25), r.GetFieldValue<DateTimeOffset>(26), r.GetFieldValue<DateTimeOffset>(27),
                    Bytes(r, 28) is { } terms ? EscrowTerms.Decode(terms) : null, r.GetBoolean(29),
                    r.IsDBNull(34) ? null : new EscrowMirror((EscrowState)r.GetInt16(34), Transaction(r, 35), Transaction(r, 39), Transaction(r, 43)),
                    r.IsDBNull(30) ? null : new ChainHead(r.GetInt64(30), r.GetInt64(31), r.GetInt64(32), r.GetInt64(33))));
        Dictionary<Guid, SettlementRecord> byId = settlements.ToDictionary(s => s.Id);
        Guid[] visible = [.. byId.Keys];
        await using (NpgsqlDataReader r = await Command(SelectParties, connection, visible).ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
                byId[r.GetGuid(1)].Parties.Add(new PartyRecord(
                    r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetGuid(3), r.GetString(4), r.GetGuid(5), r.GetString(6), r.GetBoolean(7), Text(r, 8), Text(r, 9),
                    Text(r, 10), Text(r, 11), Wallet(r, 12), Wallet(r, 13), Wallet(r, 14), Long(r, 15), Text(r, 16), Text(r, 17), r.IsDBNull(18) ? null : r.GetBoolean(18),
                    Time(r, 19), r.GetFieldValue<DateTimeOffset>(20), r.GetFieldValue<DateTimeOffset>(21), Text(r, 22), Time(r, 23)));
        await using (NpgsqlDataReader r = await Command(SelectLegs, connection, visible).ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
                byId[r.GetGuid(1)].Legs.Add(new LegRecord(
                    r.GetGuid(0), r.GetGuid(1), r.GetInt32(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6), r.GetString(7), r.GetString(8),
                    r.GetString(9), r.GetString(10), r.GetString(11), Text(r, 12), r.GetFieldValue<DateTimeOffset>(13), new Address(r.GetFieldValue<byte[]>(14)),
                    r.GetString(15), r.GetInt16(16), r.GetString(17), Text(r, 18), Long(r, 19), Bytes(r, 20), r.IsDBNull(21) ? null : r.GetInt32(21), Bytes(r, 22), Long(r, 23), r.GetString(24)));
        if (settlements.Exists(s => s.EscrowId is not null))
            await ReadChainAsync(byId, visible, connection, cancellationToken);
        return settlements;
    }

    static async Task ReadChainAsync(Dictionary<Guid, SettlementRecord> byId, Guid[] visible, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (NpgsqlDataReader r = await Command(SelectIntents, connection, visible).ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
                byId[r.GetGuid(0)].Intents.Add(new IntentRecord(
                    r.GetString(1), r.GetInt32(2), r.GetString(3), r.GetInt32(4), Text(r, 5), r.GetFieldValue<DateTimeOffset>(6), Bytes(r, 7)));
        await using (NpgsqlDataReader r = await Command(SelectDeposits, connection, visible, DepositTopics).ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
            {
                SettlementRecord settlement = byId[r.GetGuid(0)];
                ChainTransaction transaction = new(r.GetFieldValue<byte[]>(7), r.GetInt64(4), r.GetFieldValue<byte[]>(5), r.GetInt64(6));
                LogEntry log = new(new Address(r.GetFieldValue<byte[]>(1)), [.. r.GetFieldValue<byte[][]>(2).Select(topic => new Hash32(topic))],
                    r.GetFieldValue<byte[]>(3), transaction.Block, new Hash32(transaction.BlockHash), new Hash32(transaction.Hash), r.GetInt32(8), r.GetInt32(9));
                (int Index, Address From)? deposit = EscrowLogs.Decode((ulong)settlement.ChainId, log) switch
                {
                    EscrowEvent.Deposited e => (e.Index, e.From),
                    EscrowEvent.Armed e => (e.Index, e.From),
                    _ => null,
                };
                // A leg that was withdrawn may come again; the last one counts.
                if (deposit is var (index, from))
                    settlement.Deposits[index] = new DepositRecord(transaction, log.LogIndex, from);
            }
    }

    static ChainTransaction? Transaction(NpgsqlDataReader r, int i) =>
        r.IsDBNull(i) || r.IsDBNull(i + 1) ? null : new ChainTransaction(r.GetFieldValue<byte[]>(i), r.GetInt64(i + 1), Bytes(r, i + 2), Long(r, i + 3));
}
