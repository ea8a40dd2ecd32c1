using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Activity;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Errors;
using Keystone.Webhooks.Messages;
using Keystone.Webhooks.Store;
using Npgsql;

namespace Keystone.Settlements.Confirm;

/// <summary>Writes the answers of counterparties, confirmations and rejections, under the settlement's lock.</summary>
internal sealed class AnswerStore(NpgsqlDataSource database) : SqlStore(database)
{
    static readonly DomainError NotFound = DomainError.NotFound("Settlement");

    /// <summary>The answer was written, or only repeats an earlier one.</summary>
    internal sealed record Written(bool Repeated);

    sealed record Locked(string State, bool Ended, (string? Traceparent, Guid Initiator) Trace, IReadOnlyList<Answerable> Parties);

    const string LockSettlement = """
        select s.type, s.state, s.is_terminal, s.rollback_reason, s.confirm_by, s.traceparent, s.environment_id
        from settlement.settlement s join settlement.visible_to v on v.settlement_id = s.id
        where s.id = $1 and v.environment_id = $2 for update of s
        """;

    const string SelectAnswers = """
        select y.id, y.role, y.status, y.is_counterparty, y.wallet_address_hint, f.kind, f.body
        from settlement.party y left join settlement.fact f on f.party_id = y.id and f.kind in ('confirm', 'reject')
        where y.settlement_id = $1 and y.environment_id = $2 order by y.ordinal
        """;

    // What ends it: the engine may not have said so yet.
    const string AnyEnd = "select exists (select 1 from settlement.fact where settlement_id = $1 and kind in ('reject', 'cancel', 'order'))";

    const string InsertFact = """
        insert into settlement.fact (id, settlement_id, kind, party_id, actor, body, created_at) values ($1, $2, $3, $4, $5, $6, $7)
        """;

    const string ConfirmParty = """
        update settlement.party set status = 'confirmed', name = $2, external_reference = $3, asset_provider = $4, lei = $5, wallet = $6, receive_wallet = $7,
          refund_wallet = $8, chain_id = $9, hint_matched = $10, confirmed_at = $11, updated_at = $11, date_of_birth = $12::text, country = $13::text where id = $1
        """;

    const string RejectParty = "update settlement.party set status = 'rejected', updated_at = $2 where id = $1";

    const string Wake = "update settlement.settlement set due_at = $2, updated_at = $2 where id = $1";

    // Another counterparty may have confirmed since the request was checked: its wallet is fixed only under the lock.
    const string SameWallet = """
        select exists (select 1 from settlement.leg l join settlement.party y on y.settlement_id = l.settlement_id
          and y.role = case when l.giver_role = $2 then l.taker_role else l.giver_role end
        where l.settlement_id = $1 and (l.giver_role = $2 and y.receive_wallet = $3 or l.taker_role = $2 and y.wallet = $4))
        """;

    sealed record Answerable(Guid Id, string Role, string Status, bool IsCounterparty, string? Hint, string? Kind, string? Body);

