using Keystone.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Webhooks.Endpoints;

/// <summary>Endpoints and their sealed secrets.</summary>
public sealed class EndpointStore(NpgsqlDataSource database, SecretBox box)
{
    const string Columns = "id, environment_id, url, description, events, is_active, standard_scheme, disabled_reason, created_at, updated_at, strict_order, mutual_tls";

    /// <summary>How long the secret before the newest keeps signing.</summary>
    public static readonly TimeSpan RotationOverlap = TimeSpan.FromHours(24);

    /// <summary>Most endpoints of an environment.</summary>
    public const int Most = 20;

    // Two concurrent requests would both find one endpoint left.
    const string HoldEnvironment = "select pg_advisory_xact_lock(hashtextextended('webhooks.endpoint ' || $1::text, 0))";
    const string UrlsOfEnvironment = "select url from webhooks.endpoint where environment_id = $1 and id <> $2";

    const string InsertEndpoint = """
        insert into webhooks.endpoint (id, environment_id, url, description, events, is_active, api_version, standard_scheme, created_at, updated_at, strict_order, mutual_tls)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11)
        """;

    const string InsertSecret = """
        insert into webhooks.secret (endpoint_id, ordinal, key_id, sealed)
        select $1, coalesce(max(ordinal), 0) + 1, $2, $3 from webhooks.secret where endpoint_id = $1
        """;

