using Keystone.Postgres;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Keystone.Identity.SignIn;

/// <summary>Passkeys of people.</summary>
internal sealed class PasskeyStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    const string Columns = "credential_id, public_key, created_at, sign_count, transports, user_verified, backup_eligible, backed_up, attestation_object, client_data, name";

    // A passkey stays its person's: whoever presents a credential id of another one changes nothing. A counter goes forward only (a synced passkey counts nothing: 0).
    const string Upsert = """
        insert into identity.passkey (credential_id, person_id, public_key, created_at, sign_count, transports, user_verified, backup_eligible, backed_up, attestation_object, client_data, name)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text)
        on conflict (credential_id) do update set sign_count = excluded.sign_count, user_verified = excluded.user_verified, backed_up = excluded.backed_up,
          name = coalesce(excluded.name, passkey.name), last_used_at = $13
        where passkey.person_id = excluded.person_id and (excluded.sign_count > passkey.sign_count or (excluded.sign_count = 0 and passkey.sign_count = 0))
        """;

    /// <summary>Adds a passkey, or writes the counter of one that was used. False when it is another person's, or its counter went back.</summary>
    public async Task<bool> SaveAsync(Guid person, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand upsert = Command(Upsert, passkey.CredentialId, person, passkey.PublicKey, passkey.CreatedAt.ToUniversalTime(), (long)passkey.SignCount,
            passkey.Transports ?? [], passkey.IsUserVerified, passkey.IsBackupEligible, passkey.IsBackedUp, passkey.AttestationObject, passkey.ClientDataJson, passkey.Name,
            time.UtcNowMicroseconds());
        return await upsert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string SelectAll = $"select {Columns} from identity.passkey where person_id = $1 order by created_at, credential_id";

    /// <summary>Passkeys of a person, oldest first.</summary>
    public async Task<IList<UserPasskeyInfo>> ListAsync(Guid person, CancellationToken cancellationToken)
    {
        List<UserPasskeyInfo> all = [];
        await using NpgsqlCommand select = Command(SelectAll, person);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) all.Add(Read(row));
        return all;
    }

    const string SelectOne = $"select {Columns} from identity.passkey where person_id = $1 and credential_id = $2";

    public async Task<UserPasskeyInfo?> FindAsync(Guid person, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectOne, person, credentialId);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    const string SelectPerson = "select person_id from identity.passkey where credential_id = $1";

    public async Task<Guid?> FindPersonAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectPerson, credentialId);
        return await select.ExecuteScalarAsync(cancellationToken) as Guid?;
    }

    const string Delete = "delete from identity.passkey where person_id = $1 and credential_id = $2";

    public async Task RemoveAsync(Guid person, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand delete = Command(Delete, person, credentialId);
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }

    static UserPasskeyInfo Read(NpgsqlDataReader row) => new(
        row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<DateTimeOffset>(2), (uint)row.GetInt64(3), row.GetFieldValue<string[]>(4), row.GetBoolean(5),
        row.GetBoolean(6), row.GetBoolean(7), row.GetFieldValue<byte[]>(8), row.GetFieldValue<byte[]>(9))
    {
        Name = Text(row, 10),
    };
}