    /// <summary>Writes a confirmation.</summary>
    public async Task<Result<Written>> ConfirmAsync(Guid settlement, Caller caller, Confirmation said, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        Result<Locked> locked = await LockAsync(settlement, caller, now, connection, cancellationToken);
        if (locked.Value is not var (state, ended, trace, parties))
            return locked.Error!;
        Result<Answerable> chosen = ChooseParty(parties, said.Role);
        if (chosen.Value is not { } party)
            return chosen.Error!;
        if (party.Kind == "confirm")
            return party.Body == said.Body ? new Written(Repeated: true)
                : DomainError.Conflict(ErrorCodes.ConfirmationDiffers, $"The role {party.Role} was confirmed with other details.", state);
        if (party.Kind == "reject")
            return DomainError.Conflict(ErrorCodes.AlreadyRejected, $"The role {party.Role} was rejected.", state);
        if (ended || party.Status != "pending_confirmation")
            return DomainError.Conflict(ErrorCodes.SettlementEnded, "The settlement has ended.", state);
        if (await Command(SameWallet, connection, settlement, party.Role, said.Wallets.Wallet!.Value.ToBytes(), said.Wallets.Receive!.Value.ToBytes())
            .ExecuteScalarAsync(cancellationToken) is true)
            return DomainError.Validation([ConfirmSettlement.SameWalletOnBothSides]);
        await RunAsync(InsertFact, connection, cancellationToken, Guid.CreateVersion7(now), settlement, "confirm", party.Id, caller.ClientId, said.Body, now);
        bool? matched = party.Hint is null ? null : Address.TryParse(party.Hint, out Address hint) && hint == said.Wallets.Wallet;
        await RunAsync(ConfirmParty, connection, cancellationToken, party.Id, said.Name, said.ExternalReference, said.AssetProvider, said.Lei,
            said.Wallets.Wallet!.Value.ToBytes(), said.Wallets.Receive!.Value.ToBytes(), said.Wallets.Refund!.Value.ToBytes(), caller.ChainId, matched, now, said.DateOfBirth, said.Country);
        await RunAsync(Wake, connection, cancellationToken, settlement, now);
        PrivateFields fields = new();
        JsonObject details = new()
        {
            ["role"] = party.Role,
            ["platform_slug"] = caller.PlatformSlug,
            ["commitments"] = new PartyFields(said.Name, said.ExternalReference, said.AssetProvider, said.Lei, said.Wallets.Wallet.ToString(), said.Wallets.Receive.ToString(),
                said.Wallets.Refund.ToString(), null, null, said.DateOfBirth, said.Country).Commit(party.Role, fields),
        };
        await ActivityStore.RecordAsync(connection, caller, "settlement", settlement.ToString(), now, cancellationToken);
        await RecordAsync([("confirmation", party.Role, details, fields)], settlement, caller, state, trace, now, connection, transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Written(Repeated: false);
    }

    /// <summary>Writes a rejection of one role, or of all of the caller's.</summary>
    public async Task<Result<Written>> RejectAsync(Guid settlement, Caller caller, string reason, string? role, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        Result<Locked> locked = await LockAsync(settlement, caller, now, connection, cancellationToken);
        if (locked.Value is not var (state, ended, trace, parties))
            return locked.Error!;
        Answerable[] mine = [.. parties];
        if (role is not null)
        {
            Result<Answerable> chosen = ChooseParty(parties, role);
            if (chosen.Value is not { } party)
                return chosen.Error!;
            mine = [party];
        }
        if (mine.Any(p => p.Kind == "reject"))
            return new Written(Repeated: true);
        Answerable[] pending = [.. mine.Where(p => p.Status == "pending_confirmation")];
        if (pending.Length == 0)
            return DomainError.Conflict(ErrorCodes.AlreadyConfirmed, "Your side was confirmed; it cannot be rejected any more.", state);
        if (ended)
            return DomainError.Conflict(ErrorCodes.SettlementEnded, "The settlement has ended.", state);
        string body = JsonSerializer.Serialize(new RejectedReason(reason), ConfirmJson.Default.RejectedReason);
        List<(string Type, string Role, JsonObject Details, PrivateFields Fields)> answers = [];
        foreach (Answerable party in pending)
        {
            await RunAsync(InsertFact, connection, cancellationToken, Guid.CreateVersion7(now), settlement, "reject", party.Id, caller.ClientId, body, now);
            await RunAsync(RejectParty, connection, cancellationToken, party.Id, now);
            PrivateFields fields = new();
            answers.Add(("rejection", party.Role, new JsonObject
            {
                ["role"] = party.Role,
                ["platform_slug"] = caller.PlatformSlug,
                ["reason"] = fields.Commit(party.Role, "reason", reason),
            }, fields));
        }
        await RunAsync(Wake, connection, cancellationToken, settlement, now);
        await ActivityStore.RecordAsync(connection, caller, "settlement", settlement.ToString(), now, cancellationToken);
        await RecordAsync(answers, settlement, caller, state, trace, now, connection, transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Written(Repeated: false);
    }

    static async Task<Result<Locked>> LockAsync(
        Guid settlement, Caller caller, DateTimeOffset now, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        string type, state;
        (string?, Guid) trace;
        bool ended;
        await using (NpgsqlDataReader r = await Command(LockSettlement, connection, settlement, caller.EnvironmentId).ExecuteReaderAsync(cancellationToken))
        {
            if (!await r.ReadAsync(cancellationToken))
                return NotFound;
            (type, state, trace) = (r.GetString(0), r.GetString(1), (Text(r, 5), r.GetGuid(6)));
            ended = r.GetBoolean(2) || !r.IsDBNull(3) || r.GetFieldValue<DateTimeOffset>(4) <= now;
        }
        if (type != "cross_platform")
            return DomainError.Conflict(ErrorCodes.NotCrossPlatform, "Settlement is not cross-platform", state);
        ended |= await Command(AnyEnd, connection, settlement).ExecuteScalarAsync(cancellationToken) is true;
        List<Answerable> parties = [];
        await using (NpgsqlDataReader r = await Command(SelectAnswers, connection, settlement, caller.EnvironmentId).ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
                parties.Add(new Answerable(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetBoolean(3), Text(r, 4), Text(r, 5), Text(r, 6)));
        parties.RemoveAll(p => !p.IsCounterparty);
        return parties.Count > 0 ? new Locked(state, ended, trace, parties) : ConfirmSettlement.NoPendingParty;
    }

    const string SelectReaders = "select environment_id from settlement.visible_to where settlement_id = $1";

    // Each answer is an event of its own; what it does to the state is one of the engine's. Only the answering side and the operator see whose credential it was.
    static async Task RecordAsync(
        IReadOnlyList<(string Type, string Role, JsonObject Details, PrivateFields Fields)> answers, Guid settlement, Caller caller, string state, (string? Traceparent, Guid Initiator) trace, DateTimeOffset now,
        NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        List<Guid> ids = [];
        await using (NpgsqlDataReader rows = await Command(SelectReaders, connection, settlement).ExecuteReaderAsync(cancellationToken))
            while (await rows.ReadAsync(cancellationToken)) ids.Add(rows.GetGuid(0));
        IReadOnlyList<EnvironmentView> readers = await EnvironmentReader.ReadAsync(connection, ids, cancellationToken);
        AuditTrail trail = await AuditStore.ReadAsync(connection, settlement, cancellationToken);
        foreach ((string type, string role, JsonObject details, PrivateFields fields) in answers)
        {
            IReadOnlyDictionary<Guid, int> numbers = trail.Append(new AuditEvent(type, state, state, 0, now), reader =>
                new AuditContents("api", details, reader == caller.EnvironmentId || reader == AuditTrail.Operator ? caller.ClientId : null));
            await AuditStore.KeepSaltsAsync(connection, settlement, "answer/" + role, fields.Salts, cancellationToken);
            PartyAnswer answer = new(settlement, role, caller.PlatformSlug, Confirmed: type == "confirmation");
            foreach (EnvironmentView reader in readers)
                await MessageStore.InsertAsync(connection, transaction, reader.Id,
                    MessageComposer.Party(new MessageEnvelope(Guid.CreateVersion7(now), now, numbers[reader.Id], reader.ApiVersion), answer), trace.Traceparent, cancellationToken,
                    withTraceId: reader.Id == trace.Initiator);
        }
        await AuditStore.WriteAsync(connection, trail, cancellationToken);
    }

    static Result<Answerable> ChooseParty(IReadOnlyList<Answerable> parties, string? role)
    {
        if (role is not null)
            return parties.FirstOrDefault(p => p.Role == role) is { } named ? named
                : DomainError.Validation([new Fault("/role", "unknown_role", $"Your roles here are: {string.Join(", ", parties.Select(p => p.Role))}.")]);
        if (parties.Count == 1)
            return parties[0];
        Answerable[] pending = [.. parties.Where(p => p.Status == "pending_confirmation")];
        return pending.Length == 1 ? pending[0]
            : DomainError.Validation([new Fault("/role", "missing", $"Several roles are yours; name one of: {string.Join(", ", parties.Select(p => p.Role))}.")]);
    }
}
