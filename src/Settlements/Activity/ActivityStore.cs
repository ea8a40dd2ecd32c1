using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.List;
using Npgsql;

namespace Keystone.Settlements.Activity;

/// <summary>The activity log: what requests changed or tried to change, and who sent them. Only its owner reads it; the operator reads all.</summary>
public sealed class ActivityStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    // The count stops here, so that its cost does not grow with the log.
    const int CountCap = 10_000;
    const int MaxText = 255;

    const string InsertSql = """
        insert into settlement.activity (id, environment_id, platform_id, type, category, severity, description, actor_type, actor_id, member_id, resource_type, resource_id, method, path,
          status_code, error_code, ip_address, user_agent, request_id, duration_ms, created_at)
        values ($1, $2::uuid, $3::uuid, $4, $5, $6, $7, $8, $9, $10::uuid, $11::text, $12::text, $13, $14, $15, $16::text, $17::text, $18::text, $19, $20, $21)
        """;

    /// <summary>Writes that the caller's request was done, in the transaction of the use case that does it. Nothing for a caller without a request, such as a command.</summary>
    public static async Task RecordAsync(NpgsqlConnection connection, Caller caller, string resourceType, string resourceId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);
        Add(batch, caller, resourceType, resourceId, now);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The same as a command of a batch in that transaction.</summary>
    internal static void Add(NpgsqlBatch batch, Caller caller, string resourceType, string resourceId, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.Request is not { } request) return;
        batch.BatchCommands.Add(BatchCommand(InsertSql, Values(caller, request, resourceType, resourceId, request.StatusWhenDone, null, now)));
        request.IsRecorded = true;
    }

    /// <summary>Writes how the caller's request ended.</summary>
    public async Task RecordAsync(Caller caller, string? resourceType, string? resourceId, int status, string? error, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.Request is not { } request) return;
        await using NpgsqlCommand insert = Command(InsertSql, Values(caller, request, resourceType, resourceId, status, error, time.UtcNowMicroseconds()));
        await insert.ExecuteNonQueryAsync(cancellationToken);
        request.IsRecorded = true;
    }

    static object?[] Values(Caller caller, CallerRequest request, string? resourceType, string? resourceId, int status, string? error, DateTimeOffset now) =>
        [
            Guid.CreateVersion7(now), caller.IsOperator ? null : caller.EnvironmentId, caller.IsOperator ? null : caller.PlatformId, request.Type, request.Category,
            status >= 500 ? "error" : status >= 400 ? "warning" : "info", request.Description, caller.IsOperator ? "operator" : caller.IsMember ? "member" : "credential", caller.ClientId, caller.MemberId, resourceType,
            Cut(resourceId), request.Method, Cut(request.Path), status, error, request.Address, Cut(request.UserAgent), request.RequestId,
            request.DurationMs, now,
        ];

    // Text of a caller; Postgres takes no zero.
    static string? Cut(string? text) => text is null ? null : string.Concat(text.Take(MaxText).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));

    const string Columns = """
        id, environment_id, platform_id, type, category, severity, description, actor_type, actor_id, member_id, resource_type, resource_id, method, path, status_code, error_code,
        ip_address, user_agent, request_id, duration_ms, created_at
        """;

    const string Where = """
        ($1::uuid is null or environment_id = $1) and ($2::uuid is null or platform_id = $2) and ($3::text is null or type = $3) and ($4::text is null or category = $4)
        and ($5::timestamptz is null or created_at >= $5) and ($6::timestamptz is null or created_at <= $6)
        and ($7::text is null or strpos(lower(concat_ws(' ', description, type, actor_id, resource_type, resource_id)), lower($7)) > 0)
        and ($8::text is null or resource_type = $8) and ($9::text is null or resource_id = $9)
        """;

    const string SelectPage = $"""
        select {Columns} from settlement.activity where {Where} and ($10::timestamptz is null or (created_at, id) < ($10, $11::uuid))
        order by created_at desc, id desc limit $12 offset $13
        """;

    // In the order of the index: else the planner would rather read the whole of a small table.
    const string CountSql = $"select count(*) from (select from settlement.activity where {Where} order by created_at desc, id desc limit $10) found";

    /// <summary>A page, newest first.</summary>
    public async Task<Page<ActivityView>> ListAsync(ActivityFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        List<ActivityView> items = [];
        await using (NpgsqlCommand select = Command(SelectPage, [.. Values(filter), filter.Cursor?.CreatedAt, filter.Cursor?.Id, limit + 1, offset]))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                items.Add(Read(row));
        bool more = items.Count > limit;
        if (more) items.RemoveAt(limit);
        await using NpgsqlCommand count = Command(CountSql, [.. Values(filter), CountCap + 1]);
        long total = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        return new Page<ActivityView>(items, Math.Min(total, CountCap), total > CountCap, more ? new ListCursor(items[^1].CreatedAt, items[^1].Id).ToString() : null);
    }

    const string SelectOne = $"select {Columns} from settlement.activity where id = $1 and ($2::uuid is null or environment_id = $2)";

    /// <summary>An entry; null when there is none that the environment may read.</summary>
    /// <param name="environment">The environment; null for the operator.</param>
    /// <param name="id">The entry.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<ActivityView?> FindAsync(Guid? environment, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectOne, id, environment);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    static object?[] Values(ActivityFilter filter) =>
    [
        filter.EnvironmentId, filter.PlatformId, filter.Type, filter.Category, filter.From?.ToUniversalTime(), filter.To?.ToUniversalTime(), filter.Search, filter.ResourceType, filter.ResourceId,
    ];

    static ActivityView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), Id(row, 1), Id(row, 2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7), row.GetString(8), Id(row, 9), Text(row, 10), Text(row, 11),
        row.GetString(12), row.GetString(13), row.GetInt32(14), Text(row, 15), Text(row, 16), Text(row, 17), row.GetString(18), row.GetInt32(19), row.GetFieldValue<DateTimeOffset>(20));

    static Guid? Id(NpgsqlDataReader row, int i) => row.IsDBNull(i) ? null : row.GetGuid(i);
}
