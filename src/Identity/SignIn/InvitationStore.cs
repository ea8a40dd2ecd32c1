using System.Security.Cryptography;
using System.Text;
using Keystone.Identity.Errors;
using Keystone.Postgres;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Keystone.Identity.SignIn;

/// <summary>
/// Use cases of invitations: read one, and take it once. Taking it and storing what the person signs in with is one transaction, so of two who hold the link one becomes the
/// member. A person who signs in already takes it as that person: a link never adds a passkey or a password to somebody who has one.
/// </summary>
public sealed class InvitationStore : SqlStore
{
    readonly UserManager<Person> _people;
    readonly TotpSeal _seal;
    readonly TimeProvider _time;

    internal InvitationStore(NpgsqlDataSource database, UserManager<Person> people, TotpSeal seal, TimeProvider time) : base(database) => (_people, _seal, _time) = (people, seal, time);

    internal static InvitationStore Create(IServiceProvider services) => new(services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<UserManager<Person>>(),
        services.GetRequiredService<TotpSeal>(), services.GetRequiredService<TimeProvider>());

    /// <summary>The one answer for a link that was used, has ended or never was.</summary>
    public static Keystone.Identity.Errors.IdentityError Ended { get; } = new("invitation_ended", "This invitation has been used or has ended. Ask the person who sent it.");

    const string IsKnown = """
        (p.password_hash is not null or exists (select from identity.passkey k where k.person_id = p.id) or exists (select from identity.external_login l where l.person_id = p.id))
        """;

    const string Select = $"""
        select m.id, p.id, p.email, p.name, pl.name, m.roles, m.invitation_ends, {IsKnown}, coalesce(pl.external_sign_in_only, false)
        from identity.member m join identity.person p on p.id = m.person_id left join identity.platform pl on pl.id = m.platform_id
        where m.invitation_sha256 = $1 and m.status = 'invited' and m.invitation_ends > $2 and (m.platform_id is null or pl.status = 'active')
        """;

    /// <summary>The invitation of a link; null when it was used, has ended or never was.</summary>
    public async Task<Invitation?> FindAsync(string token, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(Select, Hash(token), _time.UtcNowMicroseconds());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) return null;
        return new Invitation(row.GetGuid(0), row.GetGuid(1), row.GetString(2), Text(row, 3), Text(row, 4), row.GetFieldValue<string[]>(5), row.GetFieldValue<DateTimeOffset>(6),
            row.GetBoolean(7), row.GetBoolean(8));
    }

    /// <summary>Takes it with a passkey that the browser made for the invited person.</summary>
    public Task<IdentityResult<Invitation>> TakeWithPasskeyAsync(string token, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(passkey);
        return TakeAsync(token, null, InsertPasskey,
            [passkey.CredentialId, null, passkey.PublicKey, (long)passkey.SignCount, passkey.Transports ?? [], passkey.IsUserVerified, passkey.IsBackupEligible, passkey.IsBackedUp,
                passkey.AttestationObject, passkey.ClientDataJson, passkey.CreatedAt.ToUniversalTime(), passkey.Name], cancellationToken);
    }

    const string InsertPasskey = """
        insert into identity.passkey (credential_id, person_id, public_key, sign_count, transports, user_verified, backup_eligible, backed_up, attestation_object, client_data, created_at, name)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text) on conflict do nothing
        """;

    const string SetPassword = "update identity.person set password_hash = $1, totp_key = $3, totp_last_step = $4, two_factor_enabled = true, concurrency_stamp = $5 where id = $2";

    /// <summary>Takes it with a password and the key of an authenticator app, whose first code proves that the app has it.</summary>
    /// <param name="token">Of the link.</param>
    /// <param name="password">The new password.</param>
    /// <param name="key">Key in base 32, as it was shown.</param>
    /// <param name="code">A code of the app.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityResult<Invitation>> TakeWithPasswordAsync(string token, string password, string key, string code, CancellationToken cancellationToken)
    {
        if (await FindAsync(token, cancellationToken) is not { } invitation || await _people.FindByIdAsync(invitation.PersonId.ToString()) is not { } person) return Ended;
        if (invitation.ExternalOnly) return ProviderOnly;
        MemberFaults faults = new();
        foreach (IPasswordValidator<Person> validator in _people.PasswordValidators)
            if ((await validator.ValidateAsync(_people, person, password)).Errors.FirstOrDefault() is { } refused)
                faults.Add("password", "password_refused", refused.Description);
        DateTimeOffset now = _time.GetUtcNow();
        long? step = TotpCode.Match(key, code.Replace(" ", "", StringComparison.Ordinal), now);
        if (step is null) faults.Add("code", "code_wrong", "This is not the code that the app shows now. Check the clock of the phone.");
        if (faults.Any) return Keystone.Identity.Errors.IdentityError.Invalid(faults);
        return await TakeAsync(token, null, SetPassword,
            [_people.PasswordHasher.HashPassword(person, password), null, _seal.Seal(person.Id, key), step, Guid.CreateVersion7(now).ToString()], cancellationToken);
    }

    const string InsertLogin = "insert into identity.external_login (issuer, person_id, subject, created_at) values ($1, $2, $3, $4) on conflict do nothing";

    /// <summary>Takes it as a subject of the external provider, which is bound to the person from now on.</summary>
    public Task<IdentityResult<Invitation>> TakeWithLoginAsync(string token, string issuer, string subject, CancellationToken cancellationToken) =>
        TakeAsync(token, null, InsertLogin, [issuer, null, subject, _time.UtcNowMicroseconds()], cancellationToken);

    /// <summary>Takes it as a person who has signed in.</summary>
    public Task<IdentityResult<Invitation>> TakeAsync(string token, Guid person, CancellationToken cancellationToken) => TakeAsync(token, person, null, [], cancellationToken);

    static Keystone.Identity.Errors.IdentityError ProviderOnly { get; } = new("external_sign_in_only", "Members of this platform sign in at its identity provider.");

    // The row decides who was first; what the person has is read in the same transaction, behind the lock of the person's row.
    const string Take = """
        update identity.member set status = 'active', invitation_sha256 = null, invitation_ends = null, updated_at = $2
        where invitation_sha256 = $1 and status = 'invited' and invitation_ends > $2
        """;

    const string LockPerson = "select id from identity.person where id = $1 for update";

    async Task<IdentityResult<Invitation>> TakeAsync(string token, Guid? asPerson, string? store, object?[] values, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await FindAsync(token, cancellationToken) is not { } seen) return Ended;
        await RunAsync(LockPerson, connection, cancellationToken, seen.PersonId);
        if (await FindAsync(token, cancellationToken) is not { } invitation) return Ended;
        if (asPerson is null ? invitation.IsKnown : invitation.PersonId != asPerson)
            return new Keystone.Identity.Errors.IdentityError("sign_in_first", $"This invitation is for {invitation.Email}, who signs in already. Sign in as that person, then open the link again.");
        if (await RunAsync(Take, connection, cancellationToken, Hash(token), _time.UtcNowMicroseconds()) == 0) return Ended;
        if (store is not null)
        {
            values[1] = invitation.PersonId;
            if (await RunAsync(store, connection, cancellationToken, values) == 0)
                return new Keystone.Identity.Errors.IdentityError("credential_taken", "This passkey or account belongs to another person here. Use another one.");
        }
        await transaction.CommitAsync(cancellationToken);
        return invitation;
    }

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
