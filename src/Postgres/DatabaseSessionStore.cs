using Npgsql;

namespace Keystone.Postgres;

/// <summary>Looks at the database as a service needs it: whether it answers, how it is reached, and what time it has.</summary>
/// <param name="database">The database.</param>
/// <param name="time">This machine's time.</param>
public sealed class DatabaseSessionStore(NpgsqlDataSource database, TimeProvider time)
{
    const string SessionSql = "select clock_timestamp(), current_setting('idle_in_transaction_session_timeout')";

    /// <summary>Opens a connection and looks.</summary>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public async Task<DatabaseSession> ReadAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = new(SessionSql, connection);
        DateTimeOffset before = time.GetUtcNow();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        DateTimeOffset theirs = row.GetFieldValue<DateTimeOffset>(0), after = time.GetUtcNow();
        // Between the two readings of ours lies theirs; only what is outside of them is a difference.
        TimeSpan difference = theirs < before ? before - theirs : theirs > after ? theirs - after : TimeSpan.Zero;
        return new DatabaseSession(difference, row.GetString(1) is not ("0" or ""));
    }
}
