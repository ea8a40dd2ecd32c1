using System.Security.Cryptography;
using System.Text;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Create;
using Keystone.Settlements.Templates;
using Npgsql;

namespace Keystone.Settlements.Repo;

/// <summary>Finds openings whose maturity is reached and makes their closings, each in one transaction.</summary>
internal sealed class RepoStore(NpgsqlDataSource database, CreateStore settlements, TemplateStore templates) : SqlStore(database)
{
    /// <summary>How often is said that an opening is not final.</summary>
    static readonly TimeSpan AlarmInterval = TimeSpan.FromDays(1);

    const string SelectDue = """
        select s.id from settlement.settlement s
        where s.maturity_at is not null and s.maturity_closed_at is null and (s.maturity_at <= $1 or s.maturity_ordered_at is not null) and s.outcome is distinct from 'failed'
          and (s.outcome is not null or s.maturity_alarmed_at is null or s.maturity_alarmed_at <= $2)
          and not exists (select from settlement.settlement c where c.parent_settlement_id = s.id)
        order by s.maturity_at limit 100
        """;

    /// <summary>Openings that are to be looked at.</summary>
    public async Task<IReadOnlyList<Guid>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await IdsAsync(SelectDue, [now, now - AlarmInterval], cancellationToken);

    // Said once of each.
    const string SelectFailed = """
        update settlement.settlement set maturity_alarmed_at = $1 where settlement_category = 'repo_close' and outcome = 'failed' and maturity_alarmed_at is null
        returning parent_settlement_id, id
        """;

