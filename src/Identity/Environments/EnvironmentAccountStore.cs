using Keystone.Identity.Credentials;
using Keystone.Identity.Errors;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.Environments;

/// <summary>Use cases around the environments of a platform: list, read, make, change, deactivate.</summary>
public sealed class EnvironmentAccountStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    const string What = "Environment";

    /// <summary>Most environments of a platform.</summary>
    public const int Most = 20;

    const string Columns = """
        id, platform_id, coalesce(name, slug), slug, kind, chain_id, is_active, is_default, api_version, default_timeout_seconds, rate_limit, max_open_settlements,
        max_registrations_per_hour, four_eyes, wallets_required, disclose_name_before_confirmation, compliance_min_hold, cors_origins, created_at, updated_at
        """;

    const string SelectPage = $"select {Columns}, count(*) over () from identity.environment where platform_id = $1 order by created_at, id limit $2 offset $3";

    /// <summary>Environments of a platform, oldest first.</summary>
    public async Task<(IReadOnlyList<PlatformEnvironmentView> Items, long Total)> ListAsync(Guid platform, int limit, int offset, CancellationToken cancellationToken)
    {
        List<PlatformEnvironmentView> items = [];
        long total = 0;
        await using NpgsqlCommand select = Command(SelectPage, platform, limit, offset);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            items.Add(Read(row));
            total = row.GetInt64(20);
        }
        return (items, total);
    }

    const string SelectOne = $"select {Columns} from identity.environment where id = $1 and platform_id = $2";

    /// <summary>An environment of a platform.</summary>
    public async Task<IdentityResult<PlatformEnvironmentView>> FindAsync(Guid platform, Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectOne, id, platform);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : IdentityError.NotFound(What);
    }

    const string LockPlatform = "select count(e.id) from (select id from identity.platform where id = $1 for no key update) p left join identity.environment e on e.platform_id = p.id";

    // The first of a kind on a chain is the one that counterparties of that kind reach.
    const string InsertSql = $"""
        insert into identity.environment (id, platform_id, slug, kind, chain_id, is_default, api_version, name, created_at, updated_at)
        values ($1, $2, $3, $4, $5, not exists (select from identity.environment o where o.platform_id = $2 and o.kind = $4 and o.chain_id = $5 and o.is_default), $6, $7::text, $8, $8)
        on conflict (platform_id, slug) do nothing returning {Columns}
        """;

    /// <summary>Makes an environment with its first credential, which gets the scopes of whoever makes it, or the default ones.</summary>
    /// <param name="platform">Its platform.</param>
    /// <param name="actor">Who makes it.</param>
    /// <param name="wanted">What is asked for.</param>
    /// <param name="chains">Chains that may be named; null for any.</param>
    /// <param name="faults">Faults that the host found; those of the rules are added.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityResult<CreatedEnvironment>> CreateAsync(
        Guid platform, Actor actor, NewEnvironment wanted, IReadOnlyCollection<long>? chains, MemberFaults faults, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(faults);
        if (actor.Refuse(Scopes.PlatformManage, time.GetUtcNow()) is { } forbidden) return forbidden;
        string? slug = faults.Slug("slug", wanted.Slug, required: true), name = faults.Text("name", wanted.Name);
        string kind = faults.Word("kind", wanted.Kind == "development" ? "sandbox" : wanted.Kind, "sandbox", "production") ?? (slug == "production" ? "production" : "sandbox");
        long chain = wanted.ChainId ?? actor.Caller?.ChainId ?? 0;
        if (chain <= 0 || chains?.Contains(chain) == false)
            faults.Add("chain_id", "unknown_value", chains is null ? "The chain id must be above 0." : $"Use one of: {string.Join(", ", chains)}.");
        if (!actor.MayManage(kind))
            faults.Add("kind", "operator_only", "A sandbox's credential makes sandboxes; the first production environment is made by the operator.");
        if (faults.Any) return IdentityError.Invalid(faults);

        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if ((long)(await Command(LockPlatform, connection, platform).ExecuteScalarAsync(cancellationToken))! >= Most && !actor.IsOperator)
            return new IdentityError("environment_limit_reached", $"A platform has at most {Most} environments.");
        PlatformEnvironmentView made;
        await using (NpgsqlCommand insert = Command(InsertSql, connection, Guid.CreateVersion7(now), platform, slug, kind, chain, ApiVersions.Current, name, now))
        await using (NpgsqlDataReader row = await insert.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return new IdentityError("environment_slug_taken", $"There is an environment {slug} already; choose another slug.");
            made = Read(row);
        }
        string[] scopes = actor.IsOperator ? [.. Scopes.Default] : [.. Scopes.OfTenants.Select(scope => scope.Name).Where(actor.Scopes.Contains)];
        CreatedCredential credential = await EnvironmentCredentialStore.InsertAsync(connection, made.Id, actor, scopes, null, null, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new CreatedEnvironment(made, credential);
    }

    const string LockSql = $"{SelectOne} for no key update";

    const string UpdateSql = $"""
        update identity.environment set name = $3, is_active = $4, api_version = $5, default_timeout_seconds = $6, rate_limit = $7, max_open_settlements = $8::int, max_registrations_per_hour = $9::int,
          four_eyes = $10, wallets_required = $11, disclose_name_before_confirmation = $12, cors_origins = $13, updated_at = $14, compliance_min_hold = $15
        where id = $1 and platform_id = $2 returning {Columns}
        """;

    /// <summary>Changes an environment; callers feel it within five seconds.</summary>
    /// <param name="platform">Its platform.</param>
    /// <param name="actor">Who changes it.</param>
    /// <param name="id">Its id.</param>
    /// <param name="changes">What to change.</param>
    /// <param name="faults">Faults that the host found; those of the rules are added.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityResult<PlatformEnvironmentView>> UpdateAsync(
        Guid platform, Actor actor, Guid id, EnvironmentChanges changes, MemberFaults faults, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(faults);
        if (actor.Refuse(Scopes.PlatformManage, time.GetUtcNow()) is { } forbidden) return forbidden;
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        PlatformEnvironmentView now;
        await using (NpgsqlCommand find = Command(LockSql, connection, id, platform))
        await using (NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return IdentityError.NotFound(What);
            now = Read(row);
        }
        if (!actor.MayManage(now.Kind)) return new IdentityError("production_only", "A credential of a sandbox does not change production. Use one of a production environment.");
        PlatformEnvironmentView next = EnvironmentRules.Apply(now, changes, actor, faults);
        if (!next.IsActive && actor.Caller?.EnvironmentId == id)
            faults.Add("is_active", "would_lock_out", "This is the environment of the credential that you use; it would lock itself out. Use a credential of another environment.");
        if (faults.Any) return IdentityError.Invalid(faults);
        await using NpgsqlCommand update = Command(UpdateSql, connection, id, platform, next.Name, next.IsActive, next.ApiVersion, next.DefaultTimeoutSeconds, next.RateLimitRpm,
            next.MaxOpenSettlements, next.MaxRegistrationsPerHour, next.FourEyes, next.WalletsRequired, next.DiscloseNameBeforeConfirmation, next.CorsOrigins.ToArray(), time.UtcNowMicroseconds(), next.ComplianceMinHold);
        PlatformEnvironmentView changed;
        await using (NpgsqlDataReader row = await update.ExecuteReaderAsync(cancellationToken))
        {
            await row.ReadAsync(cancellationToken);
            changed = Read(row);
        }
        await transaction.CommitAsync(cancellationToken);
        return changed;
    }

    const string SelectOrigins = """
        select distinct unnest(e.cors_origins) from identity.environment e join identity.platform p on p.id = e.platform_id where e.is_active and p.status = 'active'
        """;

    /// <summary>Origins that any environment lets in: what can be said before a caller is known.</summary>
    public async Task<IReadOnlySet<string>> OriginsAsync(CancellationToken cancellationToken)
    {
        HashSet<string> origins = new(StringComparer.Ordinal);
        await using NpgsqlCommand select = Command(SelectOrigins);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) origins.Add(row.GetString(0));
        return origins;
    }

    static PlatformEnvironmentView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5), row.GetBoolean(6), row.GetBoolean(7), row.GetString(8), row.GetInt32(9),
        row.GetInt32(10), row.IsDBNull(11) ? null : row.GetInt32(11), row.IsDBNull(12) ? null : row.GetInt32(12), row.GetBoolean(13), row.GetBoolean(14), row.GetBoolean(15),
        row.GetInt32(16), row.GetFieldValue<string[]>(17), row.GetFieldValue<DateTimeOffset>(18), row.GetFieldValue<DateTimeOffset>(19));
}
