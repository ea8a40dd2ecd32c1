using System.Globalization;
using Keystone.Bench;
using Keystone.Dev.Servers;
using Keystone.WebBench;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
string[] parts = ["home", "paint"];
List<string> wanted = [];
int rounds = 5, rows = HomePages.Large;
for (int i = 0; i < args.Length; i++)
{
    string value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--part" when parts.Contains(value): wanted.Add(value); break;
        case "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out rounds) && rounds > 0: break;
        case "--rows" when int.TryParse(value, CultureInfo.InvariantCulture, out rows) && rows >= HomePages.Small: break;
        default:
            Console.Error.WriteLine($"bench web: {args[i]} {value}: there are --part {string.Join('|', parts)}, --rounds N, and --rows N from {HomePages.Small}.");
            return 2;
    }
    i++;
}
bool Runs(string part) => wanted.Count == 0 || wanted.Contains(part);
const string NotAsked = "this part was not asked for";

string folder = Path.Combine(KeystoneHome.Open(), "bench", $"web-{Environment.ProcessId}");
await using EmbeddedPostgres postgres = await EmbeddedPostgres.StartAsync(folder, durable: true, CancellationToken.None);
Environment.SetEnvironmentVariable("KEYSTONE_TEST_POSTGRES", postgres.ConnectionString);
Report report = new("web");
try
{
    await using PageServer server = await PageServer.StartAsync();
    if (Runs("home")) await HomePages.MeasureAsync(report, server, rounds, rows);
    else report.Skipped("home_100k_vs_1k", NotAsked);
    if (Runs("paint")) await FirstPaint.MeasureAsync(report, server, rounds);
    else report.Skipped("first_paint_vs_bare_page", NotAsked);
}
finally
{
    await postgres.DisposeAsync();
    Directory.Delete(folder, recursive: true);
}
return report.Write($"""
    # The pages

    Written by `scripts/bench web`; do not edit. Release build, Postgres 18 with `fsync` and `synchronous_commit` on; the API with its pages, what asks it and the browser on the same machine.
    What is compared was measured in turn in one run, {rounds} rounds, medians.

    * **home**: {HomePages.About}
    * **paint**: {FirstPaint.About}
    """);
