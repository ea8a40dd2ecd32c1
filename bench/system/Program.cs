using System.Globalization;
using Keystone.Bench;
using Keystone.SystemBench;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
string[] parts = ["settle", "idle"];
List<string> wanted = [];
int settlements = 400, rounds = 3, idle = 60;
bool samples = false;
for (int i = 0; i < args.Length; i++)
{
    string value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--part" when parts.Contains(value): wanted.Add(value); break;
        case "--settlements" when int.TryParse(value, CultureInfo.InvariantCulture, out settlements) && settlements > 0: break;
        case "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out rounds) && rounds > 0: break;
        case "--samples" when value is "yes" or "no": samples = value == "yes"; break;
        case "--idle-seconds" when int.TryParse(value, CultureInfo.InvariantCulture, out idle) && idle > 0: break;
        default:
            Console.Error.WriteLine($"bench system: {args[i]} {value}: there are --part {string.Join('|', parts)}, --settlements N, --rounds N and --idle-seconds N, all above 0, and --samples yes|no.");
            return 2;
    }
    i++;
}
bool Runs(string part) => wanted.Count == 0 || wanted.Contains(part);
const string NotAsked = "this part was not asked for";
Report report = new("system");
if (Runs("idle")) await IdleMemory.MeasureAsync(report, idle);
else report.Skipped("idle_rss_mib_per_service", NotAsked);
string costs = "";
if (Runs("settle")) costs = await Settle.MeasureAsync(report, settlements, rounds, samples);
else report.Skipped("share_of_bare_chain", NotAsked);
return report.Write($"""
    # The whole system

    Written by `scripts/bench system`; do not edit. Release build, Postgres 18 with `fsync` and `synchronous_commit` on, anvil, the three services as processes of their own, each
    with its own database role, on the same machine. {rounds} rounds in turn, medians.

    * **settle**: {Settle.About}
    * **idle**: {IdleMemory.About}

    ## What a settlement takes

    Counters of Postgres, of the processes and of the services' metrics over the last round, to the last webhook of FINALIZED, beyond what is timed (`Costs.cs`).

    {costs}
    """);
