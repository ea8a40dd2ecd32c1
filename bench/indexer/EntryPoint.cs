using System.Diagnostics;
using System.Globalization;
using Keystone.Bench;
using Keystone.IndexerBench.Peers;

namespace Keystone.IndexerBench;

/// <summary>Measures the bars <c>indexer.*</c>, one thing after the other and the compared ones in turn.</summary>
internal static class EntryPoint
{
    const int Cohorts = 2_000;
    const int Settlements = Cohorts * EscrowChain.CohortSize;
    const int Events = Settlements * EscrowChain.EventsEach;

    // Ponder takes a part of the chain, whose events come at the same rate as those of the whole; once the whole of it, to see that they do.
    const int PartOfPonder = 400;

    static readonly string[] All = ["allocation", "nethereum", "speed", "ponder", "memory", "latency", "rollback", "growth"];

    internal static async Task<int> Main(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        bool withPonder = !args.Contains("--without-ponder");
        int rounds = args.SkipWhile(arg => arg != "--rounds").Skip(1).FirstOrDefault() is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : 5;
        string[] wanted = args.Contains("--only") ? [.. args.SkipWhile(arg => arg != "--only").Skip(1)] : All;
        Report report = new("indexer");
        long start = Stopwatch.GetTimestamp();
        void Say(string line) => Console.WriteLine($"== {line} ({Stopwatch.GetElapsedTime(start).TotalSeconds:0} s)");

        Say("chain and Postgres");
        await using Database database = await Database.StartAsync();
        await using EscrowChain chain = await EscrowChain.LoadAsync(Cohorts);
        report.Note(await database.SettingsAsync() + "; the same server for everything.");
        report.Note($"Chain: {Events:n0} events of {Settlements:n0} settlements in {EscrowChain.LastEvent(Cohorts):n0} blocks, every second one empty, twelve transactions in the others; anvil, one process.");

        if (wanted.Contains("allocation"))
        {
            Say("allocation");
            (double parse, double decode, int logs) = await Allocation.MeasureAsync(chain);
            report.Measured("parse_decode_bytes_per_log", parse, $"an answer of {logs:n0} logs, to typed events with their ids checked; decode {Report.Text(decode)} B of it");
            report.Measured("decode_bytes_per_log", decode, $"{logs:n0} logs");
        }
        if (wanted.Contains("nethereum"))
        {
            Say("Nethereum, in turn");
            Comparison decode = await DecodeCost.MeasureAsync(chain, rounds);
            report.Measured("decode_vs_nethereum", decode.Ratio, $"processor time a log, read already: typed events {Series.Text(decode.A)} us, ours with the id checked {Series.Text(decode.B)} us");
            (Comparison loop, Comparison orchestrator) = await LoopCost.MeasureAsync(chain, database, rounds, EscrowChain.LastEvent(Cohorts), Settlements);
            report.Measured("nethereum_loop_vs_direct_cpu", loop.Ratio, $"processor time an event at `receipts`: direct {Series.Text(loop.A)} us, by the processor {Series.Text(loop.B)} us");
            report.Measured("ours_vs_log_orchestrator", orchestrator.Ratio, $"processor time an event: its log orchestrator with a handler that counts {Series.Text(orchestrator.A)} us, the mirror at `receipts` {Series.Text(orchestrator.B)} us");
        }
        if (wanted.Contains("speed") || wanted.Contains("ponder"))
        {
            Say("speed, in turn");
            await SpeedAsync(report, chain, database, rounds, wanted, withPonder);
        }
        if (wanted.Contains("memory"))
        {
            Say("memory");
            List<double> peaks = [];
            for (int run = 0; run < 3; run++)
            {
                string target = await database.CreateAsync();
                peaks.Add(await Memory.MeasureAsync(chain, target, Events));
                await database.DropAsync(target);
            }
            report.Measured("peak_working_set_200k_logs", peaks.Max(), $"VmHWM of the executable, proof receipts, largest of {Series.Text(peaks)} MiB");
        }
        if (wanted.Contains("latency"))
        {
            Say("commit latency");
            (List<double> seen, List<double> mined) = await CommitLatency.MeasureAsync(database);
            report.Measured("block_seen_to_committed_p99", Series.Percentile(seen, 0.99),
                $"{seen.Count} steps, {CommitLatency.Blocks} blocks at 100 ms: median {Report.Text(Series.Median(seen))}, largest {Report.Text(seen.Max())} ms; from the order to mine to the commit, polls of 10 ms: median {Report.Text(Series.Median(mined))}, p99 {Report.Text(Series.Percentile(mined, 0.99))} ms");
        }
        if (wanted.Contains("rollback"))
        {
            Say("rollback");
            List<double> figures = await Rollback.MeasureAsync(database, rounds);
            report.Measured("rollback_64_blocks", Series.Median(figures), $"{Series.Text(figures)} ms, each with the reading of the 64 blocks that came instead");
        }
        if (wanted.Contains("growth"))
        {
            Say("growth");
            Comparison cost = await Growth.MeasureAsync(chain, database, rounds, EscrowChain.LastEvent(Cohorts) - 7);
            report.Measured("cost_growth_100k_to_2m", cost.Ratio, $"20,000 events beside 2,000,000 older: {Series.Text(cost.A)} ms; beside 100,000: {Series.Text(cost.B)} ms");
        }
        Say("done");
        return report.Write("""
            # Bench of the indexer

            How fast the mirror is filled from a chain, beside the node's own `eth_getLogs`, Postgres's COPY, a bare pipeline without any proof, ponder, and Nethereum.
            Made by `./scripts/bench indexer`. Ratios of figures taken in turn in one run; medians. The mirror always folds, feeds and proves while the others
            only store. Compared with the bare pipeline and with the node is the mirror at `receipts`, what the escrow's chain has by default; the other levels
            stand beside.
            """);
    }

