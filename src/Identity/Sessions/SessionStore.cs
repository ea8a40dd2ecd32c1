using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.Sessions;

/// <summary>Sessions of members: rows of <c>identity.session</c>.</summary>
internal sealed class SessionStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    const string Columns = """
        s.id, s.member_id, m.person_id, m.platform_id, pl.slug, pl.name, p.email, p.name, m.roles, s.method, s.address, s.user_agent, s.created_at, s.last_seen_at, s.present_at, s.expires_at
        """;

    // What ends a session without a word: time, the platform, the member, a changed password or passkey, a lock that the operator set.
    const string Live = """
        identity.session s join identity.member m on m.id = s.member_id join identity.person p on p.id = m.person_id left join identity.platform pl on pl.id = m.platform_id
        where s.ended_at is null and s.expires_at > $1 and s.last_seen_at > $2 and m.status = 'active' and s.stamp = p.security_stamp and (m.platform_id is null or pl.status = 'active')
          and (p.lockout_end is null or p.lockout_end <= $1)
        """;

    const string SelectOne = $"select {Columns} from {Live} and s.id = $3";

    /// <summary>The session, if it is live.</summary>
    public async Task<MemberSession?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlCommand select = Command(SelectOne, now, now - MemberSession.IdleLife, id);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    const string SelectLive = $"select s.id from {Live} and s.id = any($3)";

    /// <summary>Those of the sessions that are live.</summary>
    public async Task<IReadOnlySet<Guid>> LiveAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        HashSet<Guid> live = [];
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlCommand select = Command(SelectLive, now, now - MemberSession.IdleLife, ids.ToArray());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) live.Add(row.GetGuid(0));
        return live;
    }

    const string SelectOfMember = $"select {Columns} from {Live} and s.member_id = $3 order by s.created_at desc, s.id";

    /// <summary>Live sessions of a member, newest first.</summary>
    public async Task<IReadOnlyList<MemberSession>> ListAsync(Guid member, CancellationToken cancellationToken)
    {
        List<MemberSession> all = [];
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlCommand select = Command(SelectOfMember, now, now - MemberSession.IdleLife, member);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) all.Add(Read(row));
        return all;
    }

    // The stamp is read in the same statement: a change of it that commits before is felt, and one that commits later ends the session.
    const string Insert = """
        insert into identity.session (id, member_id, stamp, method, address, user_agent, created_at, last_seen_at, present_at, expires_at)
        select $1, m.id, p.security_stamp, $3, $4::text, $5::text, $6, $6, $8, $7
        from identity.member m join identity.person p on p.id = m.person_id left join identity.platform pl on pl.id = m.platform_id
        where m.id = $2 and m.status = 'active' and (m.platform_id is null or (pl.status = 'active' and (not pl.external_sign_in_only or $3 = 'external')))
          and (p.lockout_end is null or p.lockout_end <= $6)
        """;

    /// <summary>Opens a session; false when the member may not sign in this way.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="member">Member.</param>
    /// <param name="method">How the person signed in.</param>
    /// <param name="address">Address of the browser.</param>
    /// <param name="userAgent">What the browser calls itself.</param>
    /// <param name="before">The session that it goes on from, whose proof of presence and end it keeps; null for a new one.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task<bool> OpenAsync(Guid id, Guid member, string method, string? address, string? userAgent, MemberSession? before, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlCommand insert = Command(Insert, id, member, method, address, userAgent is { Length: > 255 } ? userAgent[..255] : userAgent, now,
            before?.ExpiresAt ?? now + MemberSession.Life, before?.PresentAt ?? now);
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string Touch = "update identity.session set last_seen_at = $2 where id = $1 and ended_at is null and last_seen_at < $2";

    public async Task TouchAsync(Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand touch = Command(Touch, id, time.UtcNowMicroseconds());
        await touch.ExecuteNonQueryAsync(cancellationToken);
    }

    const string SetPresent = "update identity.session set present_at = $2, last_seen_at = $2 where id = $1 and ended_at is null";

    public async Task SetPresentAsync(Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand present = Command(SetPresent, id, time.UtcNowMicroseconds());
        await present.ExecuteNonQueryAsync(cancellationToken);
    }

    const string End = "update identity.session set ended_at = $3, ended_by = $4 where id = $1 and ($2::uuid is null or member_id = $2) and ended_at is null";

    /// <summary>Ends a session, of a member where one is named. False when there is none that is not ended.</summary>
    public async Task<bool> EndAsync(Guid id, Guid? member, string by, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand end = Command(End, id, member, time.UtcNowMicroseconds(), by);
        return await end.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string EndOfMember = "update identity.session set ended_at = $2, ended_by = $3 where member_id = $1 and ended_at is null";

    /// <summary>Ends all sessions of a member in the caller's transaction.</summary>
    public static Task EndAllAsync(NpgsqlConnection connection, Guid member, string by, DateTimeOffset now, CancellationToken cancellationToken) =>
        RunAsync(EndOfMember, connection, cancellationToken, member, now, by);

    const string SelectMembers = """
        select m.id from identity.member m left join identity.platform pl on pl.id = m.platform_id
        where m.person_id = $1 and m.status = 'active' and (m.platform_id is null or pl.status = 'active')
        order by (select max(s.created_at) from identity.session s where s.member_id = m.id) desc nulls last, m.created_at, m.id
        """;

    /// <summary>Members that a person is, the one who signed in last first.</summary>
    public async Task<IReadOnlyList<Guid>> MembersAsync(Guid person, CancellationToken cancellationToken)
    {
        List<Guid> members = [];
        await using NpgsqlCommand select = Command(SelectMembers, person);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) members.Add(row.GetGuid(0));
        return members;
    }

    const string SelectEnvironments = """
        select e.id, e.slug, coalesce(e.name, e.slug), e.kind, e.chain_id from identity.environment e join identity.platform p on p.id = e.platform_id
        where e.platform_id = $1 and e.is_active and p.status = 'active' order by e.is_default desc, e.created_at, e.id
        """;

    /// <summary>Active environments of a platform, default ones first.</summary>
    public async Task<IReadOnlyList<MemberEnvironment>> EnvironmentsAsync(Guid platform, CancellationToken cancellationToken)
    {
        List<MemberEnvironment> all = [];
        await using NpgsqlCommand select = Command(SelectEnvironments, platform);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) all.Add(new MemberEnvironment(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4)));
        return all;
    }

    static MemberSession Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.IsDBNull(3) ? null : row.GetGuid(3), Text(row, 4), Text(row, 5), row.GetString(6), Text(row, 7), row.GetFieldValue<string[]>(8),
        row.GetString(9), Text(row, 10), Text(row, 11), row.GetFieldValue<DateTimeOffset>(12), row.GetFieldValue<DateTimeOffset>(13), row.GetFieldValue<DateTimeOffset>(14),
        row.GetFieldValue<DateTimeOffset>(15));
}
