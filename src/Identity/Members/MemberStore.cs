using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Keystone.Identity.Errors;
using Keystone.Identity.Sessions;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.Members;

/// <summary>Use cases around the members of a platform: list, invite, change roles, remove. What changes a member ends its sessions.</summary>
public sealed class MemberStore(NpgsqlDataSource database, TimeProvider time, WakeSignals? wake = null) : SqlStore(database)
{
    const string What = "Member";

    /// <summary>Most members of a platform.</summary>
    public const int Most = 500;

    /// <summary>Time for which an invitation holds.</summary>
    public static readonly TimeSpan InvitationLife = TimeSpan.FromHours(72);

    const string Columns = "m.id, p.email, p.name, m.roles, m.status, m.invitation_ends, m.created_at, m.updated_at";

    const string From = "identity.member m join identity.person p on p.id = m.person_id where m.platform_id = $1 and m.status <> 'removed'";

    const string SelectPage = $"select {Columns}, count(*) over () from {From} order by m.created_at, m.id limit $2 offset $3";

    /// <summary>Members of a platform, oldest first.</summary>
    public async Task<(IReadOnlyList<MemberView> Items, long Total)> ListAsync(Guid platform, int limit, int offset, CancellationToken cancellationToken)
    {
        List<MemberView> items = [];
        long total = 0;
        await using NpgsqlCommand select = Command(SelectPage, platform, limit, offset);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            items.Add(Read(row));
            total = row.GetInt64(8);
        }
        return (items, total);
    }

    const string SelectOne = $"select {Columns} from {From} and m.id = $2";

    /// <summary>A member of a platform.</summary>
    public async Task<IdentityResult<MemberView>> FindAsync(Guid platform, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, platform, id, cancellationToken) is { } found ? found : IdentityError.NotFound(What);
    }

    const string LockPlatform = """
        select count(m.id) from (select id from identity.platform where id = $1 for no key update) p left join identity.member m on m.platform_id = p.id and m.status <> 'removed'
        """;

    const string UpsertPerson = """
        insert into identity.person (id, user_name, normalized_user_name, email, normalized_email, name, security_stamp, concurrency_stamp, created_at)
        values ($1, $2, $3, $2, $3, $4::text, $5, $6, $7) on conflict (normalized_email) do update set concurrency_stamp = person.concurrency_stamp returning id
        """;

    // Whoever was removed can be invited again; whoever is a member already is not.
    const string UpsertMember = """
        insert into identity.member (id, platform_id, person_id, roles, status, invited_by, invitation_sha256, invitation_ends, created_at, updated_at)
        values ($1, $2, $3, $4, 'invited', $5, $6, $7, $8, $8)
        on conflict (platform_id, person_id) do update set roles = excluded.roles, status = 'invited', invited_by = excluded.invited_by, invitation_sha256 = excluded.invitation_sha256,
          invitation_ends = excluded.invitation_ends, updated_at = excluded.updated_at
        where member.status = 'removed' or (member.status = 'invited' and member.invitation_ends <= excluded.created_at) returning id
        """;

    /// <summary>Invites a person. The invitation's token is in this answer and in no other; whoever has it becomes the member.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="actor">Who invites; roles hold no scope that he lacks.</param>
    /// <param name="email">E-mail address.</param>
    /// <param name="name">Name for people.</param>
    /// <param name="roles">Roles, of <see cref="MemberRoles.All"/>.</param>
    /// <param name="faults">Faults that the host found; those of the rules are added.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityResult<InvitedMember>> InviteAsync(
        Guid platform, Actor actor, string? email, string? name, IReadOnlyList<string?>? roles, MemberFaults faults, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(faults);
        if (actor.Refuse(Scopes.MembersManage, time.GetUtcNow()) is { } forbidden) return forbidden;
        string? address = faults.Email("email", email, required: true), label = faults.Text("name", name);
        IReadOnlyList<string>? granted = faults.Words("roles", roles, role => MemberRoles.Refuse(role, actor));
        if (faults.Any) return IdentityError.Invalid(faults);
        DateTimeOffset now = time.UtcNowMicroseconds();
        string token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if ((long)(await Command(LockPlatform, connection, platform).ExecuteScalarAsync(cancellationToken))! >= Most)
            return new IdentityError("member_limit_reached", $"A platform has at most {Most} members.");
        // As ASP.NET Core Identity's normaliser writes it.
        Guid person = (Guid)(await Command(UpsertPerson, connection, Guid.CreateVersion7(now), address, address!.Normalize().ToUpperInvariant(), label,
            RandomNumberGenerator.GetHexString(32), Guid.CreateVersion7(now).ToString(), now).ExecuteScalarAsync(cancellationToken))!;
        object? id = await Command(UpsertMember, connection, Guid.CreateVersion7(now), platform, person, granted!.ToArray(), By(actor),
            SHA256.HashData(Encoding.UTF8.GetBytes(token)), now + InvitationLife, now).ExecuteScalarAsync(cancellationToken);
        if (id is not Guid member) return new IdentityError("member_exists", "This person is a member already, or is invited.");
        MemberView view = (await ReadAsync(connection, platform, member, cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return new InvitedMember(view, token);
    }

    const string SetRoles = "update identity.member set roles = $3, updated_at = $4 where platform_id = $1 and id = $2 and status <> 'removed'";

    /// <summary>Gives a member other roles in place of those before.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="actor">Who changes them; not the member itself.</param>
    /// <param name="id">The member.</param>
    /// <param name="roles">Roles, of <see cref="MemberRoles.All"/>.</param>
    /// <param name="faults">Faults that the host found; those of the rules are added.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityResult<MemberView>> ChangeRolesAsync(
        Guid platform, Actor actor, Guid id, IReadOnlyList<string?>? roles, MemberFaults faults, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(faults);
        if (actor.Refuse(Scopes.MembersManage, time.GetUtcNow()) is { } forbidden) return forbidden;
        if (actor.Caller?.MemberId == id) return Own();
        IReadOnlyList<string>? granted = faults.Words("roles", roles, role => MemberRoles.Refuse(role, actor));
        if (faults.Any) return IdentityError.Invalid(faults);
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(LockPlatform, connection, cancellationToken, platform);
        if (await ReadAsync(connection, platform, id, cancellationToken) is not { } before) return IdentityError.NotFound(What);
        if (before.Status == "active" && before.Roles.Contains(MemberRoles.PlatformManager) && !granted!.Contains(MemberRoles.PlatformManager)
            && !await IsManagedWithoutAsync(connection, platform, id, cancellationToken)) return LastManager();
        await RunAsync(SetRoles, connection, cancellationToken, platform, id, granted!.ToArray(), now);
        // What is open was opened with the roles of before.
        await SessionStore.EndAllAsync(connection, id, By(actor), now, cancellationToken);
        MemberView changed = (await ReadAsync(connection, platform, id, cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        wake?.Raise(WakeSignals.Sessions);
        return changed;
    }

    const string RemoveSql = """
        update identity.member set status = 'removed', invitation_sha256 = null, invitation_ends = null, updated_at = $3 where platform_id = $1 and id = $2 and status <> 'removed'
        """;

    // What a person made does not outlive its place.
    const string RevokeMade = "update identity.credential set status = 'revoked', revoked_at = $2 where member_id = $1 and status = 'active'";

    /// <summary>Removes a member and revokes the credentials that it made. Null when it is done.</summary>
    public async Task<IdentityError?> RemoveAsync(Guid platform, Actor actor, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        DateTimeOffset now = time.UtcNowMicroseconds();
        if (actor.Refuse(Scopes.MembersManage, now) is { } forbidden) return forbidden;
        if (actor.Caller?.MemberId == id) return Own();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(LockPlatform, connection, cancellationToken, platform);
        if (!actor.IsOperator && await ReadAsync(connection, platform, id, cancellationToken) is { Status: "active" } leaving && leaving.Roles.Contains(MemberRoles.PlatformManager)
            && !await IsManagedWithoutAsync(connection, platform, id, cancellationToken)) return LastManager();
        if (await RunAsync(RemoveSql, connection, cancellationToken, platform, id, now) == 0) return IdentityError.NotFound(What);
        await RunAsync(RevokeMade, connection, cancellationToken, id, now);
        await SessionStore.EndAllAsync(connection, id, By(actor), now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        wake?.Raise(WakeSignals.Sessions);
        return null;
    }

    const string CountManagers = """
        select count(*) from identity.member where platform_id = $1 and id <> $2 and status = 'active' and 'platform_manager' = any(roles)
        """;

    // Members without anybody who may invite and remove them would need the operator.
    static async Task<bool> IsManagedWithoutAsync(NpgsqlConnection connection, Guid platform, Guid member, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = Command(CountManagers, connection, platform, member);
        return (long)(await count.ExecuteScalarAsync(cancellationToken))! > 0;
    }

    static IdentityError LastManager() => new("last_manager", "This is the platform's last member with the role platform_manager. Give the role to another one first.");

    static string By(Actor actor) => actor.Caller?.Person ?? "operator";

    static IdentityError Own() => new("member_is_self", "Nobody changes his own roles or removes himself; another member does.");

    static async Task<MemberView?> ReadAsync(NpgsqlConnection connection, Guid platform, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectOne, connection, platform, id);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    static MemberView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), Text(row, 2), row.GetFieldValue<string[]>(3), row.GetString(4), Time(row, 5), row.GetFieldValue<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7));
}