    /// <summary>Stores a new endpoint with its first secret, unless the environment has as many as it may, or one with this URL.</summary>
    /// <returns>Why nothing was stored; null when it was.</returns>
    public async Task<EndpointRefusal?> InsertAsync(Endpoint endpoint, string apiVersion, string secret, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (await RefusalOfAsync(connection, transaction, endpoint, isNew: true, cancellationToken).ConfigureAwait(false) is { } refusal) return refusal;
        await using (NpgsqlCommand insert = new(InsertEndpoint, connection, transaction))
        {
            insert.Parameters.AddWithValue(endpoint.Id);
            insert.Parameters.AddWithValue(endpoint.EnvironmentId);
            insert.Parameters.AddWithValue(endpoint.Url);
            insert.Parameters.Add(new NpgsqlParameter { Value = (object?)endpoint.Description ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            insert.Parameters.AddWithValue(endpoint.Events);
            insert.Parameters.AddWithValue(endpoint.IsActive);
            insert.Parameters.AddWithValue(apiVersion);
            insert.Parameters.AddWithValue(endpoint.StandardScheme);
            insert.Parameters.AddWithValue(endpoint.CreatedAt);
            insert.Parameters.AddWithValue(endpoint.StrictOrder);
            insert.Parameters.AddWithValue(endpoint.MutualTls);
            await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        await AddSecretAsync(connection, transaction, endpoint.Id, secret, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    static async Task<EndpointRefusal?> RefusalOfAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Endpoint endpoint, bool isNew, CancellationToken cancellationToken)
    {
        await using (NpgsqlCommand hold = new(HoldEnvironment, connection, transaction))
        {
            hold.Parameters.AddWithValue(endpoint.EnvironmentId);
            await hold.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        List<string> urls = [];
        await using (NpgsqlCommand others = new(UrlsOfEnvironment, connection, transaction))
        {
            others.Parameters.AddWithValue(endpoint.EnvironmentId);
            others.Parameters.AddWithValue(endpoint.Id);
            await using NpgsqlDataReader rows = await others.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false)) urls.Add(rows.GetString(0));
        }
        // Compared as URIs: the host's case and a default port do not make it another receiver.
        Uri own = new(endpoint.Url);
        if (urls.Any(url => new Uri(url) == own)) return EndpointRefusal.UrlTaken;
        return isNew && urls.Count >= Most ? EndpointRefusal.TooMany : null;
    }

    const string SelectOne = $"select {Columns} from webhooks.endpoint where id = $1 and environment_id = $2";

    /// <summary>An endpoint of the environment; null when it has none of that id.</summary>
    public async Task<Endpoint?> FindAsync(Guid environment, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = database.CreateCommand(SelectOne);
        select.Parameters.AddWithValue(id);
        select.Parameters.AddWithValue(environment);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await rows.ReadAsync(cancellationToken).ConfigureAwait(false) ? Read(rows) : null;
    }

    // One statement, and so one moment: what is counted is what is listed. A page behind the end has one row, without an endpoint.
    const string SelectMany = $"""
        select e.*, n.total from (select count(*) as total from webhooks.endpoint where environment_id = $1) n
        left join lateral (select {Columns} from webhooks.endpoint where environment_id = $1 order by created_at desc, id desc limit $2 offset $3) e on true
        order by e.created_at desc, e.id desc
        """;

    /// <summary>Endpoints of the environment, newest first, and how many there are in all.</summary>
    public async Task<(IReadOnlyList<Endpoint> Items, long Total)> ListAsync(Guid environment, int limit, int offset, CancellationToken cancellationToken)
    {
        List<Endpoint> items = [];
        long total = 0;
        await using NpgsqlCommand select = database.CreateCommand(SelectMany);
        select.Parameters.AddWithValue(environment);
        select.Parameters.AddWithValue(limit);
        select.Parameters.AddWithValue(offset);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!rows.IsDBNull(0)) items.Add(Read(rows));
            total = rows.GetInt64(12);
        }
        return (items, total);
    }

    const string Update = """
        update webhooks.endpoint set url = $3, description = $4, events = $5, is_active = $6, updated_at = $7,
          failing_since = case when $6 and not is_active then null else failing_since end,
          disabled_reason = case when $6 then null else disabled_reason end, strict_order = $8, mutual_tls = $9
        where id = $1 and environment_id = $2
        """;

    /// <summary>Writes the members that its owner can change, unless another endpoint of the environment has its URL. Enabling it again clears the reason why it was disabled.</summary>
    /// <returns>Why nothing was written; null when it was.</returns>
    public async Task<EndpointRefusal?> UpdateAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (await RefusalOfAsync(connection, transaction, endpoint, isNew: false, cancellationToken).ConfigureAwait(false) is { } refusal) return refusal;
        await using (NpgsqlCommand update = new(Update, connection, transaction))
        {
            update.Parameters.AddWithValue(endpoint.Id);
            update.Parameters.AddWithValue(endpoint.EnvironmentId);
            update.Parameters.AddWithValue(endpoint.Url);
            update.Parameters.Add(new NpgsqlParameter { Value = (object?)endpoint.Description ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            update.Parameters.AddWithValue(endpoint.Events);
            update.Parameters.AddWithValue(endpoint.IsActive);
            update.Parameters.AddWithValue(endpoint.UpdatedAt);
            update.Parameters.AddWithValue(endpoint.StrictOrder);
            update.Parameters.AddWithValue(endpoint.MutualTls);
            await update.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    const string Delete = "delete from webhooks.endpoint where id = $1 and environment_id = $2";

    /// <summary>Removes an endpoint with its secrets and deliveries; false when the environment has none of that id.</summary>
    public async Task<bool> DeleteAsync(Guid environment, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand delete = database.CreateCommand(Delete);
        delete.Parameters.AddWithValue(id);
        delete.Parameters.AddWithValue(environment);
        return await delete.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    const string LockEndpoint = "select 1 from webhooks.endpoint where id = $1 for update";
    const string Retire = "update webhooks.secret set valid_until = $2 where endpoint_id = $1 and (valid_until is null or valid_until > $2)";
    const string SetScheme = "update webhooks.endpoint set standard_scheme = $2, updated_at = $3 where id = $1";

    /// <summary>A new secret signs at once; the one before keeps signing for <see cref="RotationOverlap"/>.</summary>
    public async Task RotateAsync(Guid endpoint, string secret, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (NpgsqlCommand hold = new(LockEndpoint, connection, transaction))
        {
            hold.Parameters.AddWithValue(endpoint);
            await hold.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        await using (NpgsqlCommand retire = new(Retire, connection, transaction))
        {
            retire.Parameters.AddWithValue(endpoint);
            retire.Parameters.AddWithValue(now + RotationOverlap);
            await retire.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        await AddSecretAsync(connection, transaction, endpoint, secret, cancellationToken).ConfigureAwait(false);
        await using (NpgsqlCommand scheme = new(SetScheme, connection, transaction))
        {
            scheme.Parameters.AddWithValue(endpoint);
            scheme.Parameters.AddWithValue(Signature.IsStandard(secret));
            scheme.Parameters.AddWithValue(now);
            await scheme.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task AddSecretAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid endpoint, string secret, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand insert = new(InsertSecret, connection, transaction);
        insert.Parameters.AddWithValue(endpoint);
        SealedSecret sealedSecret = box.Seal(endpoint, secret);
        insert.Parameters.AddWithValue(sealedSecret.KeyId);
        insert.Parameters.AddWithValue(sealedSecret.Bytes);
        await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    const string InsertTestMessage = """
        with made as (
          insert into webhooks.message (id, environment_id, type, payload, created_at, position, traceparent)
          values ($1, $2, 'webhook.test', $3, $4, null, $7::text) returning id)
        insert into webhooks.delivery (id, message_id, endpoint_id, due_at, created_at) select $5, id, $6, $4, $4 from made
        """;

    /// <summary>Makes a test message and its delivery to this one endpoint, whatever its patterns.</summary>
    public async Task InsertTestAsync(Endpoint endpoint, Guid message, Guid delivery, string payload, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        await using NpgsqlCommand insert = database.CreateCommand(InsertTestMessage);
        insert.Parameters.AddWithValue(message);
        insert.Parameters.AddWithValue(endpoint.EnvironmentId);
        insert.Parameters.AddWithValue(payload);
        insert.Parameters.AddWithValue(now);
        insert.Parameters.AddWithValue(delivery);
        insert.Parameters.AddWithValue(endpoint.Id);
        insert.Parameters.AddWithValue(TraceContext.Current);
        await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    static Endpoint Read(NpgsqlDataReader rows) => new(
        rows.GetGuid(0), rows.GetGuid(1), rows.GetString(2), rows.IsDBNull(3) ? null : rows.GetString(3), rows.GetFieldValue<string[]>(4),
        rows.GetBoolean(5), rows.GetBoolean(6), rows.IsDBNull(7) ? null : rows.GetString(7),
        rows.GetFieldValue<DateTimeOffset>(8), rows.GetFieldValue<DateTimeOffset>(9))
    {
        StrictOrder = rows.GetBoolean(10),
        MutualTls = rows.GetBoolean(11),
    };
}