    static async Task SpeedAsync(Report report, EscrowChain chain, Database database, int rounds, string[] wanted, bool withPonder)
    {
        long last = EscrowChain.LastEvent(Cohorts);
        Dictionary<string, List<double>> rates = [];
        Dictionary<string, List<double>> costs = [];
        async Task TakeAsync(string name, double events, Func<string, Task<TimeSpan>> measure, bool count = true)
        {
            string target = await database.CreateAsync();
            GC.Collect();
            TimeSpan elapsed = default;
            IReadOnlyDictionary<string, TimeSpan> before = Machine.OfChildren();
            (_, TimeSpan processor) = await Machine.TimeAsync(async () => elapsed = await measure(target));
            IReadOnlyDictionary<string, TimeSpan> after = Machine.OfChildren();
            double CostOf(string program) => (after.GetValueOrDefault(program) - before.GetValueOrDefault(program)).TotalMicroseconds / events;
            string Each(string program) => Report.Text(CostOf(program));
            double rate = events / elapsed.TotalSeconds;
            await database.DropAsync(target);
            Console.WriteLine($"     {name}: {Report.Text(rate)} events/s, processor time of each {Report.Text(processor.TotalMicroseconds / events)} us, of the node {Each("anvil")}, of Postgres {Each("postgres")}{(count ? "" : " (not counted)")}");
            if (!count) return;
            if (!rates.TryGetValue(name, out List<double>? all)) rates[name] = all = [];
            all.Add(rate);
            foreach ((string of, double cost) in (IEnumerable<(string, double)>)[("own", processor.TotalMicroseconds / events), ("node", CostOf("anvil")), ("postgres", CostOf("postgres"))])
            {
                if (!costs.TryGetValue($"{name} {of}", out List<double>? each)) costs[$"{name} {of}"] = each = [];
                each.Add(cost);
            }
        }

        Ponder? ponder = null;
        string? reason = withPonder ? null : "left out by --without-ponder";
        if (withPonder && wanted.Contains("ponder")) (ponder, reason) = await Ponder.InstallAsync();
        long partLast = EscrowChain.LastEvent(PartOfPonder) - 6;
        string[] levels = ["linked", "bloom", "receipts"];
        if (wanted.Contains("speed"))
        {
            // Code is compiled before the first round that counts.
            foreach (string level in levels) await TakeAsync(level, Events, target => Mirror.BackfillAsync(chain, target, level, Settlements), count: false);
            CopyCeiling ceiling = await CopyCeiling.ReadAsync(chain.Url, chain.Escrow, last);
            if (ceiling.Rows != Events) throw new InvalidOperationException($"The chain has {ceiling.Rows} events, not {Events}.");
            for (int round = 0; round < rounds; round++)
            {
                Console.WriteLine($"   round {round + 1} of {rounds}");
                await TakeAsync("node", Events, _ => NodeSpeed.MeasureAsync(chain.Url, chain.Escrow, last));
                await TakeAsync("copy", Events, ceiling.MeasureAsync);
                await TakeAsync("bare", Events, target => BarePipeline.MeasureAsync(chain.Url, chain.Escrow, last, target));
                foreach (string level in levels) await TakeAsync(level, Events, target => Mirror.BackfillAsync(chain, target, level, Settlements));
                if (ponder is not null) await TakeAsync("ponder", PonderEvents(partLast), target => ponder.MeasureAsync(chain, target, partLast, PonderEvents(partLast)));
            }
            string Raw(string one, string other) => $"median of {Text(one, other)}; {one} {Series.Text(rates[one])}, {other} {Series.Text(rates[other])} events/s";
            string Text(string one, string other) => Series.Text(rates[one].Zip(rates[other], (a, b) => a / b));
            double Ratio(string one, string other) => new Comparison(rates[one], rates[other]).Ratio;
            report.Measured("share_of_node_getlogs", Ratio("receipts", "node"), $"{Raw("receipts", "node")}; linked {Report.Text(Ratio("linked", "node"))}, bloom {Report.Text(Ratio("bloom", "node"))}");
            report.Measured("share_of_bare_pipeline", Ratio("receipts", "bare"), $"{Raw("receipts", "bare")}; linked {Report.Text(Ratio("linked", "bare"))}, bloom {Report.Text(Ratio("bloom", "bare"))}");
            report.Note($"Events/s, medians: node {Report.Text(Series.Median(rates["node"]))}, COPY of finished rows {Report.Text(Series.Median(rates["copy"]))}, bare pipeline {Report.Text(Series.Median(rates["bare"]))}, "
                + string.Join(", ", levels.Select(level => $"mirror at `{level}` {Report.Text(Series.Median(rates[level]))}")) + ".");
            string Cost(string name) => string.Join(" + ", new[] { "own", "node", "postgres" }.Select(of => Report.Text(Series.Median(costs[$"{name} {of}"]))));
            // What a share by the clock does not show: whether the ceiling or the mirror changed.
            report.Note($"Processor time an event, medians, own + node's + Postgres's: bare pipeline {Cost("bare")} us, " + string.Join(", ", levels.Select(level => $"mirror at `{level}` {Cost(level)} us")) + ".");
            if (ponder is not null)
            {
                report.Measured("bloom_vs_ponder_cold", Ratio("bloom", "ponder"), Raw("bloom", "ponder"));
                report.Measured("receipts_vs_ponder_cold", Ratio("receipts", "ponder"), Raw("receipts", "ponder"));
            }
        }
        if (ponder is not null)
        {
            await TakeAsync("ponder whole", Events, target => ponder.MeasureAsync(chain, target, last, Events));
            report.Note($"{Ponder.Settings} It takes the first {PonderEvents(partLast):n0} events in each round; all {Events:n0} at once: {Report.Text(rates["ponder whole"][0])} events/s, {Report.Text(ponder.PeakMemory)} MiB resident.");
            report.Note($"Ponder {"0.16.10"} has no switch to do without its storage of blocks and transactions: `disableCache` only forgets which ranges it has. So there is no figure without it.");
            File.WriteAllLines(Path.Combine(Dev.Servers.NativeTool.RepositoryRoot, "artifacts/bench/indexer/ponder.log"), ponder.Words);
        }
        else
        {
            report.Skipped("bloom_vs_ponder_cold", reason ?? "not wanted");
            report.Skipped("receipts_vs_ponder_cold", reason ?? "not wanted");
        }
    }

    // Blocks with events hold a hundred each, but for the first three, whose settlements have not come further yet.
    static long PonderEvents(long last) => ((last + 1) / 2 - 3) * 100 + 25 + 50 + 75;
}
