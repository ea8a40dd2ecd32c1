using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Keystone.Identity.Errors;
using Keystone.Identity.Sessions;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.Members;

/// <summary>
/// Members of the operator, who belong to no platform, and members who are made active without an invitation. Both are for the owner of the database alone: the API's role may
/// write neither.
/// </summary>
public sealed class OperatorMemberStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    const string UpsertPerson = """
        insert into identity.person (id, user_name, normalized_user_name, email, normalized_email, name, security_stamp, concurrency_stamp, created_at)
        values ($1, $2, $3, $2, $3, $4::text, $5, $6, $7) on conflict (normalized_email) do update set concurrency_stamp = person.concurrency_stamp returning id
        """;

    const string UpsertOperator = """
        insert into identity.member (id, platform_id, person_id, roles, status, invited_by, invitation_sha256, invitation_ends, created_at, updated_at)
        values ($1, null, $2, array['operator'], 'invited', 'operator', $3, $4, $5, $5)
        on conflict (person_id) where platform_id is null do update set status = 'invited', invitation_sha256 = excluded.invitation_sha256, invitation_ends = excluded.invitation_ends,
          updated_at = excluded.updated_at
        where member.status <> 'active' returning id
        """;

    /// <summary>Invites a person to the operator's members.</summary>
    /// <returns>Id of the member and the invitation's token, which is here and nowhere else.</returns>
    /// <exception cref="PlatformException">The address is none, or the person is a member of the operator already.</exception>
    public async Task<(Guid Member, string Token)> InviteAsync(string email, string? name, CancellationToken cancellationToken)
    {
        MemberFaults faults = new();
        string? address = faults.Email("email", email, required: true), label = faults.Text("name", name);
        if (faults.Any) throw IdentityError.Invalid(faults).ToException();
        DateTimeOffset now = time.UtcNowMicroseconds();
        string token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        Guid person = await PersonAsync(connection, address!, label, now, cancellationToken);
        if (await Command(UpsertOperator, connection, Guid.CreateVersion7(now), person, SHA256.HashData(Encoding.UTF8.GetBytes(token)), now + MemberStore.InvitationLife, now)
            .ExecuteScalarAsync(cancellationToken) is not Guid member)
            throw new PlatformException("This person is a member of the operator already.");
        await transaction.CommitAsync(cancellationToken);
        return (member, token);
    }

    const string SelectAll = """
        select m.id, p.email, p.name, m.roles, m.status, m.invitation_ends, m.created_at, m.updated_at from identity.member m join identity.person p on p.id = m.person_id
        where m.platform_id is null and m.status <> 'removed' order by m.created_at, m.id
        """;

    /// <summary>Members of the operator, oldest first.</summary>
    public async Task<IReadOnlyList<MemberView>> ListAsync(CancellationToken cancellationToken)
    {
        List<MemberView> all = [];
        await using NpgsqlCommand select = Command(SelectAll);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            all.Add(new MemberView(row.GetGuid(0), row.GetString(1), Text(row, 2), row.GetFieldValue<string[]>(3), row.GetString(4), Time(row, 5), row.GetFieldValue<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7)));
        return all;
    }

    const string Remove = """
        update identity.member set status = 'removed', invitation_sha256 = null, invitation_ends = null, updated_at = $2 where id = $1 and platform_id is null and status <> 'removed'
        """;

    /// <summary>Removes a member of the operator; its open pages end within five seconds.</summary>
    /// <exception cref="PlatformException">There is no such member.</exception>
    public async Task RemoveAsync(Guid member, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await RunAsync(Remove, connection, cancellationToken, member, now) == 0) throw new PlatformException($"There is no member {member} of the operator.");
        await SessionStore.EndAllAsync(connection, member, "operator", now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    const string ClearPerson = """
        update identity.person set password_hash = null, totp_key = null, totp_last_step = null, two_factor_enabled = false, lockout_end = null, security_stamp = $2, concurrency_stamp = $3
        where normalized_email = $1 returning id
        """;

    static readonly string[] ClearRest =
        ["delete from identity.passkey where person_id = $1", "delete from identity.external_login where person_id = $1", "delete from identity.recovery_code where person_id = $1"];

    const string Reinvite = """
        update identity.member set status = 'invited', invitation_sha256 = $3, invitation_ends = $4, updated_at = $5
        where person_id = $1 and platform_id is not distinct from $2::uuid and status <> 'removed' returning id
        """;

    /// <summary>
    /// For a person who has lost everything: takes away what the person signs in with, ends every session, and invites the person anew to one place. Whoever has the link sets
    /// what is used from then on, in all places of the person, so only the owner of the database does this.
    /// </summary>
    /// <param name="platform">The place; null for the operator.</param>
    /// <param name="email">E-mail address.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>Id of the member and the invitation's token, which is here and nowhere else.</returns>
    /// <exception cref="PlatformException">The address is no member's there.</exception>
    public async Task<(Guid Member, string Token)> RecoverAsync(Guid? platform, string email, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(email);
        DateTimeOffset now = time.UtcNowMicroseconds();
        string token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await Command(ClearPerson, connection, email.Normalize().ToUpperInvariant(), RandomNumberGenerator.GetHexString(32), Guid.CreateVersion7(now).ToString())
            .ExecuteScalarAsync(cancellationToken) is not Guid person)
            throw new PlatformException($"Nobody here has the address {email}.");
        foreach (string clear in ClearRest) await RunAsync(clear, connection, cancellationToken, person);
        if (await Command(Reinvite, connection, person, platform, SHA256.HashData(Encoding.UTF8.GetBytes(token)), now + MemberStore.InvitationLife, now).ExecuteScalarAsync(cancellationToken)
            is not Guid member)
            throw new PlatformException($"{email} is no member there.");
        await transaction.CommitAsync(cancellationToken);
        return (member, token);
    }

    const string SelectMember = "select id from identity.member where person_id = $1 and platform_id is not distinct from $2::uuid";

    const string InsertMember = """
        insert into identity.member (id, platform_id, person_id, roles, status, invited_by, created_at, updated_at) values ($1, $2::uuid, $3, $4, 'active', 'operator', $5, $5)
        """;

    const string SetActive = "update identity.member set roles = $2, status = 'active', invitation_sha256 = null, invitation_ends = null, updated_at = $3 where id = $1";

    /// <summary>Makes an active member without an invitation, or an existing one active: for a system of one machine, whose members sign in without a proof.</summary>
    /// <param name="platform">Platform; null for the operator.</param>
    /// <param name="email">E-mail address.</param>
    /// <param name="name">Name for people.</param>
    /// <param name="roles">Roles; <c>operator</c> without a platform.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<(Guid Person, Guid Member)> EnsureActiveAsync(Guid? platform, string email, string? name, IReadOnlyList<string> roles, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        Guid person = await PersonAsync(connection, email, name, now, cancellationToken);
        if (await Command(SelectMember, connection, person, platform).ExecuteScalarAsync(cancellationToken) is Guid known)
        {
            await RunAsync(SetActive, connection, cancellationToken, known, roles.ToArray(), now);
            await transaction.CommitAsync(cancellationToken);
            return (person, known);
        }
        Guid member = Guid.CreateVersion7(now);
        await RunAsync(InsertMember, connection, cancellationToken, member, platform, person, roles.ToArray(), now);
        await transaction.CommitAsync(cancellationToken);
        return (person, member);
    }

    static async Task<Guid> PersonAsync(NpgsqlConnection connection, string email, string? name, DateTimeOffset now, CancellationToken cancellationToken) =>
        (Guid)(await Command(UpsertPerson, connection, Guid.CreateVersion7(now), email, email.Normalize().ToUpperInvariant(), name, RandomNumberGenerator.GetHexString(32),
            Guid.CreateVersion7(now).ToString(), now).ExecuteScalarAsync(cancellationToken))!;
}
