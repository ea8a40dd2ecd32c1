using Keystone.Compliance;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Screening;

/// <summary>Has parties of a live settlement screened again, in the caller's transaction. What was decided about them before does not count.</summary>
internal static class RescreenStore
{
    /// <summary>A live settlement that is locked.</summary>
    /// <param name="Status">Status of its compliance.</param>
    /// <param name="Visited">States that it has been in.</param>
    public readonly record struct Locked(string Status, int Visited);

    const string LockSql = "select compliance_status, cardinality(path) from settlement.settlement where id = $1 and closed_at is null for no key update";

    const string RescreenSql = "insert into settlement.rescreen (id, settlement_id, party_id, check_round, change_id, created_at) values ($1, $2, $3, $4, $5, $6)";

    const string WakeSql = "update settlement.settlement set due_at = $2 where id = $1";

    /// <summary>Locks a settlement; null when it has ended.</summary>
    public static async Task<Locked?> LockAsync(NpgsqlConnection connection, Guid settlement, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch locked = new(connection) { BatchCommands = { SqlStore.BatchCommand(LockSql, settlement) } };
        await using NpgsqlDataReader row = await locked.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new Locked(row.GetString(0), row.GetInt32(1)) : null;
    }

    /// <summary>Asks anew about parties; false where their first check is still to come, which asks anyhow.</summary>
    /// <param name="connection">Connection with the transaction that holds the settlement.</param>
    /// <param name="settlement">The settlement.</param>
    /// <param name="state">From <see cref="LockAsync"/>.</param>
    /// <param name="parties">Whom.</param>
    /// <param name="cause">The change of a list, or the check about which a provider sent a worse result.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task<bool> AskAsync(
        NpgsqlConnection connection, Guid settlement, Locked state, IReadOnlyCollection<Guid> parties, Guid cause, DateTimeOffset now, CancellationToken cancellationToken)
    {
        int latest = (await ScreeningStore.ReadLatestAsync(connection, settlement, cancellationToken)).Number;
        if (parties.Count == 0 || latest == 0) return false;
        // A check that is going on, or was made for this visit, is asked anew; otherwise the visit gets a round of its own, and the evidence of the one before stays its latest answer.
        bool again = state.Status is "checking" or "review" || latest == state.Visited;
        await using NpgsqlBatch write = new(connection);
        foreach (Guid party in parties)
        {
            if (again) await ScreeningStore.AskAgainAsync(connection, settlement, party, now, cancellationToken);
            write.BatchCommands.Add(SqlStore.BatchCommand(RescreenSql, Guid.CreateVersion7(now), settlement, party, again ? latest : state.Visited, cause, now));
        }
        write.BatchCommands.Add(SqlStore.BatchCommand(WakeSql, settlement, now));
        await write.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }
}
