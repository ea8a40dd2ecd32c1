using Keystone.Bench;

namespace Keystone.SystemBench;

/// <summary>Seconds of the system for many settlements, beside those of the bare chain for the same transactions.</summary>
static class Settle
{
    public const int Depth = 2;

    const int WarmUp = 80;

    public const string About = """
        400 settlements of two legs, instructed as fast as the API takes them; the parties, whose approvals stand, deposit as soon as the platform reads AWAITING_DEPOSITS; a block every
        100 ms of at most 30,000,000 gas; two platforms receive webhooks. The services have settled 80 others before, and the tables are analyzed. Timed from the first POST to the last SETTLED at depth 2; that all become FINALIZED is checked and not timed.
        The bare chain (`BareChain.cs`) is the same node, set back to the block before the first POST: it gets the very transactions that were mined, batches too, signed already, each
        sent when those are mined that it depends on (of a deposit its registration, of a swap its deposits), and the same depth at the end.
        """;

    /// <summary>What it took of processor, database and chain, as a table; of the last round.</summary>
    public static async Task<string> MeasureAsync(Report report, int settlements, int rounds, bool samples)
    {
        Console.WriteLine($"settle: {settlements} settlements");
        List<Run> ours = [], bare = [];
        string costs = "";
        for (int round = 0; round < rounds; round++)
        {
            await using Started started = await Started.StartAsync(Depth);
            using Parties parties = await Parties.FundAsync(started, WarmUp + settlements);
            await started.MakeBlocksAsync();
            object before;
            long first;
            await using (ProductRun run = await ProductRun.StartAsync(started))
            {
                await run.RunAsync(parties, parties.Pairs[..WarmUp]);
                // As autovacuum does within a minute of work: plans that were made for empty tables are made again.
                await using (Npgsql.NpgsqlCommand analyze = started.Database.CreateCommand("analyze")) await analyze.ExecuteNonQueryAsync();
                before = (string)(await started.AskAsync("evm_snapshot"))!;
                first = await started.HeadAsync();
                Costs start = await Costs.ReadAsync(started);
                await using (samples ? new QuerySamples(started.Database) : null) ours.Add(await run.RunAsync(parties, parties.Pairs[WarmUp..]));
                costs = (await Costs.ReadAsync(started)).Since(start, settlements);
                await started.StopServicesAsync();
            }
            MinedTransaction[] transactions = await MinedTransaction.ReadAsync(started, parties, first);
            await started.AskAsync("evm_revert", before);
            bare.Add(await BareChain.RunAsync(started, transactions, Depth));
            Console.WriteLine($"     round {round + 1} of {rounds}: system {ours[^1]}; bare chain {bare[^1]}");
        }
        string raw = $"system {string.Join(", ", ours)}; bare chain {string.Join(", ", bare)}";
        double share = Series.Median(ours.Zip(bare, (one, other) => other.Seconds / one.Seconds));
        if (settlements == 400) report.Measured("share_of_bare_chain", share, raw);
        else report.Skipped("share_of_bare_chain", $"ratio {Report.Text(share)}, but --settlements was not 400: {raw}");
        report.Note($"settle: {bare[0].Transactions} transactions of {settlements} settlements in the first round; {Report.Text(settlements / Series.Median(ours.Select(one => one.Seconds)))} settlements/s.");
        return costs;
    }
}

/// <summary>One run.</summary>
/// <param name="Seconds">From the first request or transaction to the last block of the depth.</param>
/// <param name="Blocks">Blocks made meanwhile.</param>
/// <param name="Transactions">Transactions in them.</param>
sealed record Run(double Seconds, long Blocks, int Transactions)
{
    public override string ToString() => $"{Report.Text(Seconds)} s in {Blocks} blocks";
}
