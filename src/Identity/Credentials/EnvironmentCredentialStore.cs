using Keystone.Identity.Errors;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.Credentials;

/// <summary>Use cases around the credentials of an environment: list, read, make, rotate, revoke. Nobody gives more than he has.</summary>
public sealed class EnvironmentCredentialStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    const string What = "Credential";
    const int MostActive = 50;

    /// <summary>Time for which the secret before a rotation stays valid when none is named.</summary>
    public const int DefaultOverlapSeconds = 86_400;

    /// <summary>Longest such time.</summary>
    public const int LongestOverlapSeconds = 604_800;

    const string Columns = """
        c.client_id, c.name, c.scopes, case when c.status = 'active' and c.expires_at <= $1 then 'expired' else c.status end, c.issuer, c.created_at, c.expires_at, c.revoked_at,
        c.last_used_at, c.last_used_address,
        array(select s.created_at from identity.credential_secret s where s.client_id = c.client_id and (s.valid_until is null or s.valid_until > $1) order by s.ordinal desc),
        array(select coalesce(s.valid_until, 'infinity') from identity.credential_secret s where s.client_id = c.client_id and (s.valid_until is null or s.valid_until > $1) order by s.ordinal desc)
        """;

    const string SelectPage = $"""
        select {Columns}, count(*) over () from identity.credential c where c.environment_id = $2 order by c.created_at, c.client_id limit $3 offset $4
        """;

    /// <summary>Credentials of an environment, revoked ones too, oldest first.</summary>
    public async Task<(IReadOnlyList<CredentialView> Items, long Total)> ListAsync(Guid environment, int limit, int offset, CancellationToken cancellationToken)
    {
        List<CredentialView> items = [];
        long total = 0;
        await using NpgsqlCommand select = Command(SelectPage, time.GetUtcNow(), environment, limit, offset);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            items.Add(Read(row));
            total = row.GetInt64(12);
        }
        return (items, total);
    }

    const string SelectOne = $"select {Columns} from identity.credential c where c.environment_id = $2 and c.client_id = $3";

    /// <summary>A credential of an environment.</summary>
    public async Task<IdentityResult<CredentialView>> FindAsync(Guid environment, string clientId, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, environment, clientId, time.GetUtcNow(), cancellationToken) is { } found ? found : IdentityError.NotFound(What);
    }

    const string CountActive = """
        select count(c.client_id) from (select id from identity.environment where id = $1 for no key update) e left join identity.credential c on c.environment_id = e.id and c.status = 'active'
        """;

    /// <summary>Makes a credential. Its secret is in this answer and in no other.</summary>
    /// <param name="environment">Its environment.</param>
    /// <param name="actor">Who makes it; it gets no scope that the maker lacks.</param>
    /// <param name="scopes">Its scopes.</param>
    /// <param name="name">Name for people.</param>
    /// <param name="expiresAt">End of its validity; null for none.</param>
    /// <param name="faults">Faults that the host found; those of the rules are added.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityResult<CreatedCredential>> CreateAsync(
        Guid environment, Actor actor, IReadOnlyList<string?>? scopes, string? name, DateTimeOffset? expiresAt, MemberFaults faults, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(faults);
        if (actor.Refuse(Scopes.PlatformManage, time.GetUtcNow()) is { } forbidden) return forbidden;
        DateTimeOffset now = time.UtcNowMicroseconds();
        IReadOnlyList<string>? granted = faults.Words("scopes", scopes, scope =>
            Scopes.Unknown([scope], ofOperator: false) is not null ? $"There is no such scope. Use some of: {string.Join(", ", Scopes.OfTenants.Select(known => known.Name))}."
            : actor.Lacking([scope]).Any() ? "You do not have this scope yourself, so you cannot give it." : null);
        string? label = faults.Text("name", name);
        if (expiresAt <= now) faults.Add("expires_at", "out_of_range", "expires_at must lie in the future.");
        if (faults.Any) return IdentityError.Invalid(faults);
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if ((long)(await Command(CountActive, connection, environment).ExecuteScalarAsync(cancellationToken))! >= MostActive)
            return new IdentityError("credential_limit_reached", $"An environment has at most {MostActive} active credentials. Revoke one first.");
        CreatedCredential made = await InsertAsync(connection, environment, actor, granted!, label, expiresAt, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return made;
    }

    internal static async Task<CreatedCredential> InsertAsync(
        NpgsqlConnection connection, Guid environment, Actor actor, IReadOnlyList<string> scopes, string? name, DateTimeOffset? expiresAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        NewCredential made = await CredentialWriteStore.InsertAsync(connection, new CredentialWriteStore.Wanted(environment, scopes)
        {
            Name = name,
            Member = actor.Caller?.MemberId,
            MadeBy = actor.Caller is { MemberId: null } caller ? caller.MadeBy ?? caller.ClientId : null,
            ExpiresAt = expiresAt,
        }, now, cancellationToken);
        return new CreatedCredential((await ReadAsync(connection, environment, made.ClientId, now, cancellationToken))!, made.ClientSecret);
    }

    const string LockSql = """
        select c.scopes, coalesce(c.member_id::text, c.made_by, c.client_id), e.four_eyes, c.issuer is not null from identity.credential c
        join identity.environment e on e.id = c.environment_id where c.environment_id = $1 and c.client_id = $2 and c.status = 'active' for no key update of c
        """;

    // Two secrets live: the one before the last ends with the rotation.
    const string EndSecrets = """
        update identity.credential_secret s set valid_until = case when s.ordinal = (select max(ordinal) from identity.credential_secret where client_id = $1) then $2 else $3 end
        where s.client_id = $1 and (s.valid_until is null or s.valid_until > $3)
        """;

    /// <summary>Gives a credential a new secret; the one before it stays valid for a time, an older one ends.</summary>
    /// <param name="environment">Its environment.</param>
    /// <param name="actor">Who rotates.</param>
    /// <param name="clientId">The credential.</param>
    /// <param name="overlapSeconds">Time for which the present secret stays valid; null: a day.</param>
    /// <param name="faults">Faults that the host found; those of the rules are added.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityResult<CreatedCredential>> RotateAsync(
        Guid environment, Actor actor, string clientId, long? overlapSeconds, MemberFaults faults, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(faults);
        if (actor.Refuse(Scopes.PlatformManage, time.GetUtcNow()) is { } forbidden) return forbidden;
        int overlap = faults.Number("overlap_seconds", overlapSeconds, 0, LongestOverlapSeconds) ?? DefaultOverlapSeconds;
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand find = Command(LockSql, connection, environment, clientId))
        await using (NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return IdentityError.NotFound(What);
            if (row.GetBoolean(3)) return new IdentityError("credential_external", "The secret of this credential is kept by its external issuer; rotate it there.");
            // Whoever holds the new secret is the credential: that is no way to another one's scopes, or to a second person.
            bool own = actor.Caller is { } caller && caller.Person == row.GetString(1);
            if (actor.Lacking(row.GetFieldValue<string[]>(0)).Any() || (row.GetBoolean(2) && !actor.IsOperator && !own))
                return new IdentityError("credential_of_another", "This credential may do more than yours, or stands for another person. Its owner or the operator rotates it.");
        }
        if (faults.Any) return IdentityError.Invalid(faults);
        await RunAsync(EndSecrets, connection, cancellationToken, clientId, now.AddSeconds(overlap), now);
        string secret = await CredentialWriteStore.AddSecretAsync(connection, clientId, now, cancellationToken);
        CredentialView view = (await ReadAsync(connection, environment, clientId, now, cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return new CreatedCredential(view, secret);
    }

    const string RevokeSql = "update identity.credential set status = 'revoked', revoked_at = $3 where environment_id = $1 and client_id = $2 and status = 'active'";

    /// <summary>Ends a credential; its tokens are refused within five seconds. Null when it is done.</summary>
    /// <param name="environment">Its environment.</param>
    /// <param name="actor">Who revokes it.</param>
    /// <param name="clientId">The credential.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IdentityError?> RevokeAsync(Guid environment, Actor actor, string clientId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Refuse(Scopes.PlatformManage, time.GetUtcNow()) is { } forbidden) return forbidden;
        await using NpgsqlCommand revoke = Command(RevokeSql, environment, clientId, time.UtcNowMicroseconds());
        return await revoke.ExecuteNonQueryAsync(cancellationToken) == 1 ? null : IdentityError.NotFound(What);
    }

    static async Task<CredentialView?> ReadAsync(NpgsqlConnection connection, Guid environment, string clientId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectOne, connection, now, environment, clientId);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    static CredentialView Read(NpgsqlDataReader row)
    {
        DateTime[] made = row.GetFieldValue<DateTime[]>(10), ends = row.GetFieldValue<DateTime[]>(11);
        return new CredentialView(row.GetString(0), Text(row, 1), row.GetFieldValue<string[]>(2), row.GetString(3), Text(row, 4), row.GetFieldValue<DateTimeOffset>(5), Time(row, 6), Time(row, 7),
            Time(row, 8), Text(row, 9), [.. made.Zip(ends, (from, until) => new SecretView(from, until == DateTime.MaxValue ? null : until))]);
    }
}
