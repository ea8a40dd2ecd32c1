using Keystone.Compliance;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Instruments;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.Advance;

/// <summary>Reads what the decisions about claimed settlements rest on, for all of a group at once.</summary>
internal sealed class DueFactStore(NpgsqlDataSource database, MirrorReader mirror) : SqlStore(database)
{
    const string PartiesSql = """
        select y.settlement_id, y.id, y.role, y.environment_id, y.status, y.wallet, y.receive_wallet, y.refund_wallet, y.is_counterparty, y.wallet_address_hint,
          y.counterparty_reference
        from settlement.party y where y.settlement_id = any($1) order by y.ordinal
        """;

    const string LegsSql = """
        select l.settlement_id, l.id, l.leg_index, l.type, l.as_sent, l.quantity, l.direction, l.party_role, l.recipient_role, i.standard, l.giver_role, l.taker_role,
          i.address, l.token_id, l.amount, i.decimals, i.claimed_symbol
        from settlement.leg l join settlement.instrument i on i.id = l.instrument_id where l.settlement_id = any($1) order by l.leg_index
        """;

    const string FactsSql = """
        select settlement_id, kind, party_id, body, created_at, coalesce(check_round, 1), actor, environment_id, id from settlement.fact where settlement_id = any($1)
        union all select settlement_id, 'rescreen', party_id, '{}', created_at, check_round, 'list', null, id from settlement.rescreen where settlement_id = any($1)
        order by created_at, id
        """;

    // Messages to an environment that has yet to confirm name tokens by that environment's own registry.
    const string RegistriesSql = """
        select s.id, i.environment_id, i.address, i.symbol, i.isin, i.token_id::text from settlement.settlement s
        join (select distinct settlement_id, environment_id from settlement.party where settlement_id = any($1) and status = 'pending_confirmation') y on y.settlement_id = s.id
        join settlement.instrument i on i.chain_id = s.chain_id and i.registered and i.environment_id = y.environment_id
        where s.id = any($1)
        """;

    const string HeadsSql = "select settlement_id, environment_id, sequence, hash, chain_revision from settlement.audit_head where settlement_id = any($1)";

    // What the agreement is made of; nothing once it is made.
    const string InstructedSql = """
        select e.settlement_id, e.payload from settlement.event e join settlement.settlement s on s.id = e.settlement_id
        where e.settlement_id = any($1) and e.environment_id = '00000000-0000-0000-0000-000000000000' and s.agreement is null and (e.sequence = 1 or e.type = 'confirmation')
        order by e.sequence
        """;

    static readonly string[] OfMany = [PartiesSql, LegsSql, FactsSql, RegistriesSql, HeadsSql, InstructedSql], OfSingle = [.. OfMany.Select(OfOne)];

