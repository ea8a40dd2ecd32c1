using Keystone.Bench;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Nethereum.Contracts;
using Nethereum.RPC.Eth.DTOs;

namespace Keystone.IndexerBench.Peers;

/// <summary>
/// Processor time of decoding a log that is read already, by Nethereum's typed events and by ours. Ours also checks that the terms hash to the settlement's
/// id; both must name the same settlement of each log.
/// </summary>
internal static class DecodeCost
{
    /// <summary>Logs of a round of Nethereum's, which takes about a second.</summary>
    const int Logs = 2_000;

    /// <summary>Times that ours reads the same logs in a round: processor time is counted in steps of ten milliseconds.</summary>
    const int Repeats = 50;

    /// <returns>Microseconds a log: Nethereum's in <c>A</c>, ours in <c>B</c>.</returns>
    public static async Task<Comparison> MeasureAsync(EscrowChain chain, int rounds)
    {
        using HttpClient client = new();
        JsonRpcNode node = new(client, chain.Url);
        // From a block on in which all four events of some settlements happen.
        LogEntry[] logs = [.. (await node.GetLogsAsync(new LogFilter([chain.Escrow], [], 101, 101 + NodeSpeed.Range - 1), CancellationToken.None)).Take(Logs)];
        FilterLog[] theirs = [.. logs.Select(log => new FilterLog
        {
            Address = log.Address.ToString(),
            Topics = [.. log.Topics.Select(topic => topic.ToString())],
            Data = Hex.Encode(log.Data.Span),
        })];
        string registered = EscrowLogs.Registered.ToString(), deposited = EscrowLogs.Deposited.ToString();
        for (int i = 0; i < logs.Length; i++)
        {
            if (!EscrowLogs.TryRead(EscrowChain.ChainId, logs[i], out EscrowReading _) || !Decode(theirs[i]).SequenceEqual(logs[i].Topics[1].ToBytes()))
                throw new InvalidOperationException($"Log {logs[i].LogIndex} of block {logs[i].BlockNumber} is not decoded alike.");
        }
        return await Series.CompareAsync(rounds,
            _ => CostAsync(1, () =>
            {
                foreach (FilterLog log in theirs) Decode(log);
            }),
            _ => CostAsync(Repeats, () =>
            {
                foreach (LogEntry log in logs)
                    if (!EscrowLogs.TryRead(EscrowChain.ChainId, log, out EscrowReading reading)) throw new InvalidOperationException("A log was decoded before.");
            }));

        byte[] Decode(FilterLog log)
        {
            object topic = log.Topics[0];
            if (registered.Equals(topic)) return log.DecodeEvent<RegisteredDefinition>().Event.Id;
            return deposited.Equals(topic) ? log.DecodeEvent<DepositedDefinition>().Event.Id : log.DecodeEvent<ExecutedDefinition>().Event.Id;
        }

        async Task<double> CostAsync(int repeats, Action pass)
        {
            GC.Collect();
            (_, TimeSpan processor) = await Machine.TimeAsync(() =>
            {
                for (int i = 0; i < repeats; i++) pass();
                return Task.CompletedTask;
            });
            return processor.TotalMicroseconds / ((double)repeats * logs.Length);
        }
    }
}
