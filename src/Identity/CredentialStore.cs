using Npgsql;
using NpgsqlTypes;

namespace Keystone.Identity;

/// <summary>Reads credentials for tokens and for calls.</summary>
internal sealed class CredentialStore(NpgsqlDataSource database)
{
    /// <summary>Longest client id, characters.</summary>
    public const int MaxClientIdLength = 255;

    const string SelectCaller = """
        select c.client_id, c.scopes, p.id, p.slug, p.name, e.id, e.slug, e.kind, e.chain_id, e.rate_limit, e.default_timeout_seconds,
          e.disclose_name_before_confirmation
        from identity.credential c
        join identity.environment e on e.id = c.environment_id
        join identity.platform p on p.id = e.platform_id
        where c.client_id = $1 and c.issuer is not distinct from $2 and c.status = 'active' and e.is_active and p.status = 'active'
        """;

    /// <summary>The caller behind an active credential; null when it, its environment or its platform is not active, or it is another issuer's.</summary>
    /// <param name="issuer">Claim <c>iss</c> of an external issuer; null for the built-in one.</param>
    /// <param name="clientId">The credential.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<Caller?> FindCallerAsync(string? issuer, string clientId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = database.CreateCommand(SelectCaller);
        select.Parameters.AddWithValue(clientId);
        select.Parameters.Add(new NpgsqlParameter { Value = (object?)issuer ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken)
            ? new Caller(rows.GetString(0), rows.GetFieldValue<string[]>(1), rows.GetGuid(2), rows.GetString(3), rows.GetString(4), rows.GetGuid(5),
                rows.GetString(6), rows.GetString(7), rows.GetInt64(8), rows.GetInt32(9), rows.GetInt32(10), rows.GetBoolean(11))
            : null;
    }

    const string SelectSecrets = "select sha256 from identity.credential_secret where client_id = $1 and (valid_until is null or valid_until > $2)";

    /// <summary>SHA-256 of the secrets that are live.</summary>
    public async Task<IReadOnlyList<byte[]>> SecretsAsync(string clientId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = database.CreateCommand(SelectSecrets);
        select.Parameters.AddWithValue(clientId);
        select.Parameters.AddWithValue(now);
        List<byte[]> secrets = [];
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            secrets.Add(rows.GetFieldValue<byte[]>(0));
        return secrets;
    }

    const string Touch = """
        update identity.credential set last_used_at = $2
        where client_id = $1 and (last_used_at is null or last_used_at < $2 - interval '1 minute')
        """;

    /// <summary>Notes the use, at most once a minute.</summary>
    public async Task TouchAsync(string clientId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand touch = database.CreateCommand(Touch);
        touch.Parameters.AddWithValue(clientId);
        touch.Parameters.AddWithValue(now);
        await touch.ExecuteNonQueryAsync(cancellationToken);
    }
}
