using Npgsql;

namespace Keystone.Postgres;

/// <summary>Signals between processes: LISTEN and NOTIFY, never inside a transaction that matters, since NOTIFY serialises commits.</summary>
internal sealed class WakeStore(NpgsqlDataSource database)
{
    // A signal that is lost in a crash costs one poll: its commit does not wait for the disk.
    const string NotifySql = "select set_config('synchronous_commit', 'off', true), pg_notify('keystone_wake', $1)";

    const string ListenSql = "listen keystone_wake";

    /// <summary>Tells the other processes, in a statement of its own.</summary>
    public async Task PublishAsync(string loop, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand notify = database.CreateCommand(NotifySql);
        notify.Parameters.AddWithValue(loop);
        await notify.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Hears signals on a connection of its own until it breaks or is cancelled.</summary>
    public async Task HearAsync(Action listening, Action<string> heard, CancellationToken cancellationToken)
    {
        // A pooled connection would go back with its LISTEN undone, or not undone.
        NpgsqlConnectionStringBuilder own = new(database.ConnectionString) { Pooling = false };
        await using NpgsqlConnection template = database.CreateConnection();
        await using NpgsqlConnection connection = template.CloneWith(own.ConnectionString);
        connection.Notification += (_, notification) => heard(notification.Payload);
        await connection.OpenAsync(cancellationToken);
        await using (NpgsqlCommand listen = new(ListenSql, connection)) await listen.ExecuteNonQueryAsync(cancellationToken);
        listening();
        while (true) await connection.WaitAsync(cancellationToken);
    }
}
