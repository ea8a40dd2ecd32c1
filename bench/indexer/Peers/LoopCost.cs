using Keystone.Bench;

namespace Keystone.IndexerBench.Peers;

/// <summary>
/// Processor time of this process for an event, node and database left out: of the mirror driven by Nethereum's processor, of the same steps without it, and
/// of Nethereum's log orchestrator.
/// </summary>
internal static class LoopCost
{
    /// <summary>Mirrors for one run of the log orchestrator: the difference that the processor makes is smaller than what a run varies by.</summary>
    const int PairsInARound = 2;

    /// <returns>
    /// Microseconds an event. <c>Loop</c>: without the processor in <c>A</c>, with it in <c>B</c>. <c>Orchestrator</c>: the log orchestrator in <c>A</c>, the
    /// mirror with the processor in <c>B</c>.
    /// </returns>
    public static async Task<(Comparison Loop, Comparison Orchestrator)> MeasureAsync(EscrowChain chain, Database database, int rounds, long last, int settlements)
    {
        int events = settlements * EscrowChain.EventsEach;
        List<double> direct = [], loop = [], peer = [], beside = [];
        async Task<double> BackfillAsync(bool directly)
        {
            string target = await database.CreateAsync();
            double cost = await CostAsync(() => Mirror.BackfillAsync(chain, target, "receipts", settlements, directly), events);
            await database.DropAsync(target);
            return cost;
        }
        // Code is compiled before the first round that counts.
        await BackfillAsync(directly: true);
        await BackfillAsync(directly: false);
        await LogOrchestratorPeer.MeasureAsync(chain.Url, chain.Escrow, last, events);
        for (int round = 0; round < rounds; round++)
        {
            for (int pair = 0; pair < PairsInARound; pair++)
            {
                // Each of the two comes first in every second pair.
                bool first = pair % 2 == 0;
                (first ? direct : loop).Add(await BackfillAsync(directly: first));
                (first ? loop : direct).Add(await BackfillAsync(directly: !first));
            }
            peer.Add(await CostAsync(() => LogOrchestratorPeer.MeasureAsync(chain.Url, chain.Escrow, last, events), events));
            beside.Add(loop[^1]);
            Console.WriteLine($"     round {round + 1} of {rounds}: direct {Report.Text(direct[^1])}, processor {Report.Text(loop[^1])}, log orchestrator {Report.Text(peer[^1])} us");
        }
        return (new Comparison(direct, loop), new Comparison(peer, beside));
    }

    static async Task<double> CostAsync(Func<Task> work, int events)
    {
        GC.Collect();
        (_, TimeSpan processor) = await Machine.TimeAsync(work);
        return processor.TotalMicroseconds / events;
    }
}