    /// <summary>Closings that have failed and of which that was not said yet.</summary>
    public async Task<IReadOnlyList<ClosedRepo>> TakeFailedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<ClosedRepo> failed = [];
        await using NpgsqlCommand select = Command(SelectFailed, now);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) failed.Add(new ClosedRepo(rows.GetGuid(0), rows.GetGuid(1), RepoOutcome.CloseFailed));
        return failed;
    }

    const string LockOpening = """
        select s.id, s.environment_id, s.type, s.template_id, s.template_version, s.chain_id, s.maturity_at, s.repayment_amount, s.repayment_units::text,
          s.outcome is not distinct from 'finalized', s.external_reference, s.trade_reference
        from settlement.settlement s where s.id = $1 and s.maturity_at is not null and s.outcome is distinct from 'failed'
          and not exists (select from settlement.settlement c where c.parent_settlement_id = s.id)
        for no key update of s skip locked
        """;

    const string SelectParties = """
        select role, platform_id, environment_id, name, external_reference, asset_provider, lei, wallet, receive_wallet, refund_wallet, date_of_birth, country from settlement.party
        where settlement_id = $1 order by ordinal
        """;

    const string SelectLegs = """
        select l.type, l.as_sent, l.quantity, l.token_id::text, l.amount::text, l.direction, l.party_role, l.recipient_role, l.giver_role, l.taker_role, l.external_reference,
          i.id, i.address, i.symbol, i.claimed_symbol, i.standard, i.decimals, i.code_hash
        from settlement.leg l join settlement.instrument i on i.id = l.instrument_id where l.settlement_id = $1 order by l.leg_index
        """;

    // So that an opening is not looked at again; that it has one closing is held by the index of those.
    const string MarkClosed = "update settlement.settlement set maturity_closed_at = $2 where id = $1";

    const string MarkAlarmed = "update settlement.settlement set maturity_alarmed_at = $2 where id = $1";

    /// <summary>Makes the closing of an opening, if it is final; null when another process has it, or has made the closing.</summary>
    public async Task<ClosedRepo?> CloseAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await ReadAsync(connection, id, cancellationToken) is not { } opening) return null;
        if (!opening.IsFinal)
        {
            await RunAsync(MarkAlarmed, connection, cancellationToken, id, now);
            await transaction.CommitAsync(cancellationToken);
            return new ClosedRepo(id, null, RepoOutcome.NotFinal);
        }
        EnvironmentView owner = (await EnvironmentReader.ReadAsync(connection, [opening.EnvironmentId], cancellationToken))[0];
        Guid[] sides = [.. opening.Parties.Select(party => party.EnvironmentId).Distinct()];
        Guid[] suspended = [.. sides.Except(await EnvironmentReader.ActiveAsync(connection, sides, cancellationToken))];
        Instruction closing = opening.Close(await templates.FindAsync(connection, opening.TemplateId, opening.TemplateVersion, cancellationToken), owner, suspended, now);
        Caller keeper = new("keeper", [], owner.PlatformId, owner.PlatformSlug, owner.PlatformName, owner.Id, owner.Slug, owner.Kind, opening.ChainId, 0, 0, owner.DisclosesName);
        CreateStore.Stored made = await settlements.WriteAsync(connection, transaction, closing, keeper,
            SHA256.HashData(Encoding.UTF8.GetBytes(closing.IdempotencyKey)), now, cancellationToken);
        if (made.Settlement is not { } settlement) return null;
        await RunAsync(MarkClosed, connection, cancellationToken, id, now);
        await transaction.CommitAsync(cancellationToken);
        return new ClosedRepo(id, settlement.Id, suspended.Length > 0 ? RepoOutcome.Held : RepoOutcome.Closed);
    }

    static async Task<RepoOpening?> ReadAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        RepoOpening opening;
        await using (NpgsqlDataReader r = await Command(LockOpening, connection, id).ExecuteReaderAsync(cancellationToken))
        {
            if (!await r.ReadAsync(cancellationToken)) return null;
            opening = new RepoOpening(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetGuid(3), r.GetInt32(4), r.GetInt64(5), r.GetFieldValue<DateTimeOffset>(6), r.GetString(7),
                UInt256.Parse(r.GetString(8)), r.GetBoolean(9), Text(r, 10), Text(r, 11));
        }
        List<InstructedParty> parties = [];
        await using (NpgsqlDataReader r = await Command(SelectParties, connection, id).ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
                parties.Add(new InstructedParty(r.GetString(0), r.GetGuid(1), r.GetGuid(2), false, Text(r, 3), Text(r, 4), Text(r, 5), Text(r, 6), Wallet(r, 7), Wallet(r, 8), Wallet(r, 9), null, null)
                { DateOfBirth = Text(r, 10), Country = Text(r, 11) });
        List<InstructedLeg> legs = [];
        await using (NpgsqlDataReader r = await Command(SelectLegs, connection, id).ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
                legs.Add(new InstructedLeg(r.GetString(0),
                    new Instrument(r.GetGuid(11), new Address(r.GetFieldValue<byte[]>(12)), Text(r, 13), Text(r, 14), r.GetString(15), r.GetInt16(16), new Hash32(r.GetFieldValue<byte[]>(17)), IsNew: false),
                    r.GetString(1), r.GetString(2), UInt256.Parse(r.GetString(3)), UInt256.Parse(r.GetString(4)), r.GetString(5), r.GetString(6), r.GetString(7), r.GetString(8), r.GetString(9), Text(r, 10)));
        return opening with { Parties = parties, Legs = legs };
    }

    const string OrderSql = """
        update settlement.settlement s set maturity_ordered_at = coalesce(maturity_ordered_at, $2)
        where id = $1 and maturity_at is not null and outcome is distinct from 'failed' returning exists (select from settlement.settlement c where c.parent_settlement_id = s.id)
        """;

    /// <summary>Wants the closing before maturity; null when the settlement is no opening that can be closed, else whether the closing was made before.</summary>
    public async Task<bool?> OrderAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand order = Command(OrderSql, id, now);
        return await order.ExecuteScalarAsync(cancellationToken) as bool?;
    }

    async Task<IReadOnlyList<Guid>> IdsAsync(string sql, object[] values, CancellationToken cancellationToken)
    {
        List<Guid> ids = [];
        await using NpgsqlCommand select = Command(sql, values);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) ids.Add(rows.GetGuid(0));
        return ids;
    }
}
