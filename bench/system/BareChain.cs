using System.Diagnostics;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.SystemBench;

/// <summary>The ceiling of the system: sends signed transactions, each when those are mined that it depends on, and waits for the depth at the end.</summary>
static class BareChain
{
    const int AtOnce = 16;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<Run> RunAsync(Started started, MinedTransaction[] transactions, int depth)
    {
        Dictionary<Hash32, int> missing = transactions.ToDictionary(one => one.Hash, one => one.DependsOn.Length);
        ILookup<Hash32, MinedTransaction> dependents = transactions.SelectMany(one => one.DependsOn.Select(on => (on, one))).ToLookup(pair => pair.on, pair => pair.one);
        HashSet<Hash32> mined = [];
        long first = await started.HeadAsync(), seen = first;
        long start = Stopwatch.GetTimestamp();
        await SendAsync(started, [.. transactions.Where(one => one.DependsOn.Length == 0)]);
        long last = first;
        while (mined.Count < transactions.Length)
        {
            if (Stopwatch.GetElapsedTime(start) > Patience) throw new TimeoutException($"{mined.Count} of {transactions.Length} transactions were mined.");
            long head = await started.HeadAsync();
            if (head == seen)
            {
                await Task.Delay(5);
                continue;
            }
            List<MinedTransaction> ready = [];
            for (; seen < head; seen++)
                foreach (JsonNode? hash in (await started.AskAsync("eth_getBlockByNumber", $"0x{seen + 1:x}", false))!["transactions"]!.AsArray())
                {
                    Hash32 known = Hash32.Parse((string)hash!);
                    if (!mined.Add(known)) continue;
                    last = seen + 1;
                    foreach (MinedTransaction dependent in dependents[known])
                        if (--missing[dependent.Hash] == 0) ready.Add(dependent);
                }
            await SendAsync(started, ready);
        }
        while (await started.HeadAsync() < last + depth) await Task.Delay(5);
        return new Run(Stopwatch.GetElapsedTime(start).TotalSeconds, await started.HeadAsync() - first, transactions.Length);
    }

    static Task SendAsync(Started started, IReadOnlyList<MinedTransaction> ready) =>
        Parallel.ForEachAsync(ready, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (one, cancellationToken) =>
        {
            SendResponse answer = await started.Environment.Node.SendRawTransactionAsync(one.Raw, cancellationToken);
            if (!answer.Accepted) throw new InvalidOperationException($"{one.Hash}: {answer.ErrorMessage}");
        });
}
