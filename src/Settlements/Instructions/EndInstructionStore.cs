using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Activity;
using Npgsql;

namespace Keystone.Settlements.Instructions;

/// <summary>Ends instructions that were not matched, and tells those who were waiting for them.</summary>
internal sealed class EndInstructionStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string End = "update settlement.instruction set status = $2, updated_at = $3 where id = $1 and status = 'pending_match' and environment_id = $4";

    // Those that were compared with it and wait still.
    const string SelectOthers = """
        select o.id, o.environment_id, o.trade_reference, o.role from settlement.instruction_mismatch m join settlement.instruction o on o.id = m.other_id
        where m.instruction_id = $1 and o.status = 'pending_match' and o.environment_id <> $2
        """;

    const string SelectOne = "select id, environment_id, trade_reference, role from settlement.instruction where id = $1";

    const string LockReference = "select pg_advisory_xact_lock(hashtextextended('instruction ' || (select trade_reference from settlement.instruction where id = $1), 0))";

    /// <summary>Takes a pending instruction of the caller back; false when it was no longer pending.</summary>
    public async Task<bool> CancelAsync(Caller caller, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await EndAsync(connection, transaction, id, caller.EnvironmentId, "cancelled", now, cancellationToken)) return false;
        await ActivityStore.RecordAsync(connection, caller, "instruction", id.ToString(), now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    const string SelectOver = "select id, environment_id from settlement.instruction where status = 'pending_match' and expires_at <= $1 order by expires_at limit 200";

    /// <summary>Ends the instructions whose time is over; returns how many.</summary>
    public async Task<int> ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        List<(Guid Id, Guid Environment)> over = [];
        await using (NpgsqlDataReader rows = await Command(SelectOver, connection, now).ExecuteReaderAsync(cancellationToken))
            while (await rows.ReadAsync(cancellationToken)) over.Add((rows.GetGuid(0), rows.GetGuid(1)));
        int ended = 0;
        foreach ((Guid id, Guid environment) in over)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (!await EndAsync(connection, transaction, id, environment, "expired", now, cancellationToken)) continue;
            await transaction.CommitAsync(cancellationToken);
            ended++;
        }
        return ended;
    }

    static async Task<bool> EndAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id, Guid environment, string status, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await RunAsync(LockReference, connection, cancellationToken, id);
        if (await RunAsync(End, connection, cancellationToken, id, status, now, environment) == 0) return false;
        foreach (Recipient recipient in await ReadAsync(connection, SelectOne, [id], cancellationToken))
            await NotifyAsync(connection, transaction, "instruction." + status, recipient, status, now, cancellationToken);
        foreach (Recipient recipient in await ReadAsync(connection, SelectOthers, [id, environment], cancellationToken))
            await NotifyAsync(connection, transaction, "instruction.counterparty_" + status, recipient, "pending_match", now, cancellationToken);
        return true;
    }

    sealed record Recipient(Guid Id, Guid Environment, string Reference, string Role);

    static async Task<List<Recipient>> ReadAsync(NpgsqlConnection connection, string sql, object[] values, CancellationToken cancellationToken)
    {
        List<Recipient> recipient = [];
        await using NpgsqlCommand select = Command(sql, connection, values);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) recipient.Add(new Recipient(rows.GetGuid(0), rows.GetGuid(1), rows.GetString(2), rows.GetString(3)));
        return recipient;
    }

    static Task NotifyAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string type, Recipient recipient, string status, DateTimeOffset now, CancellationToken cancellationToken) =>
        InstructionMessages.NotifyAsync(connection, transaction, type, recipient.Environment, recipient.Id, recipient.Reference, recipient.Role, status, null, [], now, cancellationToken);
}