    /// <summary>Reads all facts of settlements whose rows the connection's transaction has locked.</summary>
    /// <param name="connection">With the transaction.</param>
    /// <param name="due">The settlements.</param>
    /// <param name="first">Operator of new terms on a chain that has had no account in service.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public async Task LoadAsync(NpgsqlConnection connection, IReadOnlyList<DueSettlement> due, Address first, CancellationToken cancellationToken)
    {
        Dictionary<Guid, DueSettlement> byId = due.ToDictionary(one => one.Id);
        ILookup<long, DueSettlement> chains = due.ToLookup(one => one.ChainId);
        // Position and escrow states of a chain have one revision. All other facts belong to the settlements' rows, which are locked. Intents are not facts.
        await using NpgsqlBatch batch = new(connection);
        foreach (IGrouping<long, DueSettlement> chain in chains) batch.BatchCommands.Add(MirrorReader.Of(chain.Key, EscrowsOf(chain)));
        batch.BatchCommands.Add(ScreeningStore.LatestOf(byId.Keys));
        batch.BatchCommands.Add(EnvironmentReader.Of([.. due.SelectMany(one => one.Readers).Distinct()]));
        object ids = due.Count == 1 ? due[0].Id : byId.Keys.ToArray();
        foreach (string sql in due.Count == 1 ? OfSingle : OfMany) batch.BatchCommands.Add(BatchCommand(sql, ids));
        foreach (IGrouping<long, DueSettlement> chain in chains)
        {
            if (EscrowsOf(chain) is { Length: > 0 } frozen) batch.BatchCommands.Add(IntentStore.OfSubjects(chain.Key, frozen));
            if (chain.Any(one => one.Terms is null))
                foreach (NpgsqlBatchCommand command in SenderStore.Operator(chain.Key)) batch.BatchCommands.Add(command);
        }
        await using (NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken))
        {
            foreach (IGrouping<long, DueSettlement> chain in chains)
            {
                MirrorView? view = await MirrorReader.ReadAsync(rows, chain.Key, cancellationToken);
                foreach (DueSettlement settlement in chain) settlement.Mirror = view;
                await rows.NextResultAsync(cancellationToken);
            }
            await ReadOwnAsync(rows, byId, cancellationToken);
            foreach (IGrouping<long, DueSettlement> chain in chains)
            {
                if (EscrowsOf(chain).Length > 0) await ReadIntentsAsync(rows, chain, cancellationToken);
                if (!chain.Any(one => one.Terms is null)) continue;
                Address? account = await SenderStore.ReadOperatorAsync(rows, first, cancellationToken);
                foreach (DueSettlement settlement in chain.Where(one => one.Terms is null)) settlement.Operator = account;
                await rows.NextResultAsync(cancellationToken);
            }
        }
        foreach (IGrouping<long, DueSettlement> chain in due.Where(HasLegNews).GroupBy(one => one.ChainId))
            await ReadLegLogsAsync(connection, chain, cancellationToken);
    }

    static Hash32[] EscrowsOf(IEnumerable<DueSettlement> settlements) => [.. settlements.Select(one => one.Terms).OfType<EscrowTerms>().Select(terms => terms.Id)];

    // What belongs to the settlements alone, in the order of the statements.
    static async Task ReadOwnAsync(NpgsqlDataReader rows, Dictionary<Guid, DueSettlement> byId, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<Guid, ScreeningRound> rounds = await ScreeningStore.ReadLatestOfAsync(rows, cancellationToken);
        foreach ((Guid id, ScreeningRound round) in rounds) byId[id].Screened = round;
        await rows.NextResultAsync(cancellationToken);
        IReadOnlyList<EnvironmentView> environments = await EnvironmentReader.ReadAsync(rows, cancellationToken);
        Dictionary<Guid, string> slugs = environments.ToDictionary(one => one.Id, one => one.PlatformSlug);
        foreach (DueSettlement settlement in byId.Values) settlement.Audiences.AddRange(environments.Where(one => settlement.Readers.Contains(one.Id)));
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            byId[rows.GetGuid(0)].Parties.Add(new DueParty(
                new Party(rows.GetGuid(1), rows.GetString(2), rows.GetGuid(3), StatusOf(rows.GetString(4)), Wallet(rows, 5), Wallet(rows, 6), Wallet(rows, 7)),
                rows.GetBoolean(8), slugs[rows.GetGuid(3)], Text(rows, 9), Text(rows, 10)));
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            byId[rows.GetGuid(0)].Legs.Add(new DueLeg(rows.GetGuid(1), rows.GetInt32(2), rows.GetString(3), rows.GetString(4), rows.GetString(5), rows.GetString(6),
                rows.GetString(7), rows.GetString(8), rows.GetString(9),
                new InstructedLeg(rows.GetString(10), rows.GetString(11), KindOf(rows.GetString(9)), rows.GetAddress(12), rows.GetAmount(13), rows.GetAmount(14)),
                rows.GetInt16(15), Text(rows, 16)));
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            byId[rows.GetGuid(0)].Facts.Add(new DueFact(rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetGuid(2), rows.GetString(3), rows.GetFieldValue<DateTimeOffset>(4), rows.GetInt32(5),
                rows.GetString(6), rows.IsDBNull(7) ? null : rows.GetGuid(7)));
        await rows.NextResultAsync(cancellationToken);
        List<(Guid Settlement, Guid Environment, RegisteredToken Token)> registered = [];
        while (await rows.ReadAsync(cancellationToken))
            registered.Add((rows.GetGuid(0), rows.GetGuid(1), new RegisteredToken(rows.GetAddress(2), rows.GetString(3), Text(rows, 4), Text(rows, 5) is { } tokenId ? UInt256.Parse(tokenId) : null)));
        foreach (IGrouping<(Guid Settlement, Guid Environment), (Guid Settlement, Guid Environment, RegisteredToken Token)> registry in registered.GroupBy(one => (one.Settlement, one.Environment)))
            byId[registry.Key.Settlement].Registries[registry.Key.Environment] = new TokenRegistry(registry.Select(one => one.Token));
        await rows.NextResultAsync(cancellationToken);
        List<(Guid Settlement, AuditHead Head)> heads = [];
        while (await rows.ReadAsync(cancellationToken))
        {
            DueSettlement settlement = byId[rows.GetGuid(0)];
            heads.Add((settlement.Id, new AuditHead(rows.GetGuid(1), rows.GetInt32(2), rows.GetFieldValue<byte[]>(3))));
            settlement.LastEventRevision = Math.Max(settlement.LastEventRevision, rows.GetInt64(4));
        }
        ILookup<Guid, AuditHead> trails = heads.ToLookup(one => one.Settlement, one => one.Head);
        foreach (DueSettlement settlement in byId.Values) settlement.Trail = new AuditTrail(settlement.Id, trails[settlement.Id]);
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) byId[rows.GetGuid(0)].Instructed.Add(rows.GetString(1));
        await rows.NextResultAsync(cancellationToken);
    }

    static async Task ReadIntentsAsync(NpgsqlDataReader rows, IEnumerable<DueSettlement> settlements, CancellationToken cancellationToken)
    {
        Dictionary<Hash32, DueSettlement> byEscrow = settlements.Where(one => one.Terms is not null).ToDictionary(one => one.Terms!.Id);
        foreach (Intent intent in await IntentStore.ReadAsync(rows, cancellationToken)) AddIntent(byEscrow[intent.Name.Subject], intent);
        await rows.NextResultAsync(cancellationToken);
    }

    async Task ReadLegLogsAsync(NpgsqlConnection connection, IGrouping<long, DueSettlement> chain, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<Hash32, IReadOnlyList<(EscrowEvent Happened, Hash32 Transaction)>> events =
            await mirror.ReadEventsOfAsync(connection, chain.Key, EscrowsOf(chain), MostLegLogs, cancellationToken);
        foreach (DueSettlement settlement in chain)
            settlement.LegLogs = LegReports.ByLeg(settlement.Terms!.Legs.Length, events.GetValueOrDefault(settlement.Terms.Id) ?? []);
    }

    // More than a settlement has in practice; the limit bounds deliberate repetition.
    const int MostLegLogs = 2_048;

    static bool HasLegNews(DueSettlement settlement)
    {
        if (settlement is not { Mirror.Head.IsHalted: false, Escrow: { } escrow }) return false;
        for (int i = 0; i < escrow.Legs.Length; i++)
            if (!LegReports.IsLast(i < settlement.ReportedLegs.Length ? settlement.ReportedLegs[i] : "", escrow.Legs[i].Status, escrow.Legs[i].Changed?.Transaction))
                return true;
        return false;
    }

    // A registration counts as refused only if its simulation reverted: funds, fee and node errors are transient.
    static void AddIntent(DueSettlement settlement, Intent intent)
    {
        if (intent is { State: IntentState.Done, Name.Purpose: EscrowIntents.Attest }) settlement.Attested.Add(intent.Name.Part);
        if (intent is not ({ State: IntentState.Failed } or { State: IntentState.Wanted, Attempts: >= SettlementEngine.BlockedAfter })) return;
        if (intent.Name.Purpose == EscrowIntents.Refund) settlement.RefusedRefunds.Add(intent.Name.Part);
        else if (intent.Name.Purpose == EscrowIntents.Register && intent.WouldRevert) settlement.RefusedRegistration = true;
    }

    static PartyStatus StatusOf(string text) => text switch
    {
        "confirmed" => PartyStatus.Confirmed,
        "rejected" => PartyStatus.Rejected,
        _ => PartyStatus.PendingConfirmation,
    };

    static TokenKind KindOf(string standard) => standard switch
    {
        "ERC-721" => TokenKind.Erc721,
        "ERC-1155" => TokenKind.Erc1155,
        _ => TokenKind.Erc20,
    };
}
