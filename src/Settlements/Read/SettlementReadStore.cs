using System.Collections.Concurrent;
using System.Text.Json;
using Keystone.Compliance;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Instruments;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.Read;

/// <summary>Reads settlements with what the mirror and the transaction manager hold of them.</summary>
internal sealed class SettlementReadStore(NpgsqlDataSource database, MirrorReader mirror, IntentStore intents) : SqlStore(database)
{
    const string SelectSettlements = """
        select s.id, s.platform_id, s.environment_id, s.idempotency_key, s.external_reference, s.type,
          s.template_id, s.template_slug, s.template_version, s.state, h.sequence, s.is_terminal, s.outcome, s.timeout_at, s.confirm_by, s.chain_id,
          s.escrow_contract, s.escrow_id, s.salt, s.compliance_status, s.compliance_at, s.rollback_reason, s.rollback_since, s.failure, s.created_at,
          h.updated_at, s.terms, s.compliance_stop, s.not_before, s.settlement_category,
          (select v.settlement_id from settlement.visible_to v where v.settlement_id = s.replaces_settlement_id and v.environment_id = $1),
          (select r.id from settlement.settlement r join settlement.visible_to v on v.settlement_id = r.id and v.environment_id = $1 where r.replaces_settlement_id = s.id),
          (select jsonb_agg(jsonb_build_object('kind', f.kind, 'environment', f.environment_id, 'body', f.body, 'at', f.created_at) order by f.created_at, f.id)::text
            from settlement.fact f where f.settlement_id = s.id and f.kind in ('cancel_request', 'cancel', 'hold', 'release', 'action_required', 'action_result')),
          array(select w.environment_id from settlement.visible_to w where w.settlement_id = s.id),
          s.trade_reference, s.parent_settlement_id, s.maturity_at, s.repo_rate, s.repayment_amount,
          (select c.id from settlement.settlement c where c.parent_settlement_id = s.id)
        from settlement.visible_to v
        join settlement.settlement s on s.id = v.settlement_id
        join settlement.audit_head h on h.settlement_id = s.id and h.environment_id = $1
        where v.environment_id = $1 and s.id = any($2)
        order by s.created_at desc, s.id desc
        """;

    // Of the few that screening stopped, or may have.
    static readonly string SelectFindings = $"""
        select s.id, (select array_agg(y.role || ' ' || g.layer order by y.ordinal, g.layer) from settlement.party y cross join lateral ({ScreeningStore.StoppedLayers}) g
            where y.settlement_id = s.id and y.environment_id = $1),
          exists (select from settlement.party y where y.settlement_id = s.id and y.environment_id = $1 and {ScreeningStore.IsFlagged} and not exists (
            select from settlement.fact d where d.settlement_id = s.id and d.kind = 'decision' and (d.party_id is null or d.party_id = y.id)
              and coalesce(d.check_round, 1) = ({ScreeningStore.LatestRound})))
        from settlement.settlement s where s.id = any($2)
        """;

    const string SelectParties = """
        select y.id, y.settlement_id, y.role, y.platform_id, y.environment_id, y.status, y.is_counterparty, y.name, y.external_reference,
          y.asset_provider, y.lei, y.wallet, y.receive_wallet, y.refund_wallet, y.chain_id, y.wallet_address_hint, y.counterparty_reference, y.hint_matched,
          y.confirmed_at, y.created_at, y.updated_at, f.body, f.created_at, y.date_of_birth, y.country
        from settlement.party y
        left join settlement.fact f on f.settlement_id = y.settlement_id and f.party_id = y.id and f.kind = 'reject'
        where y.settlement_id = any($1) order by y.settlement_id, y.ordinal
        """;

    const string SelectLegs = """
        select l.id, l.settlement_id, l.leg_index, l.type, l.as_sent, l.quantity, l.amount::text, l.direction, l.party_role, l.recipient_role, l.giver_role,
          l.taker_role, l.external_reference, l.created_at, i.address, i.claimed_symbol, i.decimals, i.standard, l.token_id::text,
          i.chain_id, r.symbol, r.isin, r.token_id::text
        from settlement.leg l
        join settlement.instrument i on i.id = l.instrument_id
        left join settlement.instrument r on r.environment_id = $1 and r.chain_id = i.chain_id and r.address = i.address and r.registered
        where l.settlement_id = any($2) order by l.settlement_id, l.leg_index
        """;

