using System.Text.Json;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Hosting.Reports;

/// <summary>Processes and their reports.</summary>
public sealed class ReportStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    /// <summary>After so long without a word a process counts as not heard from.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    // What has not been heard from for a day is no process any more.
    static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    const string UpsertInstance = """
        insert into hosting.instance (id, service, machine, version, started_at, seen_at) values ($1, $2, $3, $4, $5, $6) on conflict (id) do update set seen_at = excluded.seen_at
        """;

    const string DeleteForgotten = "delete from hosting.instance where seen_at < $1";

    const string UpsertReport = """
        insert into hosting.report (instance_id, name, json, at) values ($1, $2, $3, $4) on conflict (instance_id, name) do update set json = excluded.json, at = excluded.at
        """;

    /// <summary>Writes that the process runs, and what it reports.</summary>
    public async Task WriteAsync(
        Guid instance, string service, string machine, string version, DateTimeOffset started, IReadOnlyDictionary<string, string> reports, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reports);
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlBatch batch = Database.CreateBatch();
        batch.BatchCommands.Add(BatchCommand(UpsertInstance, instance, service, machine, version, started.ToUniversalTime(), now));
        batch.BatchCommands.Add(BatchCommand(DeleteForgotten, now - Forgotten));
        foreach ((string name, string json) in reports) batch.BatchCommands.Add(BatchCommand(UpsertReport, instance, name, json, now));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    const string SelectInstances = "select id, service, machine, version, started_at, seen_at from hosting.instance order by service, started_at, id";

    /// <summary>All processes of the last day.</summary>
    public async Task<IReadOnlyList<InstanceView>> InstancesAsync(CancellationToken cancellationToken)
    {
        List<InstanceView> instances = [];
        await using NpgsqlCommand select = Command(SelectInstances);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) instances.Add(Instance(row));
        return instances;
    }

    const string SelectReports = """
        select i.id, i.service, i.machine, i.version, i.started_at, i.seen_at, r.name, r.at, r.json from hosting.report r join hosting.instance i on i.id = r.instance_id
        where r.name = $1 order by i.service, i.started_at, i.id
        """;

    /// <summary>The reports of a name, of all processes.</summary>
    public async Task<IReadOnlyList<ReportView>> ReportsAsync(string name, CancellationToken cancellationToken)
    {
        List<ReportView> reports = [];
        await using NpgsqlCommand select = Command(SelectReports, name);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            DateTimeOffset at = row.GetFieldValue<DateTimeOffset>(7);
            reports.Add(new ReportView(Instance(row), row.GetString(6), at, Age(at), JsonElement.Parse(row.GetString(8))));
        }
        return reports;
    }

    InstanceView Instance(NpgsqlDataReader row)
    {
        DateTimeOffset seen = row.GetFieldValue<DateTimeOffset>(5);
        return new InstanceView(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), seen, Age(seen),
            time.GetUtcNow() - seen > Silence ? "not_heard_from" : "alive");
    }

    int Age(DateTimeOffset at) => Math.Max(0, (int)(time.GetUtcNow() - at).TotalSeconds);
}
