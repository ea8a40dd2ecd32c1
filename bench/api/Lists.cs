using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Bench;
using Keystone.Settlements.List;
using Npgsql;

namespace Keystone.ApiBench;

/// <summary>A page of a long list, near its beginning and far from it, and beside a short list.</summary>
static class Lists
{
    const int PageSize = 50, Small = 10_000, Repeats = 40;

    public const string About = """
        two environments of one database, one with 1,000,000 settlements and one with 10,000. A page is 50 whole settlements. Page 10,000 begins 499,950 settlements behind the
        newest, by the cursor that page 9,999 gives. Each figure is the median of 40 requests, one after the other; pages that are compared are asked for in turn.
        """;

    public static async Task MeasureAsync(Report report, int rounds, int rows)
    {
        Console.WriteLine($"lists: {rows:#,##0} settlements");
        await using ApiServer server = await ApiServer.StartAsync();
        Dictionary<string, Guid> samples = [];
        foreach (string platform in (string[])["platform-a", "platform-b"])
        {
            JsonObject body = server.Api.Single();
            body["legs"]![0]!["instrument_id"] = "KBOND";
            samples[platform] = Guid.Parse((string)(await server.Api.CreateAsync(platform, body))["id"]!);
        }
        await FillAsync(server.Database, samples["platform-a"], rows, 1);
        await FillAsync(server.Database, samples["platform-b"], Small, 2);
        await using (NpgsqlConnection connection = await server.Database.OpenConnectionAsync()) await RunAsync(connection, "vacuum analyze");

        using HttpClient large = await server.SignInAsync("platform-a", 1), small = await server.SignInAsync("platform-b", 1);
        int far = Math.Min(10_000, rows / PageSize / 2);
        string first = $"/v1/settlements?limit={PageSize}", distant = $"{first}&cursor={await CursorAsync(server, far)}";
        foreach ((HttpClient client, string path) in ((HttpClient, string)[])[(large, first), (large, distant), (small, first)]) await TimeAsync(client, path);
        Comparison depth = await Series.CompareAsync(rounds, _ => TimeAsync(large, distant), _ => TimeAsync(large, first));
        Comparison length = await Series.CompareAsync(rounds, _ => TimeAsync(large, first), _ => TimeAsync(small, first));
        string raw = $"page {far:#,##0} {Series.Text(depth.A)} ms, page 1 {Series.Text(depth.B)} ms";
        if (far == 10_000) report.Measured("list_page_10000_vs_1", depth.Ratio, raw);
        else report.Skipped("list_page_10000_vs_1", $"ratio {Report.Text(depth.Ratio)}, but with --rows {rows} there is no page 10000: {raw}");
        raw = $"of {rows:#,##0} {Series.Text(length.A)} ms, of {Small:#,##0} {Series.Text(length.B)} ms";
        if (rows == 1_000_000) report.Measured("list_1m_vs_10k", length.Ratio, raw);
        else report.Skipped("list_1m_vs_10k", $"ratio {Report.Text(length.Ratio)}, but --rows was not 1000000: {raw}");
    }

    // The place that page FAR begins behind, as the page before gives it.
    static async Task<string> CursorAsync(ApiServer server, int far)
    {
        await using NpgsqlCommand select = server.Database.CreateCommand("""
            select created_at, settlement_id from settlement.visible_to where environment_id = $1 order by created_at desc, settlement_id desc offset $2 limit 1
            """);
        select.Parameters.AddWithValue(await server.Api.EnvironmentAsync("platform-a"));
        select.Parameters.AddWithValue((far - 1) * PageSize - 1);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync();
        await row.ReadAsync();
        return new ListCursor(row.GetFieldValue<DateTimeOffset>(0), row.GetGuid(1)).ToString();
    }

    // Median milliseconds of a page.
    static async Task<double> TimeAsync(HttpClient client, string path)
    {
        List<double> times = [];
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage response = await client.GetAsync(path);
            byte[] page = await response.Content.ReadAsByteArrayAsync();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (!response.IsSuccessStatusCode || JsonNode.Parse(page)!["items"]!.AsArray().Count != PageSize) throw new InvalidOperationException($"{path} was answered {(int)response.StatusCode}.");
        }
        return Series.Median(times);
    }

    // Copies of a settlement that the API made: every row of the tables that a list reads, under new ids and a second older each.
    static async Task FillAsync(NpgsqlDataSource database, Guid sample, int count, int set)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        // The rows are right by construction; checking millions of foreign keys would take longer than all of the bench.
        await RunAsync(connection, "set session_replication_role = replica");
        await RunAsync(connection, "set synchronous_commit = off");
        const int Step = 100_000;
        for (int begin = 1; begin < count; begin += Step)
        {
            int last = Math.Min(begin + Step, count) - 1;
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
                        values.Add(name == key ? NewId("s") : name switch
                        {
                            "id" => NewId("t.id"),
                            "idempotency_key" => "n::text",
                            "created_at" => "t.created_at - n * interval '1 second'",
                            _ => $"t.\"{name}\"",
                        });
                    }
                }
                await RunAsync(connection, string.Create(CultureInfo.InvariantCulture,
                    $"insert into {table} ({string.Join(", ", names)}) select {string.Join(", ", values)} from {table} t, generate_series({begin}, {last}) n where t.{key} = '{sample}'"));
            }
            Console.WriteLine($"     {last:#,##0} of {count:#,##0}");
        }

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
