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
          e.disclose_name_before_confirmation, c.member_id, e.four_eyes, e.wallets_required, e.api_version, e.max_open_settlements, e.max_registrations_per_hour,
          e.cors_origins, c.made_by, array(select r.network::text from identity.ip_rule r where r.environment_id = e.id)
        from identity.credential c
        left join identity.environment e on e.id = c.environment_id
        left join identity.platform p on p.id = e.platform_id
        where c.client_id = $1 and c.issuer is not distinct from $2 and c.status = 'active' and (c.expires_at is null or c.expires_at > $3)
          and (c.environment_id is null or (e.is_active and p.status = 'active'))
        """;

    /// <summary>The caller behind an active credential; null when it, its environment or its platform is not active, or it is another issuer's.</summary>
    /// <param name="issuer">Claim <c>iss</c> of an external issuer; null for the built-in one.</param>
    /// <param name="clientId">The credential.</param>
    /// <param name="now">UTC; a credential may have an end.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<Caller?> FindCallerAsync(string? issuer, string clientId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = database.CreateCommand(SelectCaller);
        select.Parameters.AddWithValue(clientId);
        select.Parameters.Add(new NpgsqlParameter { Value = (object?)issuer ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        select.Parameters.AddWithValue(now);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        if (!await rows.ReadAsync(cancellationToken)) return null;
        if (rows.IsDBNull(5)) return OfOperator(rows.GetString(0), rows.GetFieldValue<string[]>(1));
        return new Caller(rows.GetString(0), rows.GetFieldValue<string[]>(1), rows.GetGuid(2), rows.GetString(3), rows.GetString(4), rows.GetGuid(5),
            rows.GetString(6), rows.GetString(7), rows.GetInt64(8), rows.GetInt32(9), rows.GetInt32(10), rows.GetBoolean(11))
        {
            MemberId = rows.IsDBNull(12) ? null : rows.GetGuid(12),
            FourEyes = rows.GetBoolean(13),
            WalletsRequired = rows.GetBoolean(14),
            ApiVersion = rows.GetString(15),
            MaxOpenSettlements = rows.IsDBNull(16) ? null : rows.GetInt32(16),
            MaxRegistrationsPerHour = rows.IsDBNull(17) ? null : rows.GetInt32(17),
            CorsOrigins = rows.GetFieldValue<string[]>(18),
            MadeBy = rows.IsDBNull(19) ? null : rows.GetString(19),
            Networks = [.. rows.GetFieldValue<string[]>(20).Select(System.Net.IPNetwork.Parse)],
        };
    }

    const int OperatorRateLimit = 600;

    static Caller OfOperator(string clientId, string[] scopes) =>
        new(clientId, scopes, Guid.Empty, "operator", "Operator", Guid.Empty, "operator", "operator", ChainId: 0, OperatorRateLimit, DefaultTimeoutSeconds: 0, DiscloseName: false);

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
        update identity.credential set last_used_at = $2, last_used_address = $3::text
        where client_id = $1 and (last_used_at is null or last_used_at < $2 - interval '1 minute')
        """;

    /// <summary>Notes the use, at most once a minute.</summary>
    public async Task TouchAsync(string clientId, DateTimeOffset now, string? address, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand touch = database.CreateCommand(Touch);
        touch.Parameters.AddWithValue(clientId);
        touch.Parameters.AddWithValue(now);
        touch.Parameters.Add(new NpgsqlParameter { Value = (object?)address ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await touch.ExecuteNonQueryAsync(cancellationToken);
    }
}
