using System.Globalization;
using Keystone.ApiBench;
using Keystone.Bench;
using Keystone.Dev.Servers;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
string[] parts = ["create", "read", "lists", "webhooks", "hanging", "screening"];
List<string> wanted = [];
int rounds = 5, requests = 2_000, rows = 1_000_000;
for (int i = 0; i < args.Length; i++)
{
    string value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--part" when parts.Contains(value): wanted.Add(value); break;
        case "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out rounds) && rounds > 0: break;
        case "--requests" when int.TryParse(value, CultureInfo.InvariantCulture, out requests) && requests > 0: break;
        case "--rows" when int.TryParse(value, CultureInfo.InvariantCulture, out rows) && rows >= 1_000: break;
        default:
            Console.Error.WriteLine($"bench api: {args[i]} {value}: there are --part {string.Join('|', parts)}, --rounds N, --requests N, and --rows N from 1000.");
            return 2;
    }
    i++;
}
bool Runs(string part) => wanted.Count == 0 || wanted.Contains(part);
const string NotAsked = "this part was not asked for";

// As durable as in use: fsync and synchronous_commit are on.
string folder = Path.Combine(KeystoneHome.Open(), "bench", $"api-{Environment.ProcessId}");
await using EmbeddedPostgres postgres = await EmbeddedPostgres.StartAsync(folder, durable: true, CancellationToken.None);
Environment.SetEnvironmentVariable("KEYSTONE_TEST_POSTGRES", postgres.ConnectionString);
Report report = new("api");
try
{
    if (Runs("create")) await Creates.MeasureAsync(report, rounds, requests);
    else report.Skipped("create_vs_bare_insert", NotAsked);
    if (Runs("read")) await Reads.MeasureAsync(report, rounds, requests);
    else report.Skipped("read_vs_bare_select_endpoint", NotAsked);
    if (Runs("lists")) await Lists.MeasureAsync(report, rounds, rows);
    else
        foreach (string name in (string[])["list_page_10000_vs_1", "list_1m_vs_10k"]) report.Skipped(name, NotAsked);
    if (Runs("webhooks")) await Webhooks.MeasureAsync(report, rounds, requests);
    else report.Skipped("webhooks_vs_bare_loop", NotAsked);
    if (Runs("hanging")) await Hanging.MeasureAsync(report, rounds);
    else report.Skipped("webhook_p99_beside_hanging_endpoint", NotAsked);
    if (Runs("screening")) await Screening.MeasureAsync(report, rounds);
    else report.Skipped("screen_names_vs_linear_scan", NotAsked);
}
finally
{
    await postgres.DisposeAsync();
    Directory.Delete(folder, recursive: true);
}
return report.Write($"""
    # The API

    Written by `scripts/bench api`; do not edit. Release build, Postgres 18 with `fsync` and `synchronous_commit` on, the API and what asks it in one process on the same machine.
    What is compared was measured in turn in one run, {rounds} rounds, medians.

    * **create**: {Creates.About}
    * **read**: {Reads.About}
    * **lists**: {Lists.About}
    * **webhooks**: {Webhooks.About}
    * **hanging**: {Hanging.About}
    * **screening**: {Screening.About}
    """);
