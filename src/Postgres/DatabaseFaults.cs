using System.Data.Common;
using Npgsql;

namespace Keystone.Postgres;

/// <summary>Which failures of the database pass by themselves.</summary>
public static class DatabaseFaults
{
    /// <summary>
    /// True when nothing was committed and the same work may succeed a moment later: the connection was lost or refused, the server ends or starts, has no room,
    /// or took the statement or the session for too slow. False for what fails again: a statement that breaks a rule, a table or a right that is missing.
    /// </summary>
    /// <param name="fault">What the driver threw.</param>
    public static bool IsRetryable(DbException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        // Without a state it is the driver that lost its connection, in whatever way; two commands at once on one are a fault of ours.
        if (fault is NpgsqlException and not PostgresException) return fault is not NpgsqlOperationInProgressException;
        return fault.IsTransient || fault is PostgresException { SqlState: "0A000", Routine: "RevalidateCachedQuery" } || fault.SqlState is
            ['0', '8', ..]     // the connection
            or ['4', '0', ..]  // rolled back: serialization, deadlock
            or ['5', '3', ..]  // no room: connections, memory, disk
            or ['5', '7', ..]  // shut down, cancelled by a timeout, not ready yet
            or ['5', '8', ..]  // the server's own input and output
            or "25P03"         // the session was idle in its transaction too long: the process stalled
            or "25P04"         // the transaction as a whole took too long
            or "25006"         // the server is a standby: a takeover is going on
            or "26000"         // a prepared statement that is no more: the driver prepares it anew
            or "55P03" or "55006"; // a lock or an object that another session holds
    }

    /// <summary>
    /// True when a row of another transaction was in the way, or one that this transaction refers to went away. Nothing was committed; the same work finds a moment later what the other
    /// has made, and answers it by its own rules.
    /// </summary>
    /// <param name="fault">What the driver threw.</param>
    public static bool IsCollision(DbException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation or PostgresErrorCodes.ForeignKeyViolation;
    }
}
