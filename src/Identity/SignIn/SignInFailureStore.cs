using System.Security.Cryptography;
using System.Text;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.SignIn;

/// <summary>
/// Counts tries on the way of password and code, per name and address: five, then a pause of fifteen minutes. A stranger who guesses locks himself out, not the person;
/// passkeys are never counted. A name that nobody has is counted like any other, so the answers do not say whether it is known.
/// </summary>
internal sealed class SignInFailureStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    /// <summary>Tries before the pause.</summary>
    public const int Tries = 5;

    /// <summary>The pause, and the time after which older failures are forgotten.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    // Counted before the password is compared: of many requests at once no more than five get as far.
    const string Take = """
        insert into identity.sign_in_failure (name_sha256, address, failures, last_at) values ($1, $2, 1, $3)
        on conflict (name_sha256, address) do update set last_at = $3,
          failures = case when sign_in_failure.last_at <= $4 or sign_in_failure.locked_until is not null then 1 else sign_in_failure.failures + 1 end,
          locked_until = case when sign_in_failure.last_at > $4 and sign_in_failure.locked_until is null and sign_in_failure.failures + 1 >= $6 then $5 end
        where sign_in_failure.locked_until is null or sign_in_failure.locked_until <= $3
        returning failures
        """;

    const string SelectLock = "select locked_until from identity.sign_in_failure where name_sha256 = $1 and address = $2 and locked_until > $3";

    const string DeleteOld = "delete from identity.sign_in_failure where last_at < $1";

    /// <summary>Takes one try; null when it may be made, else the end of the pause.</summary>
    public async Task<DateTimeOffset?> TakeAsync(string name, string address, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using (NpgsqlCommand take = Command(Take, connection, Hash(name), address, now, now - Pause, now + Pause, Tries))
            if (await take.ExecuteScalarAsync(cancellationToken) is int)
            {
                await RunAsync(DeleteOld, connection, cancellationToken, now - Kept);
                return null;
            }
        return await LockedUntilAsync(name, address, cancellationToken) ?? now;
    }

    /// <summary>End of the pause; null when there is none.</summary>
    public async Task<DateTimeOffset?> LockedUntilAsync(string name, string address, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectLock, Hash(name), address, time.UtcNowMicroseconds());
        return await select.ExecuteScalarAsync(cancellationToken) is DateTime until ? new DateTimeOffset(until) : null;
    }

    const string GiveBack = "update identity.sign_in_failure set failures = greatest(failures - 1, 0), locked_until = null where name_sha256 = $1 and address = $2";

    /// <summary>The try was right.</summary>
    public async Task GiveBackAsync(string name, string address, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand give = Command(GiveBack, Hash(name), address);
        await give.ExecuteNonQueryAsync(cancellationToken);
    }

    const string Delete = "delete from identity.sign_in_failure where name_sha256 = $1 and address = $2";

    /// <summary>Signed in: failures of before do not count.</summary>
    public async Task ForgetAsync(string name, string address, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand delete = Command(Delete, Hash(name), address);
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }

    static byte[] Hash(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name.Trim().Normalize().ToUpperInvariant()));
}
