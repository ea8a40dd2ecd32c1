using System.Diagnostics;
using System.Globalization;
using Keystone.Bench;
using Npgsql;

namespace Keystone.WebBench;

/// <summary>The home page of an environment with a long history, beside one with a short history.</summary>
static class HomePages
{
    /// <summary>Settlements of the long history.</summary>
    public const int Large = 100_000;

    /// <summary>Settlements of the short one.</summary>
    public const int Small = 1_000;

    const int Open = 50, ADay = 1_000, Repeats = 20;

    public const string About = """
        two environments of one database, one with 100,000 settlements and one with 1,000. Both have 50 open ones and ended 1,000 a day, so the longer history goes back further. The page
        is asked for with a member's cookie and rendered by the server; each figure is the median of 20 requests, one after the other. Events of the copies are not there.
        """;

    public static async Task MeasureAsync(Report report, PageServer server, int rounds, int rows)
    {
        Console.WriteLine($"home: {rows:#,##0} settlements");
        (HttpClient large, _, Guid first) = await server.PlatformAsync();
        (HttpClient small, _, Guid second) = await server.PlatformAsync();
        await FillAsync(server, first, rows, 1);
        await FillAsync(server, second, Small, 2);
        await using (NpgsqlConnection connection = await server.Database.OpenConnectionAsync())
        {
            await using NpgsqlCommand vacuum = new("vacuum analyze", connection) { CommandTimeout = 0 };
            await vacuum.ExecuteNonQueryAsync();
        }
        foreach (HttpClient client in (HttpClient[])[large, small]) await TimeAsync(client);
        Comparison comparison = await Series.CompareAsync(rounds, _ => TimeAsync(large), _ => TimeAsync(small));
        string raw = $"of {rows:#,##0} {Series.Text(comparison.A)} ms, of {Small:#,##0} {Series.Text(comparison.B)} ms";
        if (rows == Large) report.Measured("home_100k_vs_1k", comparison.Ratio, raw);
        else report.Skipped("home_100k_vs_1k", $"ratio {Report.Text(comparison.Ratio)}, but --rows was not {Large}: {raw}");
        large.Dispose();
        small.Dispose();
    }

    static async Task<double> TimeAsync(HttpClient client)
    {
        List<double> times = [];
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            string page = await client.GetStringAsync("/app/sandbox");
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (!page.Contains("id=\"latest\"", StringComparison.Ordinal)) throw new InvalidOperationException("The home page was not rendered: " + page[..Math.Min(page.Length, 500)]);
        }
        return Series.Median(times);
    }

    // Copies of a settlement that the API made: every row of the tables that the page reads, under new ids; all but the newest have ended.
    static async Task FillAsync(PageServer server, Guid sample, int count, int set)
    {
        await using NpgsqlConnection connection = await server.Database.OpenConnectionAsync();
        await RunAsync(connection, "set session_replication_role = replica; set synchronous_commit = off");
        string age = string.Create(CultureInfo.InvariantCulture, $"n * interval '{86_400 / ADay} seconds'");
        foreach (string table in (string[])["settlement.settlement", "settlement.party", "settlement.leg", "settlement.visible_to", "settlement.audit_head"])
        {
            string key = table == "settlement.settlement" ? "id" : "settlement_id";
            List<string> names = [], values = [];
            await using (NpgsqlCommand columns = new("select column_name from information_schema.columns where table_schema || '.' || table_name = $1 and is_generated = 'NEVER' order by ordinal_position", connection))
            {
                columns.Parameters.AddWithValue(table);
                await using NpgsqlDataReader row = await columns.ExecuteReaderAsync();
                while (await row.ReadAsync())
                {
                    string name = row.GetString(0);
                    names.Add($"\"{name}\"");
                    values.Add(name == key ? NewId("s") : (table, name) switch
                    {
                        (_, "id") => NewId("t.id"),
                        (_, "idempotency_key") => "n::text",
                        (_, "created_at") => $"t.created_at - {age}",
                        ("settlement.settlement", "state") => Ended("'FINALIZED'", "t.state"),
                        ("settlement.settlement", "is_terminal") => Ended("true", "t.is_terminal"),
                        ("settlement.settlement", "outcome") => Ended("'finalized'", "t.outcome"),
                        ("settlement.settlement", "closed_at") => Ended($"t.created_at - {age} + interval '5 minutes'", "t.closed_at"),
                        _ => $"t.\"{name}\"",
                    });
                }
            }
            await RunAsync(connection, string.Create(CultureInfo.InvariantCulture,
                $"insert into {table} ({string.Join(", ", names)}) select {string.Join(", ", values)} from {table} t, generate_series(1, {count - 1}) n where t.{key} = '{sample}'"));
        }

        static string Ended(string ended, string open) => string.Create(CultureInfo.InvariantCulture, $"case when n >= {Open} then {ended} else {open} end");

        // Older settlements have smaller ids, as those of the product do.
        string NewId(string of) => string.Create(CultureInfo.InvariantCulture,
            $"('0{set}80' || lpad(to_hex(16777216 - n), 8, '0') || '7000' || {(of == "s" ? "'8000000000000000'" : $"substr(md5({of}::text || n), 1, 16)")})::uuid");
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
