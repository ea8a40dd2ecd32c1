using System.Text.Json;
using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Settlements.Create;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Settlements.Instructions;

/// <summary>Reads instructions, each with its legs.</summary>
internal sealed class InstructionReadStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string Columns = """
        n.id, n.platform_id, n.environment_id, n.chain_id, n.idempotency_key, n.actor, n.trade_reference, n.counterparty_platform_slug, n.status, n.template_id, n.template_slug,
        n.template_version, n.role, n.counterparty_role, n.name, n.external_reference, n.asset_provider, n.lei, n.wallet, n.receive_wallet, n.refund_wallet, n.settlement_category,
        n.maturity_at, n.repo_rate, n.repayment_amount, n.repayment_units::text, n.cash_tolerance, n.timeout_at, n.expires_at, n.settlement_id, n.created_at, n.updated_at,
        n.date_of_birth, n.country
        """;

    const string SelectOne = $"select {Columns} from settlement.instruction n where n.environment_id = $1 and n.id = $2";

    const string SelectPage = $"""
        select {Columns} from settlement.instruction n where n.environment_id = $1 and ($2::text is null or n.status = $2) and ($3::text is null or n.trade_reference = $3)
        order by n.created_at desc, n.id desc limit $4 offset $5
        """;

    // In the order of the index: else the planner would rather read the whole of a small table.
    const string CountPage = """
        select count(*) from (select from settlement.instruction n where n.environment_id = $1 and ($2::text is null or n.status = $2) and ($3::text is null or n.trade_reference = $3)
          order by n.created_at desc, n.id desc limit 10001) matching
        """;

    // Those that name the platform come first: however many others wait under the reference, they do not stand before the one that is meant.
    const string SelectWaiting = $"""
        select {Columns} from settlement.instruction n where n.trade_reference = $1 and n.status = 'pending_match' and n.expires_at > $2 and n.id <> $3
          and not (n.environment_id = $4 and n.role = $5) and (n.counterparty_platform_slug is null or n.counterparty_platform_slug = $6)
        order by n.counterparty_platform_slug is null, n.created_at, n.id limit 200 for update
        """;

    const string SelectLegs = """
        select l.instruction_id, l.leg_index, l.type, l.as_sent, l.quantity, l.amount::text, l.token_id::text, l.tolerance::text, l.direction, l.external_reference,
          i.id, i.address, i.symbol, i.claimed_symbol, i.standard, i.decimals, i.code_hash
        from settlement.instruction_leg l join settlement.instrument i on i.id = l.instrument_id where l.instruction_id = any($1) order by l.instruction_id, l.leg_index
        """;

    const string SelectMismatches = """
        select m.instruction_id, m.fields, m.created_at from settlement.instruction_mismatch m join settlement.instruction o on o.id = m.other_id
        where m.instruction_id = any($1) and o.status = 'pending_match' order by m.created_at, m.other_id
        """;

    /// <summary>An instruction of the environment with what keeps it from being matched; null when it has none of that id.</summary>
    public async Task<(InstructionRecord Instruction, IReadOnlyList<InstructionMismatchView> Mismatches)?> FindAsync(Guid environment, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand select = Command(SelectOne, connection, environment, id);
        return (await WithMismatchesAsync(connection, await ReadAsync(connection, select, cancellationToken), cancellationToken)) is [var found] ? found : null;
    }

    /// <summary>A page of the environment's instructions, newest first, and how many match, counted to 10,001.</summary>
    public async Task<(IReadOnlyList<(InstructionRecord Instruction, IReadOnlyList<InstructionMismatchView> Mismatches)> Items, long Total)> ListAsync(
        Guid environment, string? status, string? reference, int limit, int offset, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        // One snapshot for all, or an instruction could be counted that is not listed.
        await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await using NpgsqlCommand select = new(SelectPage, connection), count = new(CountPage, connection);
        foreach (NpgsqlCommand command in new[] { select, count })
        {
            Bind(command, [environment]);
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)reference ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        }
        Bind(select, [limit, offset]);
        IReadOnlyList<InstructionRecord> items = await ReadAsync(connection, select, cancellationToken);
        return (await WithMismatchesAsync(connection, items, cancellationToken), (long)(await count.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>The pending instructions under the trade reference of one, without those of its own side and those that name another platform, locked.</summary>
    /// <param name="connection">Connection with the transaction.</param>
    /// <param name="instruction">The one.</param>
    /// <param name="platform">Slug of its platform.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<IReadOnlyList<InstructionRecord>> LockWaitingAsync(
        NpgsqlConnection connection, InstructionRecord instruction, string platform, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectWaiting, connection, instruction.TradeReference, now, instruction.Id, instruction.EnvironmentId, instruction.Role, platform);
        return await ReadAsync(connection, select, cancellationToken);
    }

    static async Task<IReadOnlyList<InstructionRecord>> ReadAsync(NpgsqlConnection connection, NpgsqlCommand select, CancellationToken cancellationToken)
    {
        List<InstructionRecord> found = [];
        await using (NpgsqlDataReader r = await select.ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
                found.Add(new InstructionRecord(
                    r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetInt64(3), r.GetString(4), r.GetString(5), r.GetString(6), Text(r, 7), r.GetString(8), r.GetGuid(9), r.GetString(10),
                    r.GetInt32(11), r.GetString(12), r.GetString(13), Text(r, 14), r.GetString(15), Text(r, 16), Text(r, 17), Wallet(r, 18)!.Value, Wallet(r, 19)!.Value, Wallet(r, 20)!.Value,
                    Text(r, 21), Time(r, 22), Text(r, 23), Text(r, 24), Text(r, 25) is { } units ? UInt256.Parse(units) : null, Text(r, 26), r.GetFieldValue<DateTimeOffset>(27),
                    r.GetFieldValue<DateTimeOffset>(28), r.IsDBNull(29) ? null : r.GetGuid(29), r.GetFieldValue<DateTimeOffset>(30), r.GetFieldValue<DateTimeOffset>(31))
                { DateOfBirth = Text(r, 32), Country = Text(r, 33) });
        if (found.Count == 0) return found;
        Dictionary<Guid, List<InstructionLeg>> legs = found.ToDictionary(one => one.Id, _ => new List<InstructionLeg>());
        await using (NpgsqlCommand select2 = Command(SelectLegs, connection, found.Select(one => one.Id).ToArray()))
        await using (NpgsqlDataReader r = await select2.ExecuteReaderAsync(cancellationToken))
            while (await r.ReadAsync(cancellationToken))
                legs[r.GetGuid(0)].Add(new InstructionLeg(r.GetInt32(1), r.GetString(2),
                    new Instrument(r.GetGuid(10), new Address(r.GetFieldValue<byte[]>(11)), Text(r, 12), Text(r, 13), r.GetString(14), r.GetInt16(15), new Hash32(r.GetFieldValue<byte[]>(16)), IsNew: false),
                    r.GetString(3), r.GetString(4), UInt256.Parse(r.GetString(5)), UInt256.Parse(r.GetString(6)), UInt256.Parse(r.GetString(7)), r.GetString(8), Text(r, 9)));
        return [.. found.Select(one => one with { Legs = legs[one.Id] })];
    }

    static async Task<IReadOnlyList<(InstructionRecord, IReadOnlyList<InstructionMismatchView>)>> WithMismatchesAsync(
        NpgsqlConnection connection, IReadOnlyList<InstructionRecord> items, CancellationToken cancellationToken)
    {
        List<(Guid Id, InstructionMismatchView View)> mismatches = [];
        Guid[] waiting = [.. items.Where(one => one.Status == "pending_match").Select(one => one.Id)];
        if (waiting.Length > 0)
        {
            await using NpgsqlCommand select = Command(SelectMismatches, connection, waiting);
            await using NpgsqlDataReader r = await select.ExecuteReaderAsync(cancellationToken);
            while (await r.ReadAsync(cancellationToken))
                mismatches.Add((r.GetGuid(0), new InstructionMismatchView(r.GetFieldValue<DateTimeOffset>(2), InstructionViewer.Fields(
                    JsonSerializer.Deserialize(r.GetString(1), MismatchFields.MismatchJson.Default.IReadOnlyListMismatchedField)!))));
        }
        ILookup<Guid, InstructionMismatchView> byId = mismatches.ToLookup(one => one.Id, one => one.View);
        return [.. items.Select(one => (one, (IReadOnlyList<InstructionMismatchView>)[.. byId[one.Id]]))];
    }
}
