using System.Globalization;
using Keystone.Bench;
using Keystone.Dev.Servers;
using Keystone.KeeperBench;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
if (args is ["scale", .. string[] sizes]) return await ScaleTable.RunAsync(sizes);
string[] parts = ["calldata", "encoding", "engine", "swaps", "transactions"];
List<string> wanted = [];
int finished = 1_000_000, rounds = 5;
for (int i = 0; i < args.Length; i++)
{
    string value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--part" when parts.Contains(value): wanted.Add(value); break;
        case "--finished" when int.TryParse(value, CultureInfo.InvariantCulture, out finished) && finished > 0: break;
        case "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out rounds) && rounds > 0: break;
        default:
            Console.Error.WriteLine($"bench keeper: {args[i]} {value}: there are --part {string.Join('|', parts)}, --finished N and --rounds N, both above 0.");
            return 2;
    }
    i++;
}
bool Runs(string part) => wanted.Count == 0 || wanted.Contains(part);
const string NotAsked = "this part was not asked for";

// As durable as in use: fsync and synchronous_commit are on.
string folder = Path.Combine(KeystoneHome.Open(), "bench", $"keeper-{Environment.ProcessId}");
await using EmbeddedPostgres postgres = await EmbeddedPostgres.StartAsync(folder, durable: true, CancellationToken.None);
Environment.SetEnvironmentVariable("KEYSTONE_TEST_POSTGRES", postgres.ConnectionString);
Report report = new("keeper");
try
{
    // First: it reads what the first use of each encoder adds to the process.
    if (Runs("calldata")) CallData.Measure(report, rounds);
    if (Runs("transactions")) await TransactionsRate.MeasureAsync(report, rounds);
    else report.Skipped("transactions_vs_sign_and_insert", NotAsked);
    if (Runs("encoding")) await TransactionEncoding.MeasureAsync(report, rounds);
    if (Runs("swaps")) await Swaps.MeasureAsync(report);
    else
        foreach (string name in (string[])["last_deposit_to_swap_blocks_median", "last_deposit_to_swap_blocks_p99", "batch_fill_of_target", "batch_gas_vs_contract_figure"])
            report.Skipped(name, NotAsked);
    if (Runs("engine")) await EngineGrowth.MeasureAsync(report, finished, rounds);
    else report.Skipped("engine_cost_growth_1m_finished", NotAsked);
}
finally
{
    await postgres.DisposeAsync();
    Directory.Delete(folder, recursive: true);
}
return report.Write($"""
    # The keeper

    Written by `scripts/bench keeper`; do not edit. Release build, Postgres 18 with `fsync` and `synchronous_commit` on, anvil, keeper and indexer in one process on
    the same machine. What is compared was measured in turn in one run, {rounds} rounds, medians.

    * **calldata**: {CallData.About}
    * **transactions**: {TransactionsRate.About}
    * **encoding**: {TransactionEncoding.About}
    * **swaps**: {Swaps.About}
    * **engine**: {EngineGrowth.About}
    """);
