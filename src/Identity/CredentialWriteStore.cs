using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Identity;

/// <summary>Writes new credentials and secrets. Only the hash of a secret is stored.</summary>
internal static class CredentialWriteStore
{
    /// <summary>A credential to be made.</summary>
    /// <param name="Environment">Its environment; null for the operator's.</param>
    /// <param name="Scopes">Its scopes, checked.</param>
    internal sealed record Wanted(Guid? Environment, IReadOnlyList<string> Scopes)
    {
        public string? Name { get; init; }

        /// <summary>Member who makes it; null for the operator.</summary>
        public Guid? Member { get; init; }

        /// <summary>Credential on whose behalf it is made; null for the operator.</summary>
        public string? MadeBy { get; init; }

        public DateTimeOffset? ExpiresAt { get; init; }
    }

    const string InsertCredential = """
        insert into identity.credential (client_id, environment_id, scopes, created_at, name, member_id, expires_at, made_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    const string InsertSecret = """
        insert into identity.credential_secret (client_id, ordinal, sha256, created_at)
        select $1, coalesce(max(ordinal), 0) + 1, $2, $3 from identity.credential_secret where client_id = $1
        """;

    /// <summary>Stores a new credential with its first secret, in the caller's transaction.</summary>
    public static async Task<NewCredential> InsertAsync(NpgsqlConnection connection, Wanted wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        string clientId = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32);
        await using NpgsqlCommand insert = new(InsertCredential, connection)
        {
            Parameters =
            {
                new() { Value = clientId }, Of(wanted.Environment, NpgsqlDbType.Uuid), new() { Value = wanted.Scopes.ToArray() }, new() { Value = now },
                Of(wanted.Name, NpgsqlDbType.Text), Of(wanted.Member, NpgsqlDbType.Uuid), Of(wanted.ExpiresAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz),
                Of(wanted.MadeBy, NpgsqlDbType.Text),
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
        return new NewCredential(clientId, await AddSecretAsync(connection, clientId, now, cancellationToken));
    }

    /// <summary>Stores one more secret of a credential, in the caller's transaction.</summary>
    public static async Task<string> AddSecretAsync(NpgsqlConnection connection, string clientId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        string secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await using NpgsqlCommand insert = new(InsertSecret, connection)
        {
            // The text is hashed, as the token endpoint receives it.
            Parameters = { new() { Value = clientId }, new() { Value = SHA256.HashData(Encoding.UTF8.GetBytes(secret)) }, new() { Value = now } },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
        return secret;
    }

    static NpgsqlParameter Of(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
