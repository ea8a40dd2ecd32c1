using Keystone.Identity.Errors;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.Platforms;

/// <summary>Whether the members of a platform sign in at the external provider alone.</summary>
public sealed class ProviderSignInStore(NpgsqlDataSource database, TimeProvider time, WakeSignals? wake = null) : SqlStore(database)
{
    const string Select = "select external_sign_in_only from identity.platform where id = $1";

    /// <summary>True when they do.</summary>
    public async Task<bool> FindAsync(Guid platform, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(Select, platform);
        return await select.ExecuteScalarAsync(cancellationToken) is true;
    }

    const string Update = "update identity.platform set external_sign_in_only = $2, updated_at = $3 where id = $1";

    const string EndOthers = """
        update identity.session s set ended_at = $2, ended_by = $3 from identity.member m
        where m.id = s.member_id and m.platform_id = $1 and s.method <> 'external' and s.ended_at is null
        """;

    /// <summary>Sets it. Sessions that were opened otherwise end with it. Null when it is done.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="actor">Who sets it.</param>
    /// <param name="method">How he signed in: only who came from the provider knows that it lets him in.</param>
    /// <param name="isOnly">Members sign in there alone.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityError?> SetAsync(Guid platform, Actor actor, string method, bool isOnly, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        DateTimeOffset now = time.UtcNowMicroseconds();
        if (actor.Refuse(Scopes.PlatformManage, now) is { } forbidden) return forbidden;
        if (isOnly && !actor.IsOperator && method != "external")
            return new IdentityError("would_lock_out", "You did not sign in at the provider, so it would shut you out. Sign in there first, then require it.");
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(Update, connection, cancellationToken, platform, isOnly, now);
        if (isOnly) await RunAsync(EndOthers, connection, cancellationToken, platform, now, actor.Caller?.Person ?? "operator");
        await transaction.CommitAsync(cancellationToken);
        wake?.Raise(WakeSignals.Sessions);
        return null;
    }
}