    // An unregistered token is shown beside the registered one that it resembles, and so is compared with all of them.
    const string SelectRegistry = """
        select r.chain_id, r.address, r.symbol, r.isin, r.token_id::text from settlement.instrument r where r.environment_id = $1 and r.chain_id = any($2) and r.registered
        """;

    static readonly string SelectReaders = EnvironmentReader.Select
        + " where e.id in (select v.environment_id from settlement.visible_to v where v.settlement_id = any($1)) order by e.id";

    static readonly string OneSettlement = OfOne(SelectSettlements), OneReaders = OfOne(SelectReaders), OneParties = OfOne(SelectParties), OneLegs = OfOne(SelectLegs);

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

    const string SelectExists = "select exists (select 1 from settlement.settlement where id = $1)";

    /// <summary>True when there is such a settlement, whoever may see it; for the operator alone.</summary>
    public async Task<bool> ExistsAsync(Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectExists, id);
        return await select.ExecuteScalarAsync(cancellationToken) is true;
    }

    public async Task<IReadOnlyList<SettlementRecord>> FindManyAsync(Guid environment, Guid[] ids, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        // Before its terms are frozen a settlement has no escrow, and one trip reads all of it.
        if (ids is [var id] && !_frozen.ContainsKey(id))
        {
            await using NpgsqlBatch batch = new(connection) { BatchCommands = { new(BeginSql) } };
            AddParts(batch, environment, ids);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(CommitSql));
            List<SettlementRecord> found = await RunAsync(batch, connection, environment, cancellationToken);
            if (found is not [{ Terms: not null }]) return found;
            if (_frozen.Count >= MostFrozen) _frozen.Clear();
            _frozen[id] = true;
        }
        // One snapshot for all selects, or a leg could be newer than its settlement.
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        return await ReadAsync(environment, ids, connection, cancellationToken);
    }

    const string BeginSql = "begin isolation level repeatable read read only", CommitSql = "commit";

    const int MostFrozen = 100_000;

    // Settlements whose terms were seen: they stay frozen.
    readonly ConcurrentDictionary<Guid, bool> _frozen = new();

    /// <summary>Reads settlements in the transaction of a connection.</summary>
    public async Task<IReadOnlyList<SettlementRecord>> ReadAsync(Guid environment, Guid[] ids, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<SettlementRecord> settlements;
        await using (NpgsqlBatch batch = new(connection))
        {
            AddParts(batch, environment, ids);
            settlements = await RunAsync(batch, connection, environment, cancellationToken);
        }
        foreach (IGrouping<long, SettlementRecord> chain in settlements.Where(s => s.Terms is not null).GroupBy(s => s.ChainId))
            await ReadEscrowsAsync(connection, chain.Key, [.. chain], cancellationToken);
        return settlements;
    }

    /// <summary>Adds the queries of settlements without their escrows to a batch, which <see cref="RunAsync"/> runs.</summary>
    public static void AddParts(NpgsqlBatch batch, Guid reader, Guid[] ids)
    {
        foreach (NpgsqlBatchCommand command in ids is [var id]
            ? (NpgsqlBatchCommand[])[BatchCommand(OneSettlement, reader, id), BatchCommand(OneReaders, id), BatchCommand(OneParties, id), BatchCommand(OneLegs, reader, id)]
            : [BatchCommand(SelectSettlements, reader, ids), BatchCommand(SelectReaders, ids), BatchCommand(SelectParties, ids), BatchCommand(SelectLegs, reader, ids)])
            batch.BatchCommands.Add(command);
    }

    /// <summary>Runs a batch with the queries of <see cref="AddParts"/>, before and after which it has no rows, and reads what else these settlements need.</summary>
    public static async Task<List<SettlementRecord>> RunAsync(NpgsqlBatch batch, NpgsqlConnection connection, Guid reader, CancellationToken cancellationToken)
    {
        List<SettlementRecord> settlements = [];
        Dictionary<(long Chain, Address Token), RegisteredToken?> tokens = [];
        await using (NpgsqlDataReader r = await batch.ExecuteReaderAsync(cancellationToken))
        {
            while (await r.ReadAsync(cancellationToken)) settlements.Add(ReadSettlement(r));
            Dictionary<Guid, SettlementRecord> byId = settlements.ToDictionary(s => s.Id);
            await r.NextResultAsync(cancellationToken);
            Dictionary<Guid, EnvironmentView> environments = (await EnvironmentReader.ReadAsync(r, cancellationToken)).ToDictionary(one => one.Id);
            foreach (SettlementRecord settlement in settlements) settlement.Owner = environments[settlement.EnvironmentId];
            // The parts of settlements that the reader may not see are passed over.
            await r.NextResultAsync(cancellationToken);
            while (await r.ReadAsync(cancellationToken))
                if (byId.TryGetValue(r.GetGuid(1), out SettlementRecord? settlement)) settlement.Parties.Add(ReadParty(r, environments));
            await r.NextResultAsync(cancellationToken);
            while (await r.ReadAsync(cancellationToken))
                if (byId.TryGetValue(r.GetGuid(1), out SettlementRecord? settlement))
                {
                    settlement.Legs.Add(ReadLeg(r));
                    Address token = r.GetAddress(14);
                    tokens[(r.GetInt64(19), token)] = Text(r, 20) is { } symbol ? new RegisteredToken(token, symbol, Text(r, 21), Text(r, 22) is { } tokenId ? UInt256.Parse(tokenId) : null) : null;
                }
            // To the end, so that a fault of a later command is not lost.
            while (await r.NextResultAsync(cancellationToken)) ;
        }
        foreach (IGrouping<long, KeyValuePair<(long Chain, Address Token), RegisteredToken?>> chain in tokens.GroupBy(one => one.Key.Chain))
        {
            TokenRegistry registry = new(chain.Any(one => one.Value is null) ? await RegistryAsync(connection, reader, chain.Key, cancellationToken) : chain.Select(one => one.Value!));
            foreach (SettlementRecord settlement in settlements.Where(one => one.ChainId == chain.Key)) settlement.Registry = registry;
        }
        if (settlements.Any(MayBeStopped)) await ReadFindingsAsync(connection, reader, [.. settlements.Where(MayBeStopped)], cancellationToken);
        return settlements;
    }

    static bool MayBeStopped(SettlementRecord settlement) => settlement.ComplianceStop || settlement.ComplianceStatus == "review";

    static async Task<List<RegisteredToken>> RegistryAsync(NpgsqlConnection connection, Guid reader, long chain, CancellationToken cancellationToken)
    {
        List<RegisteredToken> registry = [];
        await using NpgsqlCommand select = Command(SelectRegistry, connection, reader, new[] { chain });
        await using NpgsqlDataReader r = await select.ExecuteReaderAsync(cancellationToken);
        while (await r.ReadAsync(cancellationToken))
            registry.Add(new RegisteredToken(r.GetAddress(1), r.GetString(2), Text(r, 3), Text(r, 4) is { } tokenId ? UInt256.Parse(tokenId) : null));
        return registry;
    }

    static async Task ReadFindingsAsync(NpgsqlConnection connection, Guid reader, SettlementRecord[] settlements, CancellationToken cancellationToken)
    {
        Dictionary<Guid, SettlementRecord> byId = settlements.ToDictionary(s => s.Id);
        await using NpgsqlCommand select = Command(SelectFindings, connection, reader, byId.Keys.ToArray());
        await using NpgsqlDataReader r = await select.ExecuteReaderAsync(cancellationToken);
        while (await r.ReadAsync(cancellationToken))
        {
            SettlementRecord settlement = byId[r.GetGuid(0)];
            settlement.Stopped = r.IsDBNull(1) ? [] : [.. r.GetFieldValue<string[]>(1).Select(one => new StoppedPartyView(one[..one.LastIndexOf(' ')], one[(one.LastIndexOf(' ') + 1)..]))];
            settlement.IsUndecided = r.GetBoolean(2);
        }
    }

    static PartyRecord ReadParty(NpgsqlDataReader r, Dictionary<Guid, EnvironmentView> environments) => new(
        r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetGuid(3), environments[r.GetGuid(4)].PlatformSlug, r.GetGuid(4), r.GetString(5), r.GetBoolean(6), Text(r, 7),
        Text(r, 8), Text(r, 9), Text(r, 10), Wallet(r, 11), Wallet(r, 12), Wallet(r, 13), Long(r, 14), Text(r, 15), Text(r, 16),
        r.IsDBNull(17) ? null : r.GetBoolean(17), Time(r, 18), r.GetFieldValue<DateTimeOffset>(19), r.GetFieldValue<DateTimeOffset>(20), Text(r, 21), Time(r, 22))
    { DateOfBirth = Text(r, 23), Country = Text(r, 24) };

    static LegRecord ReadLeg(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetGuid(1), r.GetInt32(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6), r.GetString(7), r.GetString(8),
        r.GetString(9), r.GetString(10), r.GetString(11), Text(r, 12), r.GetFieldValue<DateTimeOffset>(13), new Address(r.GetFieldValue<byte[]>(14)),
        Text(r, 15), r.GetInt16(16), r.GetString(17), r.GetString(18));

    static SettlementRecord ReadSettlement(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetString(3), Text(r, 4), r.GetString(5), r.GetGuid(6), r.GetString(7), r.GetInt32(8), r.GetString(9),
        r.GetInt32(10), r.GetBoolean(11), Text(r, 12), r.GetFieldValue<DateTimeOffset>(13), r.GetFieldValue<DateTimeOffset>(14), r.GetInt64(15),
        Bytes(r, 16), Bytes(r, 17), Bytes(r, 18), r.GetString(19), Time(r, 20), Text(r, 21), Time(r, 22), Text(r, 23), r.GetFieldValue<DateTimeOffset>(24),
        r.GetFieldValue<DateTimeOffset>(25), Bytes(r, 26) is { } terms ? EscrowTerms.Decode(terms) : null, r.GetBoolean(27))
    {
        NotBefore = Time(r, 28),
        Category = Text(r, 29),
        Replaces = r.IsDBNull(30) ? null : r.GetGuid(30),
        ReplacedBy = r.IsDBNull(31) ? null : r.GetGuid(31),
        Facts = Text(r, 32) is { } facts ? JsonSerializer.Deserialize(facts, FactJson.Default.ReadFactArray)! : [],
        Readers = r.GetFieldValue<Guid[]>(33),
        TradeReference = Text(r, 34),
        Parent = r.IsDBNull(35) ? null : r.GetGuid(35),
        Repo = Time(r, 36) is { } maturity ? new RepoView(Text(r, 37), r.GetString(38), maturity, r.IsDBNull(39) ? null : r.GetGuid(39)) : null,
    };

    async Task ReadEscrowsAsync(NpgsqlConnection connection, long chainId, SettlementRecord[] settlements, CancellationToken cancellationToken)
    {
        ILookup<Hash32, SettlementRecord> byEscrow = settlements.ToLookup(s => s.Terms!.Id);
        Hash32[] ids = [.. byEscrow.Select(one => one.Key)];
        foreach (IntentProgress intent in await intents.ReadProgressAsync(connection, chainId, ids, cancellationToken))
            foreach (SettlementRecord settlement in byEscrow[intent.Name.Subject]) settlement.Intents.Add(intent);
        foreach (SubjectCost cost in await intents.ReadTotalsAsync(connection, chainId, ids, cancellationToken))
            foreach (SettlementRecord settlement in byEscrow[cost.Subject]) settlement.Cost = cost;
        if (await mirror.ReadAsync(connection, chainId, ids, cancellationToken) is not { } view) return;
        foreach (SettlementRecord settlement in settlements)
            (settlement.Head, settlement.Escrow) = (view.Head, view.Of(settlement.Terms!));
        long[] heights = [.. settlements.SelectMany(s => HeightsOf(s.Escrow!)).Distinct()];
        IReadOnlyDictionary<long, MirroredBlock> blocks = await mirror.ReadBlocksAsync(connection, chainId, heights, cancellationToken);
        foreach (SettlementRecord settlement in settlements) settlement.Blocks = blocks;
    }

    static IEnumerable<long> HeightsOf(EscrowSnapshot escrow) =>
        ((long?[])[escrow.Registered?.Block, escrow.Executed?.Block, escrow.Cancelled?.Block,
            .. escrow.Legs.Select(leg => leg.Changed?.Block), .. escrow.Legs.Select(leg => leg.Deposited?.Block)]).OfType<long>();
}
