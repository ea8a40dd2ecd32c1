using System.Text;
using System.Text.Json;
using Keystone.Domain.Matching;
using Keystone.Domain.Templates;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Activity;
using Keystone.Settlements.Create;
using Npgsql;

namespace Keystone.Settlements.Instructions;

/// <summary>Stores instructions, compares each with those that wait under its trade reference, and makes the settlement of two that agree, all in one transaction.</summary>
internal sealed class InstructionStore(NpgsqlDataSource database, CreateStore settlements) : SqlStore(database)
{
    const string UseCase = "instruction.submit";

    /// <summary>Instructions of one environment under one trade reference, ended ones too: whoever may try without end learns the other side's terms by trying.</summary>
    public const int MostOfReference = 20;

    /// <summary>What came of a submission: the instruction, and the settlement that it became; null with <see cref="InProgress"/> or <see cref="UsedUp"/>, or when an earlier request with the key has committed meanwhile.</summary>
    internal sealed record Stored(Guid? Id, Guid? Settlement = null, bool InProgress = false, bool UsedUp = false);

    const string SelectEarlier = "select fingerprint, resource_id from settlement.idempotency where environment_id = $1 and route = $2 and key = $3";

    /// <summary>The instruction that an earlier request with this key made, and that request's fingerprint.</summary>
    public async Task<(byte[] Fingerprint, Guid Id)?> FindEarlierAsync(Guid environment, string key, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectEarlier, environment, UseCase, key);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken) ? (rows.GetFieldValue<byte[]>(0), rows.GetGuid(1)) : null;
    }

    const string TryLockKey = "select pg_try_advisory_xact_lock(hashtextextended($1::text || ' ' || $2 || ' ' || $3, 0))";

    // Two sides that come at the same moment see each other one after the other.
    const string LockReference = "select pg_advisory_xact_lock(hashtextextended('instruction ' || $1, 0))";

    const string CountOfReference = "select count(*) from (select from settlement.instruction where environment_id = $1 and trade_reference = $2 limit $3) tried";

    const string InsertKey = """
        insert into settlement.idempotency (environment_id, route, key, fingerprint, resource_id, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing
        """;

    const string InsertInstruction = """
        insert into settlement.instruction (id, platform_id, environment_id, chain_id, idempotency_key, actor, trade_reference, counterparty_platform_slug, template_id, template_slug,
          template_version, role, counterparty_role, name, external_reference, asset_provider, lei, wallet, receive_wallet, refund_wallet, settlement_category, maturity_at, repo_rate,
          repayment_amount, repayment_units, cash_tolerance, timeout_at, expires_at, created_at, updated_at,
          date_of_birth, country)
        values ($1, $2, $3, $4, $5, $6, $7, $8::text, $9, $10, $11, $12, $13, $14::text, $15, $16::text, $17::text, $18, $19, $20, $21::text, $22::timestamptz, $23::text,
          $24::text, $25::text::numeric, $26::text, $27, $28, $29, $29, $30::text, $31::text)
        """;

    const string InsertLeg = """
        insert into settlement.instruction_leg (instruction_id, leg_index, type, instrument_id, as_sent, quantity, amount, token_id, tolerance, direction, external_reference)
        values ($1, $2, $3, $4, $5, $6, $7::text::numeric, $8::text::numeric, $9::text::numeric, $10, $11::text)
        """;

    const string InsertMismatch = """
        insert into settlement.instruction_mismatch (instruction_id, other_id, fields, created_at) values ($1, $2, $3, $4)
        """;

    const string MarkMatched = """
        update settlement.instruction set status = 'matched', settlement_id = $2, updated_at = $3 where id = any($1) and status = 'pending_match'
        """;

    /// <summary>Stores an instruction, with the settlement that it becomes when the other side waits for it.</summary>
    public async Task<Stored> SubmitAsync(
        InstructionRecord instruction, Template template, Caller caller, byte[] fingerprint, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await Command(TryLockKey, connection, caller.EnvironmentId.ToString(), UseCase, instruction.IdempotencyKey).ExecuteScalarAsync(cancellationToken) is not true)
            return new Stored(null, InProgress: true);
        if (await RunAsync(InsertKey, connection, cancellationToken, caller.EnvironmentId, UseCase, instruction.IdempotencyKey, fingerprint, instruction.Id, now) == 0)
            return new Stored(null);
        await RunAsync(LockReference, connection, cancellationToken, instruction.TradeReference);
        if (await Command(CountOfReference, connection, caller.EnvironmentId, instruction.TradeReference, MostOfReference).ExecuteScalarAsync(cancellationToken) is long and >= MostOfReference)
            return new Stored(null, UsedUp: true);
        await WriteAsync(connection, instruction, caller, now, cancellationToken);
        List<(InstructionRecord Other, IReadOnlyList<MatchBreak> Breaks)> compared = [];
        foreach (InstructionRecord other in await CandidatesAsync(connection, instruction, caller, now, cancellationToken))
            compared.Add((other, MatchRules.Compare(other.Side, instruction.Side)));
        Guid? settlement = null;
        if (compared.FirstOrDefault(one => one.Breaks.Count == 0).Other is { } match)
            settlement = await MatchAsync(connection, transaction, match, instruction, template, now, cancellationToken);
        else
            foreach ((InstructionRecord other, IReadOnlyList<MatchBreak> breaks) in compared)
            {
                await ReportAsync(connection, transaction, instruction, other, breaks, now, cancellationToken);
                await ReportAsync(connection, transaction, other, instruction, breaks, now, cancellationToken);
            }
        await ActivityStore.RecordAsync(connection, caller, "instruction", instruction.Id.ToString(), now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Stored(instruction.Id, settlement);
    }

    static async Task WriteAsync(NpgsqlConnection connection, InstructionRecord i, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await RunAsync(InsertInstruction, connection, cancellationToken, i.Id, i.PlatformId, i.EnvironmentId, i.ChainId, i.IdempotencyKey, i.Actor, i.TradeReference, i.CounterpartyPlatform,
            i.TemplateId, i.TemplateSlug, i.TemplateVersion, i.Role, i.CounterpartyRole, i.Name, i.ExternalReference, i.AssetProvider, i.Lei, i.Wallet.ToBytes(), i.Receive.ToBytes(),
            i.Refund.ToBytes(), i.Category, i.MaturityAt, i.RepoRate, i.RepaymentAmount, i.Repayment?.ToString(), i.CashTolerance, i.TimeoutAt, i.ExpiresAt, now, i.DateOfBirth, i.Country);
        // In one order, as of a settlement.
        foreach (InstructionLeg leg in i.Legs.OrderBy(leg => leg.Instrument.Address))
        {
            Guid instrument = await CreateStore.EnsureInstrumentAsync(leg.Instrument, caller, connection, now, cancellationToken);
            await RunAsync(InsertLeg, connection, cancellationToken, i.Id, leg.Index, leg.Type, instrument, leg.AsSent, leg.Quantity, leg.Amount.ToString(), leg.TokenId.ToString(),
                leg.Tolerance.ToString(), leg.Direction, leg.ExternalReference);
        }
    }

    // Whom the instruction may be compared with: of the same kind of environment, active, and where either names the other's platform, of that one.
    static async Task<IReadOnlyList<InstructionRecord>> CandidatesAsync(
        NpgsqlConnection connection, InstructionRecord instruction, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyList<InstructionRecord> waiting = await InstructionReadStore.LockWaitingAsync(connection, instruction, caller.PlatformSlug, now, cancellationToken);
        if (waiting.Count == 0) return waiting;
        Dictionary<Guid, EnvironmentView> owners = (await EnvironmentReader.ReadAsync(connection, [.. waiting.Select(one => one.EnvironmentId).Distinct()], cancellationToken)).ToDictionary(one => one.Id);
        HashSet<Guid> active = [.. await EnvironmentReader.ActiveAsync(connection, [.. owners.Keys], cancellationToken)];
        return [.. waiting.Where(one => active.Contains(one.EnvironmentId) && owners[one.EnvironmentId] is var owner && owner.Kind == caller.EnvironmentKind
            // Another one of the same side is not the other side.
            && !(one.EnvironmentId == caller.EnvironmentId && one.Role == instruction.Role)
            && (instruction.CounterpartyPlatform is null || instruction.CounterpartyPlatform == owner.PlatformSlug)
            && (one.CounterpartyPlatform is null || one.CounterpartyPlatform == caller.PlatformSlug))];
    }

    static async Task ReportAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, InstructionRecord recipient, InstructionRecord other, IReadOnlyList<MatchBreak> breaks, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<MismatchedField> fields = MismatchFields.Of(recipient, breaks);
        await RunAsync(InsertMismatch, connection, cancellationToken, recipient.Id, other.Id,
            JsonSerializer.Serialize(fields, MismatchFields.MismatchJson.Default.IReadOnlyListMismatchedField), now);
        await InstructionMessages.NotifyAsync(connection, transaction, "instruction.mismatched", recipient, recipient.Status, null, fields, now, cancellationToken);
    }

    async Task<Guid> MatchAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, InstructionRecord first, InstructionRecord second, Template template, DateTimeOffset now, CancellationToken cancellationToken)
    {
        EnvironmentView owner = (await EnvironmentReader.ReadAsync(connection, [first.EnvironmentId], cancellationToken))[0];
        Caller initiator = new(first.Actor, [], owner.PlatformId, owner.PlatformSlug, owner.PlatformName, owner.Id, owner.Slug, owner.Kind, first.ChainId, 0, 0, owner.DisclosesName);
        Instruction agreed = MatchedInstruction.Of(first, second, template);
        CreateStore.Stored made = await settlements.WriteAsync(connection, transaction, agreed, initiator,
            System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(agreed.IdempotencyKey)), now, cancellationToken);
        Guid settlement = (made.Settlement ?? throw new InvalidOperationException("The settlement of two instructions was made before.")).Id;
        if (await RunAsync(MarkMatched, connection, cancellationToken, new[] { first.Id, second.Id }, settlement, now) != 2)
            throw new InvalidOperationException("An instruction was matched although it does not wait.");
        foreach (InstructionRecord recipient in new[] { first, second })
            await InstructionMessages.NotifyAsync(connection, transaction, "instruction.matched", recipient, "matched", settlement, [], now, cancellationToken);
        return settlement;
    }
}
