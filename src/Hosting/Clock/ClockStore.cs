using Keystone.Postgres;
using Npgsql;

namespace Keystone.Hosting.Clock;

/// <summary>The row that says how far business time is ahead.</summary>
public sealed class ClockStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string SelectOffset = "select offset_seconds from hosting.clock";

    const string AddToOffset = "update hosting.clock set offset_seconds = offset_seconds + $1 returning offset_seconds";

    /// <summary>The offset as it is now.</summary>
    public async Task<TimeSpan> ReadAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectOffset);
        return TimeSpan.FromSeconds((long)(await select.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>Moves business time forward; for the owner of the database alone.</summary>
    /// <param name="by">Whole seconds.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>The offset afterwards.</returns>
    public async Task<TimeSpan> AdvanceAsync(TimeSpan by, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand add = Command(AddToOffset, (long)by.TotalSeconds);
        return TimeSpan.FromSeconds((long)(await add.ExecuteScalarAsync(cancellationToken))!);
    }
}
