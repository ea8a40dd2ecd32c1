using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.SignIn;

/// <summary>Remembers the newest step whose code was taken.</summary>
internal sealed class TotpStore(NpgsqlDataSource database) : SqlStore(database)
{
    // Comparison and change are one statement: of two requests with the same code one gets the row.
    const string TakeStep = "update identity.person set totp_last_step = $2 where id = $1 and (totp_last_step is null or totp_last_step < $2)";

    /// <summary>True when the step is newer than all that were taken, and is taken now.</summary>
    public async Task<bool> TakeStepAsync(Guid person, long step, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand take = Command(TakeStep, person, step);
        return await take.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
