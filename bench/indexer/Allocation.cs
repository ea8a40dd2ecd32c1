using System.Net;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.IndexerBench;

/// <summary>Bytes that one thread allocates for a log: from the answer's bytes to logs and on to what happened, and the second half alone.</summary>
internal static class Allocation
{
    public static async Task<(double ParseDecode, double Decode, int Logs)> MeasureAsync(EscrowChain chain)
    {
        // A hundred and one blocks with transactions: ten thousand logs and a little.
        byte[] body;
        using (HttpClient client = new())
        {
            using Stream answer = await NodeSpeed.AskAsync(client, chain.Url, chain.Escrow, 101, 101 + NodeSpeed.Range - 1);
            using MemoryStream copy = new();
            await answer.CopyToAsync(copy);
            body = copy.ToArray();
        }
        using HttpClient canned = new(new Canned(body));
        JsonRpcNode node = new(canned, chain.Url);
        LogFilter filter = new([chain.Escrow], [], 101, 101 + NodeSpeed.Range - 1);
        List<double> parse = [], decode = [];
        int count = 0;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            int thread = Environment.CurrentManagedThreadId;
            Task<IReadOnlyList<LogEntry>> answered = node.GetLogsAsync(filter, CancellationToken.None);
            if (!answered.IsCompletedSuccessfully || Environment.CurrentManagedThreadId != thread) throw new InvalidOperationException("The answer was not read on this thread.");
            IReadOnlyList<LogEntry> logs = answered.Result;
            long read = GC.GetAllocatedBytesForCurrentThread();
            int known = Decode(logs);
            long after = GC.GetAllocatedBytesForCurrentThread();
            if (known != logs.Count) throw new InvalidOperationException("Not every log is an event of the escrow.");
            count = logs.Count;
            // The first rounds fill pools.
            if (round < 5) continue;
            parse.Add((after - before) / (double)count);
            decode.Add((after - read) / (double)count);
        }
        return (Bench.Series.Median(parse), Bench.Series.Median(decode), count);
    }

    static int Decode(IReadOnlyList<LogEntry> logs)
    {
        int known = 0;
        for (int i = 0; i < logs.Count; i++)
            if (EscrowLogs.TryRead(EscrowChain.ChainId, logs[i], out _)) known++;
        return known;
    }

    sealed class Canned(byte[] body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) });
    }
}
