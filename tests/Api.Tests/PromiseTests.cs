using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Hosting.Reports;
using Keystone.Postgres.Migrations;
using Keystone.Settlements;
using Keystone.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit.Abstractions;

namespace Keystone.Api.Tests;

/// <summary>Promises of operation, by their ids: a database that goes away, a pool that is full, a schema that moves, a load that lasts. Figures are printed; no machine's speed is asserted.</summary>
[Collection(ApiCollection.Name)]
public sealed class PromiseTests(ApiFixture api, ITestOutputHelper output)
{
    static readonly bool Deep = Environment.GetEnvironmentVariable("KEYSTONE_TEST_DEEP") == "1";

    [Fact]
    public async Task D2_No_acknowledged_write_is_lost_while_sessions_are_ended_lines_are_reset_stand_still_or_hang_half_open_and_acknowledgements_are_lost()
    {
        int kills = Deep ? 100 : 9, workers = 6;
        await using CutProxy line = new((await api.SettingsAsync())["Storage:ConnectionString"]!);
        await using WebApplication app = await api.StartAsync(("Storage:ConnectionString", line.ConnectionString), ("Storage:StatementTimeoutSeconds", "1"));
        string url = app.Urls.First(), login = new Npgsql.NpgsqlConnectionStringBuilder(line.ConnectionString).Username!;
        string slug = "platform-d2-" + Guid.NewGuid().ToString("n")[..6];
        await api.AddPlatformAsync(slug);
        string token = await api.TokenAsync(slug);
        ConcurrentDictionary<string, string> acknowledged = new(StringComparer.Ordinal);
        ConcurrentBag<int> refused = [];
        using CancellationTokenSource over = new();
        Task[] load = [.. Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            for (int number = 0; !over.IsCancellationRequested; number++)
            {
                string key = $"d2-{worker}-{number}";
                JsonObject body = api.Single();
                body["idempotency_key"] = key;
                // The same request until it is answered, as the guide says.
                while (true)
                {
                    (int status, string text) = await PostAsync(url, token, body.ToJsonString());
                    if (status is 200 or 201)
                    {
                        acknowledged[key] = (string)JsonNode.Parse(text)!["id"]!;
                        break;
                    }
                    refused.Add(status);
                    await Task.Delay(TimeSpan.FromMilliseconds(20));
                }
            }
        }))];
        (long ended, int resets, int forgotten) = (0, 0, 0);
        for (int kill = 0; kill < kills; kill++)
        {
            // Each fault hits a system that works again.
            int known = acknowledged.Count;
            await Eventually.TrueAsync(() => Task.FromResult(acknowledged.Count > known), TimeSpan.FromSeconds(60), "Nothing is acknowledged after a fault.");
            switch (kill % 5)
            {
                case 0:
                    ended += (long)(await api.Database.CreateCommand($"select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = '{login}'").ExecuteScalarAsync())!;
                    break;
                case 1:
                    resets += line.Reset();
                    break;
                case 2:
                    line.CutNextCommit();
                    break;
                case 3:
                    line.Stall();
                    await Task.Delay(TimeSpan.FromMilliseconds(300));
                    line.Resume();
                    break;
                default:
                    forgotten += line.Forget();
                    break;
            }
        }
        await over.CancelAsync();
        await Task.WhenAll(load).WaitAsync(TimeSpan.FromSeconds(120));
        output.WriteLine($"{acknowledged.Count} settlements acknowledged, {refused.Count} answers 503; {ended} sessions ended, {resets} lines reset, {line.Cuts} acknowledgements lost, {forgotten} lines half open");
        Assert.True(ended > 0 && resets > 0 && line.Cuts > 0 && forgotten > 0, "A fault hit nothing.");
        Assert.True(!refused.IsEmpty, "Nothing was refused.");
        Assert.True(acknowledged.Count > workers, "There was no load.");
        Assert.All(refused.Distinct(), status => Assert.Equal(503, status));
        Dictionary<string, string> stored = [];
        await using (Npgsql.NpgsqlCommand select = api.Database.CreateCommand(
            "select k.idempotency_key, k.id::text from settlement.settlement k join identity.environment e on e.id = k.environment_id join identity.platform p on p.id = e.platform_id where p.slug = $1"))
        {
            select.Parameters.AddWithValue(slug);
            await using Npgsql.NpgsqlDataReader row = await select.ExecuteReaderAsync();
            // A key that stood for two settlements would fail here.
            while (await row.ReadAsync()) stored.Add(row.GetString(0), row.GetString(1));
        }
        Assert.Equal(acknowledged.OrderBy(one => one.Key, StringComparer.Ordinal), stored.OrderBy(one => one.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task D3_With_a_lock_that_lasts_and_a_pool_that_is_full_answers_are_503_nothing_is_stored_and_the_process_is_not_ready_until_it_is_over()
    {
        await using WebApplication app = await api.StartAsync(("Storage:MaxPoolSize", "4"), ("Storage:StatementTimeoutSeconds", "15"));
        string url = app.Urls.First(), token = await api.TokenAsync("platform-a"), other = await api.TokenAsync("platform-b");
        HealthCheckService health = app.Services.GetRequiredService<HealthCheckService>();
        async Task<HealthStatus> ReadyAsync() => (await health.CheckHealthAsync(check => check.Tags.Contains("ready"))).Entries.Single(entry => entry.Key == "postgres").Value.Status;
        Assert.Equal(HealthStatus.Healthy, await ReadyAsync());
        string prefix = $"d3-{Guid.NewGuid():n}-";
        string Body(int number)
        {
            JsonObject body = api.Single();
            body["idempotency_key"] = prefix + number;
            return body.ToJsonString();
        }
        async Task<long> CountAsync() => (long)(await api.Database.CreateCommand($"select count(*) from settlement.settlement where idempotency_key like '{prefix}%'").ExecuteScalarAsync())!;
        string known = (string)(await api.CreateAsync("platform-a", api.Single()))["id"]!;
        ConcurrentBag<(int Status, string? RetryAfter)> answers = [];
        using CancellationTokenSource over = new();
        await using (Npgsql.NpgsqlConnection holder = await api.Database.OpenConnectionAsync())
        await using (Npgsql.NpgsqlTransaction held = await holder.BeginTransactionAsync())
        {
            await using Npgsql.NpgsqlCommand hold = new("lock table settlement.settlement in access exclusive mode", holder, held);
            await hold.ExecuteNonQueryAsync();
            // A statement gives up its wait for the lock after two seconds and its connection is free for the next request: there is always a next one. Instructions of one environment
            // count its quota one after the other and so take one connection, and an environment has three of the four (decision 120); what fills the pool is two that read.
            Task[] load = [.. Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
            {
                for (int number = worker; !over.IsCancellationRequested; number += 16)
                    answers.Add(worker % 2 == 0 ? await AskAsync(url, token, Body(number)) : await AskAsync(url, worker % 4 == 1 ? token : other, null, "/" + known));
            }))];
            // Every connection of the pool waits for the lock, and as many requests wait for a connection; the check of the process waits behind them.
            await Eventually.TrueAsync(async () => await ReadyAsync() == HealthStatus.Unhealthy, TimeSpan.FromSeconds(60), "The process stays ready with a full pool.");
            await over.CancelAsync();
            await Task.WhenAll(load).WaitAsync(TimeSpan.FromSeconds(120));
            Assert.True(answers.Count >= 16);
            Assert.All(answers, answer => Assert.Equal((503, true), (answer.Status, answer.RetryAfter is not null)));
        }
        Assert.Equal(0, await CountAsync());
        await Eventually.TrueAsync(async () => await ReadyAsync() == HealthStatus.Healthy, TimeSpan.FromSeconds(60), "The process does not get ready again.");
        Assert.Equal(201, (await AskAsync(url, token, Body(0))).Status);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task D4_A_running_service_goes_on_while_the_next_schema_is_applied_a_new_start_refuses_a_schema_that_is_not_its_own_and_the_way_back_is_rehearsed()
    {
        // The next release: one migration more, of the kind that the rules allow, since the release before has to live with it.
        MigrationSource next = new("settlement",
        [
            .. SettlementSchema.Migrations.Files, new Migration("settlement", 9_999, "planted", "alter table settlement.settlement add column planted text; create index planted on settlement.settlement (planted)"),
        ], [.. SettlementSchema.Migrations.After]);
        MigrationSource[] sources = [.. Schemas.All.Select(source => source.Schema == "settlement" ? next : source), HostingSchema.Migrations];
        MigrationStore ofNext = new(api.Database, TimeProvider.System, sources), ofThis = new(api.Database, TimeProvider.System, [.. Schemas.All, HostingSchema.Migrations]);
        Assert.Contains("lacks 1 migrations, the first is settlement/9999_planted", (await Assert.ThrowsAsync<MigrationException>(() => ofNext.CheckAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
        using CancellationTokenSource over = new();
        ConcurrentBag<int> answers = [];
        string token = await api.TokenAsync("platform-a");
        Task load = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested) answers.Add((await AskAsync(api.Url, token, api.Single().ToJsonString())).Status);
        });
        try
        {
            await Eventually.TrueAsync(() => Task.FromResult(!answers.IsEmpty));
            Assert.Equal("settlement/9999_planted", Assert.Single(await ofNext.ApplyAsync(CancellationToken.None)).ToString());
            await ofNext.CheckAsync(CancellationToken.None);
            int before = answers.Count;
            await Eventually.TrueAsync(() => Task.FromResult(answers.Count > before + 5));
            await over.CancelAsync();
            await load;
            // A request that met the moment of the change may have been asked to come again.
            Assert.All(answers, status => Assert.True(status is 201 or 503, $"{status}"));
            Assert.True(answers.Count(status => status == 503) < answers.Count / 2);
            Assert.Contains("newer build: it has (settlement, 9999)", (await Assert.ThrowsAsync<MigrationException>(() => ofThis.CheckAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
        }
        finally
        {
            await over.CancelAsync();
            await api.Database.CreateCommand("alter table settlement.settlement drop column if exists planted; delete from public.schema_version where number = 9999").ExecuteNonQueryAsync();
        }
        await ofThis.CheckAsync(CancellationToken.None);
    }

    [Fact]
    public async Task L1_A_mix_of_one_create_to_five_reads_has_no_error()
    {
        (int creates, TimeSpan length) = Deep ? (200, TimeSpan.FromMinutes(30)) : (20, TimeSpan.FromSeconds(8));
        string token = await api.TokenAsync("platform-a"), id = (string)(await api.CreateAsync("platform-a", api.Single()))["id"]!;
        (double[] create, double[] read, int errors) = await MixAsync(token, id, creates, length);
        output.WriteLine($"{create.Length} creates, p99 {Percentile(create, 0.99):0.0} ms; {read.Length} reads, p99 {Percentile(read, 0.99):0.0} ms; {errors} errors");
        Assert.True(create.Length > 0 && read.Length > 0, "There was no load.");
        Assert.Equal(0, errors);
    }

    [Fact]
    public async Task L2_Under_a_load_that_lasts_neither_memory_nor_handles_nor_threads_grow()
    {
        (int rounds, TimeSpan length) = Deep ? (48, TimeSpan.FromMinutes(30)) : (4, TimeSpan.FromSeconds(4));
        string token = await api.TokenAsync("platform-a"), id = (string)(await api.CreateAsync("platform-a", api.Single()))["id"]!;
        List<(long Heap, int Handles, int Threads)> after = [];
        for (int round = 0; round < rounds; round++)
        {
            (_, _, int errors) = await MixAsync(token, id, 20, length);
            Assert.Equal(0, errors);
            using Process self = Process.GetCurrentProcess();
            after.Add((GC.GetTotalMemory(forceFullCollection: true), Directory.GetFileSystemEntries("/proc/self/fd").Length, self.Threads.Count));
        }
        output.WriteLine(string.Join("; ", after.Select(one => $"{one.Heap / 1048576.0:0.0} MiB, {one.Handles} handles, {one.Threads} threads")));
        // The first round fills caches and pools; from the second on a leak would add its share each time.
        (long Heap, int Handles, int Threads) second = after[1], last = after[^1];
        Assert.True(last.Heap < second.Heap + (32L << 20), $"The heap grew from {second.Heap} to {last.Heap} bytes.");
        Assert.True(last.Handles < second.Handles + 100, $"Handles grew from {second.Handles} to {last.Handles}.");
        Assert.True(last.Threads < second.Threads + 50, $"Threads grew from {second.Threads} to {last.Threads}.");
    }

    async Task<(double[] Creates, double[] Reads, int Errors)> MixAsync(string token, string id, int creates, TimeSpan length)
    {
        ConcurrentBag<double> made = [], read = [];
        int errors = 0;
        long end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
        {
            bool creating = worker == 0;
            // A pace for each worker: what the machine cannot do is not queued.
            using PeriodicTimer pace = new(TimeSpan.FromSeconds(1.0 / creates));
            while (Stopwatch.GetTimestamp() < end && await pace.WaitForNextTickAsync())
            {
                long start = Stopwatch.GetTimestamp();
                int status = creating ? (await AskAsync(api.Url, token, api.Single().ToJsonString())).Status : await ReadAsync(token, id);
                (creating ? made : read).Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (status != (creating ? 201 : 200)) Interlocked.Increment(ref errors);
            }
        })));
        return ([.. made], [.. read], errors);
    }

    async Task<int> ReadAsync(string token, string id)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"{api.Url}/v1/settlements/{id}");
        request.Headers.Authorization = new("Bearer", token);
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return (int)response.StatusCode;
    }

    async Task<(int Status, string? RetryAfter)> AskAsync(string url, string token, string? body, string path = "")
    {
        using HttpRequestMessage request = new(body is null ? HttpMethod.Get : HttpMethod.Post, url + "/v1/settlements" + path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new("Bearer", token);
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return ((int)response.StatusCode, response.Headers.RetryAfter?.ToString());
    }

    async Task<(int Status, string Text)> PostAsync(string url, string token, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, url + "/v1/settlements") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", token);
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    static double Percentile(double[] values, double part)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
    }
}
