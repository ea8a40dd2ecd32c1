using System.Globalization;
using System.Text;
using Keystone.Bench;
using Keystone.Dev;
using Npgsql;

namespace Keystone.SystemBench;

/// <summary>
/// What the whole work took of processor, database and chain: counters of Postgres, of <c>/proc</c>, and of the services' pages of metrics, read before and after. It goes to the last
/// webhook of FINALIZED, beyond what is timed.
/// </summary>
sealed class Costs
{
    // A name, and what is counted. Statements with several rows of a table count each row.
    const string CountersSql = """
        select 'commits', xact_commit::float8 from pg_stat_database where datname = current_database()
        union all select 'WAL, KiB', wal_bytes::float8 / 1024 from pg_stat_wal
        union all select 'WAL records', wal_records::float8 from pg_stat_wal
        union all select 'WAL syncs', sum(fsyncs)::float8 from pg_stat_io where object = 'wal'
        union all select 'rows inserted', sum(n_tup_ins)::float8 from pg_stat_user_tables
        union all select 'rows updated', sum(n_tup_upd)::float8 from pg_stat_user_tables
        union all select 'rows updated within their page', sum(n_tup_hot_upd)::float8 from pg_stat_user_tables
        union all select 'index scans', sum(idx_scan)::float8 from pg_stat_user_tables
        union all select 'scans of whole tables', sum(seq_scan)::float8 from pg_stat_user_tables
        union all select 'decisions written', coalesce(sum(version - 1), 0)::float8 from settlement.settlement
        union all select 'events in chains', count(*)::float8 from settlement.event
        union all select 'screenings', count(*)::float8 from compliance.screening
        union all select 'messages', count(*)::float8 from webhooks.message
        union all select 'deliveries attempted', count(*)::float8 from webhooks.delivery_attempt
        union all select 'transactions of the keeper', count(*)::float8 from transactions.nonce
        union all select 'signed for them', count(*)::float8 from transactions.attempt
        union all select 'broadcasts noted', count(*)::float8 from transactions.broadcast
        union all select 'revision of the mirror', revision::float8 from chain.position
        """;

    // Of a service's page of metrics, whatever the labels.
    static readonly (string Series, string What, double Scale)[] Series =
    [
        ("db_client_operation_duration_seconds_count", "trips to the database", 1),
        ("dotnet_jit_compilation_time_seconds_total", "compiling, ms", 1_000),
        ("dotnet_jit_compiled_methods_total", "methods compiled", 1),
        ("dotnet_gc_heap_total_allocated_bytes_total", "allocated, KiB", 1.0 / 1_024),
        ("keystone_engine_groups_total", "groups of decisions", 1),
    ];

    static readonly double TickMilliseconds = 10;

    readonly List<(string Name, double Value)> _counters;

    Costs(List<(string, double)> counters) => _counters = counters;

    /// <summary>Reads all counters.</summary>
    public static async Task<Costs> ReadAsync(Started started)
    {
        List<(string, double)> counters = [];
        foreach ((string name, double ticks) in Processors(started)) counters.Add(($"processor of {name}, ms", ticks * TickMilliseconds));
        // Backends report what they did within a second of it.
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        await using (NpgsqlCommand select = started.Database.CreateCommand(CountersSql))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync())
            while (await row.ReadAsync()) counters.Add((row.GetString(0), row.IsDBNull(1) ? 0 : row.GetDouble(1)));
        foreach (DevService service in started.File.Services)
        {
            string page = await started.PageAsync(service);
            foreach ((string series, string what, double scale) in Series)
                if (Sum(page, series) is { } sum) counters.Add(($"{service.Name}: {what}", sum * scale));
        }
        counters.Add(("blocks", await started.HeadAsync()));
        return new Costs(counters);
    }

    /// <summary>A Markdown table of what there is more of than before, divided among settlements.</summary>
    public string Since(Costs before, int settlements)
    {
        Dictionary<string, double> earlier = before._counters.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);
        StringBuilder table = new($"| of {settlements.ToString(CultureInfo.InvariantCulture)} settlements | in all | each |\n|---|---|---|\n");
        foreach ((string name, double value) in _counters)
        {
            double more = value - earlier.GetValueOrDefault(name);
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {Report.Text(more)} | {Report.Text(more / settlements)} |\n");
        }
        return table.ToString();
    }

    static double? Sum(string page, string series)
    {
        double? sum = null;
        foreach (string line in page.Split('\n'))
            if (line.StartsWith(series, StringComparison.Ordinal) && line[series.Length] is ' ' or '{')
            {
                string value = line[(line.LastIndexOf('}') is var end and >= 0 ? end + 1 : series.Length)..].Trim().Split(' ')[0];
                sum = (sum ?? 0) + double.Parse(value, CultureInfo.InvariantCulture);
            }
        return sum;
    }

    // Ticks of each part. Postgres is its server with all sessions, those that have ended too.
    static IEnumerable<(string Name, double Ticks)> Processors(Started started)
    {
        Dictionary<int, (int Parent, double Own, double Ended, string[] Arguments)> processes = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit)))
            try
            {
                string stat = File.ReadAllText(Path.Combine(folder, "stat"));
                // Behind the name, which may contain spaces: state, parent, and so on; the times are fields 14 to 17 of all.
                string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                double At(int field) => double.Parse(fields[field - 3], CultureInfo.InvariantCulture);
                processes[int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)] =
                    ((int)At(4), At(14) + At(15), At(16) + At(17), File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0'));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        foreach (DevService service in started.File.Services)
            yield return (service.Name, processes.Values.Where(one => one.Arguments[0].EndsWith("dotnet", StringComparison.Ordinal) && one.Arguments.Contains(service.SettingsFile)).Sum(one => one.Own));
        string port = started.Environment.Postgres.Port.ToString(CultureInfo.InvariantCulture);
        int server = processes.FirstOrDefault(one => one.Value.Arguments[0].EndsWith("/postgres", StringComparison.Ordinal) && one.Value.Arguments.Contains(port)).Key;
        yield return ("postgres", processes.Where(one => one.Key == server || one.Value.Parent == server).Sum(one => one.Value.Own) + processes.GetValueOrDefault(server).Ended);
        string rpc = new Uri(started.File.RpcUrl).Port.ToString(CultureInfo.InvariantCulture);
        yield return ("anvil", processes.Values.Where(one => one.Arguments[0].EndsWith("anvil", StringComparison.Ordinal) && one.Arguments.Contains(rpc)).Sum(one => one.Own));
        yield return ("this bench", processes.GetValueOrDefault(Environment.ProcessId).Own);
    }
}
