using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Dev;
using Npgsql;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>Ten times as many requests of one environment as it may send, by the clock of another. Both times are measured in turns in one run: their ratio is the promise, neither time is.</summary>
/// <remarks>With <c>--deep</c> only, because a normal run shares its cores with other suites. What is refused, and who keeps connections, is in RequestLimitTests and TransportTests.</remarks>
public sealed class OverloadTests(ITestOutputHelper output)
{
    const int Allowed = 600, Times = 10, Turns = 8, Pace = 40;

    static readonly TimeSpan Turn = TimeSpan.FromSeconds(8);

    [FactOfADeepRun]
    public async Task S7_Ten_times_overload_of_one_environment_keeps_the_p99_of_another_under_twice_the_usual()
    {
        await using LocalSystem system = await LocalSystem.StartAsync(services: false);
        await using ServiceProcess api = new(system.File.Service("api"));
        await api.StartAsync();
        await using (NpgsqlDataSource owner = NpgsqlDataSource.Create(system.File.OwnerConnection))
            await RunAsync(owner, $"update identity.environment set rate_limit = {Allowed.ToString(CultureInfo.InvariantCulture)} where platform_id = (select id from identity.platform where slug = 'platform-a')");
        using HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 400 }) { Timeout = TimeSpan.FromMinutes(2) };
        Caller flooding = new(client, system.File, await TokenAsync(client, system.File, "platform-a")), other = new(client, system.File, await TokenAsync(client, system.File, "platform-b"));
        // The first ones pay for what is compiled and opened for the first time.
        await other.MeasureAsync(TimeSpan.FromSeconds(10), Pace);
        List<double> usual = [], within = [];
        ConcurrentDictionary<int, int> answers = [];
        for (int turn = 0; turn < Turns; turn++)
        {
            usual.AddRange(await other.MeasureAsync(Turn, Pace));
            using CancellationTokenSource over = new();
            Task flood = flooding.FloodAsync(Allowed * Times / 60, answers, over.Token);
            within.AddRange(await other.MeasureAsync(Turn, Pace));
            await over.CancelAsync();
            await flood;
        }
        (double before, double during) = (Percentile(usual, 99), Percentile(within, 99));
        string sent = string.Join(", ", answers.OrderBy(one => one.Key).Select(one => $"{one.Value} times {one.Key}"));
        string said = string.Create(CultureInfo.InvariantCulture, $"""
            p99 {during:0.0} ms beside {Times} times what another environment may send, {before:0.0} ms without it, {during / before:0.00} times; p50 {Percentile(within, 50):0.0} ms
            and {Percentile(usual, 50):0.0} ms; {within.Count} and {usual.Count} requests; the other's answers: {sent}
            """);
        output.WriteLine(said);
        Assert.True(answers.Keys.All(status => status is 200 or 201 or 429) && answers.GetValueOrDefault(429) > 0 && answers.GetValueOrDefault(201) > 0, said);
        Assert.True(during <= 2 * before, said);
    }

    static double Percentile(List<double> times, int part) => times.Order().ElementAt(times.Count * part / 100);

    static async Task RunAsync(NpgsqlDataSource owner, string sql)
    {
        await using NpgsqlCommand command = owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<string> TokenAsync(HttpClient client, DevFile system, string slug)
    {
        DevPlatform platform = system.Platform(slug);
        using HttpResponseMessage signedIn = await client.PostAsJsonAsync(system.ApiUrl + "/oauth/token",
            new { client_id = platform.ClientId, client_secret = platform.ClientSecret, audience = "https://api.keystoneos.xyz", grant_type = "client_credentials" });
        return (string)JsonNode.Parse(await signedIn.Content.ReadAsStringAsync())!["access_token"]!;
    }

    sealed class Caller(HttpClient client, DevFile system, string token)
    {
        /// <summary>A read and a creation in turns, at a pace; how long each took, milliseconds.</summary>
        public async Task<List<double>> MeasureAsync(TimeSpan length, int perSecond)
        {
            ConcurrentQueue<double> times = new();
            ConcurrentQueue<int> wrong = new();
            await PaceAsync(perSecond, async number =>
            {
                long begun = Stopwatch.GetTimestamp();
                int status = await SendAsync(number % 4 == 0);
                times.Enqueue(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                if (status is not (200 or 201)) wrong.Enqueue(status);
            }, length, CancellationToken.None);
            Assert.Empty(wrong);
            return [.. times];
        }

        /// <summary>Sends at a pace whatever comes back, until it is over.</summary>
        public Task FloodAsync(int perSecond, ConcurrentDictionary<int, int> answers, CancellationToken over) =>
            PaceAsync(perSecond, async number => answers.AddOrUpdate(await SendAsync(number % 2 == 0), 1, (_, count) => count + 1), Timeout.InfiniteTimeSpan, over);

        // Each is sent at its time, whether those before were answered or not.
        static async Task PaceAsync(int perSecond, Func<int, Task> send, TimeSpan length, CancellationToken over)
        {
            long begun = Stopwatch.GetTimestamp();
            List<Task> sent = [];
            while (!over.IsCancellationRequested && (length == Timeout.InfiniteTimeSpan || Stopwatch.GetElapsedTime(begun) < length))
            {
                TimeSpan due = TimeSpan.FromSeconds((double)sent.Count / perSecond) - Stopwatch.GetElapsedTime(begun);
                if (due > TimeSpan.Zero) await Task.Delay(due, CancellationToken.None);
                sent.Add(send(sent.Count));
            }
            await Task.WhenAll(sent);
        }

        async Task<int> SendAsync(bool creates)
        {
            using HttpRequestMessage request = new(creates ? HttpMethod.Post : HttpMethod.Get, system.ApiUrl + (creates ? "/v1/settlements" : "/v1/settlements?limit=5"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (creates) request.Content = new StringContent(SamePostTests.Body(system, Guid.NewGuid().ToString()), Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await client.SendAsync(request);
            await response.Content.ReadAsByteArrayAsync();
            return (int)response.StatusCode;
        }
    }
}
