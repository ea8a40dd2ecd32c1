using Keystone.Postgres;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Keystone.Identity.SignIn;

/// <summary>What ASP.NET Core Identity asks of a store, over Npgsql. Its managers find a feature by the interface that the one registered store has.</summary>
internal sealed class PersonUserStore(
    NpgsqlDataSource database, TimeProvider time, PasskeyStore passkeys, ExternalLoginStore logins, RecoveryCodeStore codes, TotpSeal seal)
    : SqlStore(database), IUserPasswordStore<Person>, IUserEmailStore<Person>, IUserSecurityStampStore<Person>, IUserLockoutStore<Person>, IUserTwoFactorStore<Person>,
        IUserAuthenticatorKeyStore<Person>, IUserTwoFactorRecoveryCodeStore<Person>, IUserLoginStore<Person>, IUserPasskeyStore<Person>
{
    const string Columns = """
        id, user_name, normalized_user_name, email, normalized_email, email_confirmed, name, password_hash, security_stamp, concurrency_stamp, two_factor_enabled, lockout_end,
        lockout_enabled, access_failed_count, totp_key, created_at
        """;

    const string Insert = $"""
        insert into identity.person ({Columns}) values ($1, $2, $3, $4, $5, $6, $7::text, $8::text, $9, $10, $11, $12::timestamptz, $13, $14, $15::bytea, $16)
        on conflict do nothing
        """;

    public async Task<IdentityResult> CreateAsync(Person user, CancellationToken cancellationToken)
    {
        user.ConcurrencyStamp = NewStamp();
        await using NpgsqlCommand insert = Command(Insert, [.. Values(user), time.UtcNowMicroseconds()]);
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1 ? IdentityResult.Success : IdentityResult.Failed(new IdentityErrorDescriber().DuplicateEmail(user.Email));
    }

    const string Update = """
        update identity.person set user_name = $2, normalized_user_name = $3, email = $4, normalized_email = $5, email_confirmed = $6, name = $7::text, password_hash = $8::text,
          security_stamp = $9, concurrency_stamp = $10, two_factor_enabled = $11, lockout_end = $12::timestamptz, lockout_enabled = $13, access_failed_count = $14, totp_key = $15::bytea
        where id = $1 and concurrency_stamp = $16
        """;

    public async Task<IdentityResult> UpdateAsync(Person user, CancellationToken cancellationToken)
    {
        string before = user.ConcurrencyStamp;
        user.ConcurrencyStamp = NewStamp();
        await using NpgsqlCommand update = Command(Update, [.. Values(user), before]);
        if (await update.ExecuteNonQueryAsync(cancellationToken) == 1) return IdentityResult.Success;
        user.ConcurrencyStamp = before;
        return IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
    }

    /// <summary>People stay: members, credentials and the activity log name them. Whoever is to leave is removed as a member.</summary>
    public Task<IdentityResult> DeleteAsync(Person user, CancellationToken cancellationToken) =>
        Task.FromResult(IdentityResult.Failed(new Microsoft.AspNetCore.Identity.IdentityError { Code = "NotDeleted", Description = "People are not deleted; remove the member." }));

    const string SelectById = $"select {Columns} from identity.person where id = $1";

    public async Task<Person?> FindByIdAsync(string userId, CancellationToken cancellationToken) => Guid.TryParse(userId, out Guid id) ? await FindAsync(SelectById, id, cancellationToken) : null;

    const string SelectByName = $"select {Columns} from identity.person where normalized_user_name = $1";

    public Task<Person?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => FindAsync(SelectByName, normalizedUserName, cancellationToken);

    const string SelectByEmail = $"select {Columns} from identity.person where normalized_email = $1";

    public Task<Person?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken) => FindAsync(SelectByEmail, normalizedEmail, cancellationToken);

    public Task<string> GetUserIdAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(Person user, CancellationToken cancellationToken) => Of(user.UserName);

    public Task SetUserNameAsync(Person user, string? userName, CancellationToken cancellationToken) => Set(() => user.UserName = userName ?? "");

    public Task<string?> GetNormalizedUserNameAsync(Person user, CancellationToken cancellationToken) => Of(user.NormalizedUserName);

    public Task SetNormalizedUserNameAsync(Person user, string? normalizedName, CancellationToken cancellationToken) => Set(() => user.NormalizedUserName = normalizedName ?? "");

    public Task<string?> GetPasswordHashAsync(Person user, CancellationToken cancellationToken) => Of(user.PasswordHash);

    public Task SetPasswordHashAsync(Person user, string? passwordHash, CancellationToken cancellationToken) => Set(() => user.PasswordHash = passwordHash);

    public Task<bool> HasPasswordAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    public Task<string?> GetEmailAsync(Person user, CancellationToken cancellationToken) => Of(user.Email);

    public Task SetEmailAsync(Person user, string? email, CancellationToken cancellationToken) => Set(() => user.Email = email ?? "");

    public Task<bool> GetEmailConfirmedAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.EmailConfirmed);

    public Task SetEmailConfirmedAsync(Person user, bool confirmed, CancellationToken cancellationToken) => Set(() => user.EmailConfirmed = confirmed);

    public Task<string?> GetNormalizedEmailAsync(Person user, CancellationToken cancellationToken) => Of(user.NormalizedEmail);

    public Task SetNormalizedEmailAsync(Person user, string? normalizedEmail, CancellationToken cancellationToken) => Set(() => user.NormalizedEmail = normalizedEmail ?? "");

    public Task<string?> GetSecurityStampAsync(Person user, CancellationToken cancellationToken) => Of(user.SecurityStamp);

    public Task SetSecurityStampAsync(Person user, string stamp, CancellationToken cancellationToken) => Set(() => user.SecurityStamp = stamp);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.LockoutEnd);

    public Task SetLockoutEndDateAsync(Person user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken) => Set(() => user.LockoutEnd = lockoutEnd?.ToUniversalTime());

    public Task<int> IncrementAccessFailedCountAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(++user.AccessFailedCount);

    public Task ResetAccessFailedCountAsync(Person user, CancellationToken cancellationToken) => Set(() => user.AccessFailedCount = 0);

    public Task<int> GetAccessFailedCountAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.AccessFailedCount);

    public Task<bool> GetLockoutEnabledAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.LockoutEnabled);

    public Task SetLockoutEnabledAsync(Person user, bool enabled, CancellationToken cancellationToken) => Set(() => user.LockoutEnabled = enabled);

    public Task<bool> GetTwoFactorEnabledAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.TwoFactorEnabled);

    public Task SetTwoFactorEnabledAsync(Person user, bool enabled, CancellationToken cancellationToken) => Set(() => user.TwoFactorEnabled = enabled);

    public Task<string?> GetAuthenticatorKeyAsync(Person user, CancellationToken cancellationToken) => Of(user.TotpKey is { } key ? seal.Open(user.Id, key) : null);

    public Task SetAuthenticatorKeyAsync(Person user, string key, CancellationToken cancellationToken) => Set(() => user.TotpKey = seal.Seal(user.Id, key));

    public Task ReplaceCodesAsync(Person user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) => codes.ReplaceAsync(user.Id, recoveryCodes, cancellationToken);

    public Task<bool> RedeemCodeAsync(Person user, string code, CancellationToken cancellationToken) => codes.RedeemAsync(user.Id, code, cancellationToken);

    public Task<int> CountCodesAsync(Person user, CancellationToken cancellationToken) => codes.CountAsync(user.Id, cancellationToken);

    public Task AddLoginAsync(Person user, UserLoginInfo login, CancellationToken cancellationToken) => logins.AddAsync(user.Id, login.LoginProvider, login.ProviderKey, cancellationToken);

    public Task RemoveLoginAsync(Person user, string loginProvider, string providerKey, CancellationToken cancellationToken) => logins.RemoveAsync(user.Id, loginProvider, providerKey, cancellationToken);

    public Task<IList<UserLoginInfo>> GetLoginsAsync(Person user, CancellationToken cancellationToken) => logins.ListAsync(user.Id, cancellationToken);

    public async Task<Person?> FindByLoginAsync(string loginProvider, string providerKey, CancellationToken cancellationToken) =>
        await logins.FindPersonAsync(loginProvider, providerKey, cancellationToken) is { } id ? await FindAsync(SelectById, id, cancellationToken) : null;

    public async Task AddOrUpdatePasskeyAsync(Person user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        if (!await passkeys.SaveAsync(user.Id, passkey, cancellationToken))
            throw new InvalidOperationException("The passkey is another person's, or its counter did not go forward.");
    }

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Person user, CancellationToken cancellationToken) => passkeys.ListAsync(user.Id, cancellationToken);

    public async Task<Person?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await passkeys.FindPersonAsync(credentialId, cancellationToken) is { } id ? await FindAsync(SelectById, id, cancellationToken) : null;

    public Task<UserPasskeyInfo?> FindPasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken) => passkeys.FindAsync(user.Id, credentialId, cancellationToken);

    public Task RemovePasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken) => passkeys.RemoveAsync(user.Id, credentialId, cancellationToken);

    public void Dispose()
    {
        // The data source is the process's.
    }

    async Task<Person?> FindAsync(string sql, object value, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(sql, value);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) return null;
        return new Person
        {
            Id = row.GetGuid(0),
            UserName = row.GetString(1),
            NormalizedUserName = row.GetString(2),
            Email = row.GetString(3),
            NormalizedEmail = row.GetString(4),
            EmailConfirmed = row.GetBoolean(5),
            Name = Text(row, 6),
            PasswordHash = Text(row, 7),
            SecurityStamp = row.GetString(8),
            ConcurrencyStamp = row.GetString(9),
            TwoFactorEnabled = row.GetBoolean(10),
            LockoutEnd = Time(row, 11),
            LockoutEnabled = row.GetBoolean(12),
            AccessFailedCount = row.GetInt32(13),
            TotpKey = Bytes(row, 14),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(15),
        };
    }

    static object?[] Values(Person user) =>
    [
        user.Id, user.UserName, user.NormalizedUserName, user.Email, user.NormalizedEmail, user.EmailConfirmed, user.Name, user.PasswordHash, user.SecurityStamp, user.ConcurrencyStamp,
        user.TwoFactorEnabled, user.LockoutEnd, user.LockoutEnabled, user.AccessFailedCount, user.TotpKey,
    ];

    string NewStamp() => Guid.CreateVersion7(time.GetUtcNow()).ToString();

    static Task<string?> Of(string? value) => Task.FromResult(value);

    static Task Set(Action change)
    {
        change();
        return Task.CompletedTask;
    }
}
