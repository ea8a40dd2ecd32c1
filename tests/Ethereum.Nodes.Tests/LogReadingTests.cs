using System.Net;
using System.Text;

namespace Keystone.Ethereum.Nodes.Tests;

public sealed class LogReadingTests
{
    /// <summary>A backfill reads millions: what each log costs is held here, since nothing else would show that it grew.</summary>
    [Fact]
    public async Task A_log_costs_no_more_memory_than_what_is_kept_of_it()
    {
        const int Count = 2_000;
        StringBuilder text = new("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[");
        for (int i = 0; i < Count; i++)
        {
            string word = Keccak256.Hash(BitConverter.GetBytes(i)).ToString();
            text.Append(i == 0 ? "" : ",").Append(System.Globalization.CultureInfo.InvariantCulture, $$"""
                {"address":"0x00112233445566778899aabbccddeeff00112233","topics":["{{word}}","{{word}}","{{word}}"],"data":"{{word}}","blockHash":"{{word}}","blockNumber":"0x{{i:x}}",
                "transactionHash":"{{word}}","transactionIndex":"0x1","logIndex":"0x{{i:x}}","removed":false}
                """);
        }
        using HttpClient client = new(new Fixed(Encoding.UTF8.GetBytes(text.Append("]}").ToString())));
        JsonRpcNode node = new(client, new Uri("http://node.invalid"));
        IReadOnlyList<LogEntry> logs = [];
        long taken = 0;
        // The first pass fills the pools and the caches of the runtime.
        for (int pass = 0; pass < 3; pass++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Task<IReadOnlyList<LogEntry>> asked = node.GetLogsAsync(new LogFilter([], [], 0, 1), default);
            Assert.True(asked.IsCompleted);
            logs = await asked;
            taken = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(Count, logs.Count);
        Assert.Equal(Keccak256.Hash(BitConverter.GetBytes(7)), logs[7].Topics[2]);
        Assert.Equal(logs[7].Topics[2].ToBytes(), logs[7].Data.ToArray());
        Assert.Equal(7, logs[7].LogIndex);
        Assert.InRange(taken / Count, 1, 600);
    }

    // Escapes are allowed in any text, though nobody writes them here.
    [Theory]
    [InlineData("\"0x1f\"", 31)]
    [InlineData("\"\\u0030x1F\"", 31)]
    [InlineData("\"0\\u0078\\u0031f\"", 31)]
    [InlineData("\"0x000000000000000000000000000000000000001f\"", 31)]
    public async Task A_quantity_is_read_however_its_text_is_written(string json, long number)
    {
        using HttpClient client = new(new Fixed(Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{json}}}")));
        Assert.Equal(number, await new JsonRpcNode(client, new Uri("http://node.invalid")).GetChainIdAsync(default));
    }

    sealed class Fixed(byte[] body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) });
    }
}
