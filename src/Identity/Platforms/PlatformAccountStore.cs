using Keystone.Identity.Errors;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.Platforms;

/// <summary>Use cases around a platform: read, change, suspend.</summary>
public sealed class PlatformAccountStore(NpgsqlDataSource database, TimeProvider time, WakeSignals? wake = null) : SqlStore(database)
{
    const string Columns = "id, name, slug, status, logo_url, support_email, support_url, created_at, updated_at";

    const string SelectOne = $"select {Columns} from identity.platform where id = $1";

    const string SelectAll = $"select {Columns}, count(*) over () from identity.platform order by slug limit $1 offset $2";

    /// <summary>The platform; null when there is none.</summary>
    public async Task<PlatformView?> FindAsync(Guid platform, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectOne, platform);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    /// <summary>Platforms by slug, for the operator.</summary>
    public async Task<(IReadOnlyList<PlatformView> Items, long Total)> ListAsync(int limit, int offset, CancellationToken cancellationToken)
    {
        List<PlatformView> items = [];
        long total = 0;
        await using NpgsqlCommand select = Command(SelectAll, limit, offset);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            items.Add(Read(row));
            total = row.GetInt64(9);
        }
        return (items, total);
    }

    // Names are compared and written under one lock, as where a platform is made.
    const string LockNames = "select pg_advisory_xact_lock(4859203712)";

    const string SelectNames = "select slug, name from identity.platform where id <> $1 order by slug";

    const string UpdateSql = $"""
        update identity.platform set name = $2, logo_url = $3::text, support_email = $4::text, support_url = $5::text, updated_at = $6 where id = $1 returning {Columns}
        """;

    /// <summary>Changes the members that were sent.</summary>
    /// <param name="platform">Its id.</param>
    /// <param name="changes">What to change.</param>
    /// <param name="faults">Faults that the host found; those of the rules are added.</param>
    /// <param name="areConfusable">True when a reader can take one name for the other: counterparties know a platform by slug and name alone.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityResult<PlatformView>> UpdateAsync(
        Guid platform, PlatformChanges changes, MemberFaults faults, Func<string, string, bool> areConfusable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(faults);
        ArgumentNullException.ThrowIfNull(areConfusable);
        string? name = faults.Text("name", changes.Name), logo = faults.Url("logo_url", changes.LogoUrl),
            email = faults.Email("support_email", changes.SupportEmail), page = faults.Url("support_url", changes.SupportUrl);
        if (name is not null && string.IsNullOrWhiteSpace(name)) faults.Add("name", "length", "The name must not be blank.");
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (name is not null)
        {
            await RunAsync(LockNames, connection, cancellationToken);
            await using NpgsqlCommand names = Command(SelectNames, connection, platform);
            await using NpgsqlDataReader other = await names.ExecuteReaderAsync(cancellationToken);
            while (await other.ReadAsync(cancellationToken))
                if (areConfusable(other.GetString(1), name))
                    faults.Add("name", "name_confusable", "The name can be taken for another platform's; choose one that looks different.");
        }
        if (faults.Any) return IdentityError.Invalid(faults);
        if (await FindAsync(platform, cancellationToken) is not { } now) return IdentityError.NotFound("Platform");
        await using NpgsqlCommand update = Command(UpdateSql, connection, platform, name ?? now.Name, Or("logo_url", logo, now.LogoUrl),
            Or("support_email", email, now.SupportEmail), Or("support_url", page, now.SupportUrl), time.UtcNowMicroseconds());
        PlatformView changed;
        await using (NpgsqlDataReader row = await update.ExecuteReaderAsync(cancellationToken))
        {
            await row.ReadAsync(cancellationToken);
            changed = Read(row);
        }
        await transaction.CommitAsync(cancellationToken);
        return changed;

        string? Or(string member, string? sent, string? kept) => changes.Named.Contains(member) ? sent : kept;
    }

    const string SetStatusSql = $"update identity.platform set status = $2, updated_at = $3 where id = $1 returning {Columns}";

    /// <summary>Suspends a platform or lets it in again: calls of its credentials and pages of its members are refused, or served, within five seconds.</summary>
    public async Task<IdentityResult<PlatformView>> SetStatusAsync(Guid platform, bool active, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand update = Command(SetStatusSql, platform, active ? "active" : "suspended", time.UtcNowMicroseconds());
        PlatformView changed;
        await using (NpgsqlDataReader row = await update.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return IdentityError.NotFound("Platform");
            changed = Read(row);
        }
        wake?.Raise(WakeSignals.Sessions);
        return changed;
    }

    const string SelectId = "select id from identity.platform where slug = $1";

    /// <summary>Id of a platform by its slug.</summary>
    /// <exception cref="PlatformException">There is none.</exception>
    public async Task<Guid> IdAsync(string slug, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectId, slug);
        return await select.ExecuteScalarAsync(cancellationToken) as Guid? ?? throw new PlatformException($"There is no platform {slug}.");
    }

    static PlatformView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), Text(row, 4), Text(row, 5), Text(row, 6), row.GetFieldValue<DateTimeOffset>(7), row.GetFieldValue<DateTimeOffset>(8));
}
