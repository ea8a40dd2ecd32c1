using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Postgres.Faults;
using Keystone.Settlements.Activity;
using Keystone.Settlements.Audit;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Read;
using Keystone.Settlements.Templates;
using Keystone.Webhooks.Messages;
using Keystone.Webhooks.Store;
using Npgsql;

namespace Keystone.Settlements.Create;

/// <summary>Inserts settlements, and reads what their requests name. Never moves a state: only the engine does.</summary>
internal sealed class CreateStore(NpgsqlDataSource database, MirrorReader mirror, TimeProvider time) : SqlStore(database)
{
    static readonly TimeSpan EscrowLifetime = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<long, (Address Escrow, DateTimeOffset Until)> _escrows = new();

    /// <summary>Scope of the idempotency keys of requests: a key belongs to an environment and a use case.</summary>
    internal const string UseCase = "settlement.create";

    /// <summary>Result of storing: the settlement; null with <see cref="InProgress"/> or <see cref="ReplacedAlready"/>, or when an earlier request with the key has committed meanwhile.</summary>
    internal sealed record Stored(SettlementRecord? Settlement, bool InProgress = false, bool ReplacedAlready = false);

    /// <summary>Address of the escrow on the chain, at most 5 s old; null while the mirror has not started.</summary>
    public async Task<Address?> EscrowAsync(long chainId, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_escrows.TryGetValue(chainId, out (Address Escrow, DateTimeOffset Until) known) && now < known.Until && known.Until - now <= EscrowLifetime) return known.Escrow;
        if (await mirror.ReadAsync(chainId, [], cancellationToken) is not { } view) return null;
        _escrows[chainId] = (view.Identity.Escrow, now + EscrowLifetime);
        return view.Identity.Escrow;
    }

    /// <summary>What the rules of a request need to know, in one trip: the templates of the environment, what an earlier request with the key made, and the registered tokens.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="key">Idempotency key; null when the request has none that can be looked for.</param>
    /// <param name="withTokens">The request names a token by a word.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<CreateFacts> ReadAsync(Caller caller, string? key, bool withTokens, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = Database.CreateBatch();
        batch.BatchCommands.Add(TemplateStore.Newest(caller.EnvironmentId));
        if (key is not null) batch.BatchCommands.Add(BatchCommand(SelectEarlier, caller.EnvironmentId, UseCase, key));
        if (withTokens) batch.BatchCommands.Add(BatchCommand(SelectInstruments, caller.EnvironmentId, caller.ChainId));
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        IReadOnlyList<Template> templates = [.. (await TemplateStore.ReadAsync(rows, cancellationToken)).Select(stored => stored.Template)];
        (byte[], Guid)? earlier = null;
        if (key is not null)
        {
            await rows.NextResultAsync(cancellationToken);
            if (await rows.ReadAsync(cancellationToken)) earlier = (rows.GetFieldValue<byte[]>(0), rows.GetGuid(1));
        }
        if (!withTokens) return new CreateFacts(templates, earlier, null);
        await rows.NextResultAsync(cancellationToken);
        List<Instrument> tokens = [];
        while (await rows.ReadAsync(cancellationToken)) tokens.Add(ReadInstrument(rows));
        return new CreateFacts(templates, earlier, tokens);
    }

    // Registered tokens only: anybody can deploy a token whose symbol is USDC.
    const string SelectInstruments = """
        select id, address, symbol, standard, decimals, code_hash, claimed_symbol, isin, token_id::text from settlement.instrument
        where environment_id = $1 and chain_id = $2 and registered order by symbol
        """;

    public async Task<IReadOnlyList<Instrument>> InstrumentsAsync(Guid environment, long chainId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectInstruments, environment, chainId);
        List<Instrument> instruments = [];
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            instruments.Add(ReadInstrument(rows));
        return instruments;
    }

    const string SelectInstrument = """
        select id, address, symbol, standard, decimals, code_hash, claimed_symbol, isin, token_id::text from settlement.instrument
        where environment_id = $1 and chain_id = $2 and address = $3
        """;

    public async Task<Instrument?> FindInstrumentAsync(Guid environment, long chainId, Address address, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectInstrument, environment, chainId, address.ToBytes());
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken) ? ReadInstrument(rows) : null;
    }

    static Instrument ReadInstrument(NpgsqlDataReader rows) => new(rows.GetGuid(0), new Address(rows.GetFieldValue<byte[]>(1)), Text(rows, 2), Text(rows, 6), rows.GetString(3),
        rows.GetInt16(4), new Hash32(rows.GetFieldValue<byte[]>(5)), IsNew: false)
    {
        Isin = Text(rows, 7),
        TokenId = Text(rows, 8) is { } id ? UInt256.Parse(id) : null,
    };

    const string SelectEarlier = "select fingerprint, resource_id from settlement.idempotency where environment_id = $1 and route = $2 and key = $3";

    /// <summary>The settlement that an earlier request with this key made, and that request's fingerprint.</summary>
    public async Task<(byte[] Fingerprint, Guid Id)?> FindEarlierAsync(Guid environment, string key, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectEarlier, environment, UseCase, key);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken) ? (rows.GetFieldValue<byte[]>(0), rows.GetGuid(1)) : null;
    }

    const string SelectReplaceable = """
        select is_terminal, exists (select from settlement.settlement r where r.replaces_settlement_id = s.id) from settlement.settlement s where s.id = $2 and s.environment_id = $1
        """;

    /// <summary>Whether a settlement of the environment has ended, and whether another replaces it; null when the environment has none of that id.</summary>
    public async Task<(bool IsTerminal, bool IsReplaced)?> FindReplaceableAsync(Guid environment, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectReplaceable, environment, id);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? (row.GetBoolean(0), row.GetBoolean(1)) : null;
    }

    // Without the lock nothing is inserted: another request with the key is at work. With it, no row says that another has ended.
    const string TakeKey = """
        with locked as materialized (select pg_try_advisory_xact_lock(hashtextextended($1::uuid::text || ' ' || $2 || ' ' || $3, 0)) as got),
        taken as (
          insert into settlement.idempotency (environment_id, route, key, fingerprint, resource_id, created_at) select $1, $2, $3, $4, $5, $6 from locked where got
          on conflict do nothing returning 1)
        select got, exists (select from taken) from locked
        """;

    const string InsertInstrument = """
        insert into settlement.instrument (id, environment_id, chain_id, address, claimed_symbol, standard, decimals, code_hash, registered, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, false, $9)
        on conflict (environment_id, chain_id, address) do nothing
        """;

    const string InstrumentId = "select id from settlement.instrument where environment_id = $1 and chain_id = $2 and address = $3";

    const string InsertSettlement = """
        insert into settlement.settlement (id, platform_id, environment_id, idempotency_key, external_reference, type, template_id, template_slug,
          template_version, state, timeout_at, confirm_by, chain_id, path, due_at, created_at, updated_at, traceparent, not_before,
          settlement_category, replaces_settlement_id, trade_reference, parent_settlement_id, maturity_at, repo_rate, repayment_amount, repayment_units)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, array[$10], $14, $14, $14, $15::text, $16::timestamptz, $17::text, $18::uuid,
          $19::text, $20::uuid, $21::timestamptz, $22::text, $23::text, $24::text::numeric)
        """;

    const string InsertHold = """
        insert into settlement.fact (id, settlement_id, kind, environment_id, actor, body, created_at) values ($1, $2, 'hold', $3, $4, $5, $6)
        """;

    const string InsertParty = """
        insert into settlement.party (id, settlement_id, ordinal, role, platform_id, environment_id, status, is_counterparty, name, external_reference,
          asset_provider, lei, wallet, receive_wallet, refund_wallet, chain_id, wallet_address_hint, counterparty_reference, confirmed_at, created_at, updated_at,
          date_of_birth, country)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20, $21::text, $22::text)
        """;

    const string InsertLeg = """
        insert into settlement.leg (id, settlement_id, leg_index, type, instrument_id, as_sent, quantity, amount, direction, party_role, recipient_role,
          giver_role, taker_role, external_reference, created_at, token_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8::text::numeric, $9, $10, $11, $12, $13, $14, $15, $16::text::numeric)
        """;

    const string InsertVisible = "insert into settlement.visible_to (environment_id, settlement_id, created_at) values ($1, $2, $3)";

    /// <summary>
    /// Stores the settlement with its first event and messages, and gives it back as it was stored: once committed, the keeper may have moved it
    /// before anybody reads it again.
    /// </summary>
    public async Task<Stored> CreateAsync(Instruction instruction, Caller caller, byte[] fingerprint, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        (Stored stored, bool isCommitted) = await WriteAsync(connection, transaction, instruction, caller, fingerprint, now, commits: true, cancellationToken);
        if (stored.Settlement is null) return stored;
        if (!isCommitted) await transaction.CommitAsync(cancellationToken);
        CrashPoint.Reach(CrashPoint.ApiAfterCommit);
        return stored;
    }

    /// <summary>The same in a transaction of the caller's, who commits it when there is a settlement and else rolls it back.</summary>
    public async Task<Stored> WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Instruction instruction, Caller caller, byte[] fingerprint, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await WriteAsync(connection, transaction, instruction, caller, fingerprint, now, commits: false, cancellationToken)).Stored;

    // Commits in the last trip if nothing has to be read back: from the chain of the environment to the end of the commit others wait, and nothing of this process comes between.
    static async Task<(Stored Stored, bool IsCommitted)> WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Instruction instruction, Caller caller, byte[] fingerprint, DateTimeOffset now, bool commits, CancellationToken cancellationToken)
    {
        Guid id = Guid.CreateVersion7(now);
        Guid[] environments = [.. instruction.Parties.Select(p => p.EnvironmentId).Append(caller.EnvironmentId).Distinct()];
        IReadOnlyList<EnvironmentView> readers;
        await using (NpgsqlBatch take = new(connection, transaction)
        {
            BatchCommands = { BatchCommand(TakeKey, caller.EnvironmentId, instruction.KeyScope, instruction.IdempotencyKey, fingerprint, id, now), EnvironmentReader.Of(environments) },
        })
        await using (NpgsqlDataReader rows = await take.ExecuteReaderAsync(cancellationToken))
        {
            await rows.ReadAsync(cancellationToken);
            if (!rows.GetBoolean(0)) return (new Stored(null, InProgress: true), false);
            if (!rows.GetBoolean(1)) return (new Stored(null), false);
            await rows.NextResultAsync(cancellationToken);
            readers = await EnvironmentReader.ReadAsync(rows, cancellationToken);
        }
        Guid[] tokens = new Guid[instruction.Legs.Count];
        // In one order: two requests that name the same new tokens otherwise would each wait for the other's.
        foreach (int i in Enumerable.Range(0, tokens.Length).OrderBy(i => instruction.Legs[i].Instrument.Address)) tokens[i] = await EnsureInstrumentAsync(instruction.Legs[i].Instrument, caller, connection, now, cancellationToken);

        // One trip for all of it.
        await using NpgsqlBatch batch = new(connection, transaction);
        Guid[] parties = [.. instruction.Parties.Select(_ => Guid.CreateVersion7(now))], legs = [.. tokens.Select(_ => Guid.CreateVersion7(now))];
        AuditTrail trail = Insert(batch, id, instruction, caller, parties, legs, tokens, readers, now);
        ActivityStore.Add(batch, caller, "settlement", id.ToString(), now);
        SettlementRecord? made = NewRecord.Of(id, instruction, caller, parties, legs, readers, now);
        if (made is null) SettlementReadStore.AddParts(batch, caller.EnvironmentId, [id]);
        // Last, because every settlement of the environment takes these locks.
        AuditStore.AddChains(batch, trail);
        if (commits) CrashPoint.Reach(CrashPoint.ApiBeforeCommit);
        commits &= made is not null;
        if (commits) batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        try
        {
            if (made is not null)
            {
                await batch.ExecuteNonQueryAsync(cancellationToken);
                return (new Stored(made), commits);
            }
            return (new Stored((await SettlementReadStore.RunAsync(batch, connection, caller.EnvironmentId, cancellationToken))[0]), false);
        }
        catch (PostgresException taken) when (taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "settlement_replaces" })
        {
            return (new Stored(null, ReplacedAlready: true), false);
        }
    }

    static AuditTrail Insert(NpgsqlBatch batch, Guid id, Instruction instruction, Caller caller, Guid[] parties, Guid[] legs, Guid[] tokens, IReadOnlyList<EnvironmentView> readers, DateTimeOffset now)
    {
        string type = instruction.CrossPlatform ? "cross_platform" : "single_platform";
        string state = instruction.Template.InitialState;
        PrivateFields fields = new();
        JsonObject said = FirstEvent.Of(instruction, type, fields);
        AuditTrail trail = AuditTrail.Begin(id, readers.Select(reader => reader.Id));
        IReadOnlyDictionary<Guid, int> numbers = trail.Append(new AuditEvent("state", null, state, 0, now), reader =>
            new AuditContents(instruction.TriggeredBy, said, reader == caller.EnvironmentId || reader == AuditTrail.Operator ? caller.ClientId : null));
        batch.BatchCommands.Add(BatchCommand(InsertSettlement, id, caller.PlatformId, caller.EnvironmentId, instruction.IdempotencyKey,
            instruction.ExternalReference, type, instruction.Template.Id, instruction.Template.Slug, instruction.Template.Version, state,
            instruction.TimeoutAt, instruction.ConfirmBy, caller.ChainId, now, TraceContext.Current,
            instruction.NotBefore, instruction.Category, instruction.Replaces, instruction.TradeReference, instruction.Parent, instruction.Repo?.MaturityAt,
            instruction.Repo?.Rate, instruction.Repo?.RepaymentAmount, instruction.Repo?.Repayment.ToString()));
        foreach (Guid holder in instruction.Hold ? instruction.HeldFor.Append(caller.EnvironmentId) : instruction.HeldFor)
            batch.BatchCommands.Add(BatchCommand(InsertHold, Guid.CreateVersion7(now), id, holder, caller.ClientId,
                JsonSerializer.Serialize(new FactBody(null, caller.PlatformSlug), FactJson.Default.FactBody), now));
        for (int i = 0; i < instruction.Parties.Count; i++)
        {
            InstructedParty p = instruction.Parties[i];
            batch.BatchCommands.Add(BatchCommand(InsertParty, parties[i], id, i, p.Role, p.PlatformId, p.EnvironmentId,
                p.IsCounterparty ? "pending_confirmation" : "confirmed", p.IsCounterparty, p.Name, p.ExternalReference, p.AssetProvider, p.Lei,
                p.Wallet?.ToBytes(), p.Receive?.ToBytes(), p.Refund?.ToBytes(), p.IsCounterparty ? null : caller.ChainId, p.WalletHint,
                p.CounterpartyReference, p.IsCounterparty ? null : now, now, p.DateOfBirth, p.Country));
        }
        for (int i = 0; i < instruction.Legs.Count; i++)
        {
            InstructedLeg l = instruction.Legs[i];
            batch.BatchCommands.Add(BatchCommand(InsertLeg, legs[i], id, i, l.Type, tokens[i], l.AsSent, l.Quantity, l.Amount.ToString(),
                l.Direction, l.PartyRole, l.RecipientRole, l.GiverRole, l.TakerRole, l.ExternalReference, now, l.TokenId.ToString()));
        }
        foreach (EnvironmentView reader in readers)
        {
            batch.BatchCommands.Add(BatchCommand(InsertVisible, reader.Id, id, now));
            batch.BatchCommands.Add(MessageStore.Of(reader.Id, MessageComposer.State(new MessageEnvelope(Guid.CreateVersion7(now), now, numbers[reader.Id], reader.ApiVersion),
                new StateChange(id, state, null, type, instruction.ExternalReference, ToInitiator: reader.Id == caller.EnvironmentId)), null, withTraceId: reader.Id == caller.EnvironmentId));
        }
        batch.BatchCommands.Add(AuditStore.KeepSalts(id, "instruction", fields.Salts));
        AuditStore.AddEvents(batch, trail);
        return trail;
    }

    internal static async Task<Guid> EnsureInstrumentAsync(Instrument instrument, Caller caller, NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!instrument.IsNew)
            return instrument.Id;
        byte[] address = instrument.Address.ToBytes();
        await RunAsync(InsertInstrument, connection, cancellationToken, instrument.Id, caller.EnvironmentId, caller.ChainId, address, instrument.ClaimedSymbol,
            instrument.Standard, (short)instrument.Decimals, instrument.CodeHash.ToBytes(), now);
        return (Guid)(await Command(InstrumentId, connection, caller.EnvironmentId, caller.ChainId, address).ExecuteScalarAsync(cancellationToken))!;
    }
}
