using System.Diagnostics;
using System.Net;
using System.Text;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Nodes.Tests;

/// <summary>Whatever a node says: it is read, or it is a fault of the node, in time and memory that its length bounds.</summary>
public sealed class CorruptedResponseTests(ITestOutputHelper output)
{
    const string Word = "0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    const string Account = "0x00112233445566778899aabbccddeeff00112233";

    static readonly string Bloom = $"0x{new string('0', 512)}";
    static readonly string Log = $$"""
        {"address":"{{Account}}","topics":["{{Word}}","{{Word}}"],"data":"0x0102","blockNumber":"0x5","blockHash":"{{Word}}","transactionHash":"{{Word}}","transactionIndex":"0x0","logIndex":"0x1","removed":false}
        """;
    static readonly string Receipt = $$"""
        {"transactionHash":"{{Word}}","transactionIndex":"0x0","blockHash":"{{Word}}","blockNumber":"0x5","from":"{{Account}}","to":null,"contractAddress":"{{Account}}","status":"0x1",
        "type":"0x2","gasUsed":"0x5208","cumulativeGasUsed":"0x5208","effectiveGasPrice":"0x7","logsBloom":"{{Bloom}}","logs":[{{Log}}]}
        """;
    static readonly string Block = $$"""
        {"number":"0x5","hash":"{{Word}}","parentHash":"{{Word}}","timestamp":"0x6","receiptsRoot":"{{Word}}","logsBloom":"{{Bloom}}","baseFeePerGas":"0x7","gasLimit":"0x8","sha3Uncles":"{{Word}}",
        "miner":"{{Account}}","stateRoot":"{{Word}}","transactionsRoot":"{{Word}}","difficulty":"0x0","gasUsed":"0x9","extraData":"0x616e","mixHash":"{{Word}}","nonce":"0x0000000000000000",
        "withdrawalsRoot":"{{Word}}","blobGasUsed":"0x0","excessBlobGas":"0x0","parentBeaconBlockRoot":"{{Word}}","requestsHash":"{{Word}}","transactions":["{{Word}}"]}
        """;
    static readonly (string Sound, Func<IEthereumNode, Task> Ask)[] Questions =
    [
        (Answer(Block), node => node.GetBlockAsync(BlockTag.Latest, default)),
        ($"[{Answer(Block, 2)},{Answer("null", 1)}]", node => node.GetBlocksAsync([BlockTag.AtNumber(5), BlockTag.AtNumber(6)], default)),
        (Answer($"[{Log},{Log}]"), node => node.GetLogsAsync(new LogFilter([], [], 1, 2), default)),
        (Answer($"[{Receipt}]"), node => node.GetBlockReceiptsAsync(BlockTag.AtNumber(5), default)),
        (Answer(Receipt), node => node.GetTransactionReceiptAsync(Hash32.Zero, default)),
        (Answer("\"0x60806040\""), node => node.CallAsync(new CallRequest(null, Address.Zero, default), BlockTag.Latest, default)),
        (Answer($"\"{Word}\""), node => node.SendRawTransactionAsync(new byte[] { 1 }, default)),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":3,\"message\":\"execution reverted\",\"data\":{\"data\":\"0x08c379a0\"}}}", node => node.GetChainIdAsync(default)),
    ];

    [Fact]
    public async Task Each_answer_is_sound_before_it_is_corrupted()
    {
        foreach ((string sound, Func<IEthereumNode, Task> ask) in Questions[..^1])
        {
            using HttpClient client = new(new Fixed(Encoding.UTF8.GetBytes(sound)));
            await ask(new JsonRpcNode(client, new Uri("http://node.invalid")));
        }
    }

    [Fact]
    public void Corrupted_answers_are_a_fault_of_the_node_and_nothing_else()
    {
        FuzzSeed seed = new(output, "corrupted answers", 20_000);
        int refused = 0;
        seed.Run((_, random) =>
        {
            (string sound, Func<IEthereumNode, Task> ask) = Questions[random.Next(Questions.Length)];
            byte[] body = Corrupt(random, Encoding.UTF8.GetBytes(sound));
            using HttpClient client = new(new Fixed(body));
            JsonRpcNode node = new(client, new Uri("http://node.invalid"), new JsonRpcNodeOptions { MaxResponseBytes = 1 << 20 });
            long begin = Stopwatch.GetTimestamp();
            long before = GC.GetAllocatedBytesForCurrentThread();
            // Nothing waits for anything: the answer is in memory.
            Task asked = ask(node);
            Assert.True(asked.IsCompleted);
            if (asked.IsFaulted)
            {
                Assert.True(asked.Exception!.InnerException is NodeException, asked.Exception.ToString());
                refused++;
            }
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 500_000 + body.Length * 200L, "It took too much memory.");
            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(20), "It took too long.");
        });
        output.WriteLine($"{refused} refused");
        if (seed.Count > 1) Assert.InRange(refused, seed.Count / 4, seed.Count - 1);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public async Task An_answer_that_nests_without_end_is_refused(char open)
    {
        using HttpClient client = new(new Fixed(Encoding.UTF8.GetBytes(open == '[' ? new string('[', 500_000) : string.Concat(Enumerable.Repeat("{\"a\":", 200_000)))));
        await Assert.ThrowsAsync<NodeException>(() => new JsonRpcNode(client, new Uri("http://node.invalid")).GetChainIdAsync(default));
    }

    [Fact]
    public async Task An_error_whose_bytes_are_not_UTF8_is_the_node_s_fault()
    {
        byte[] body = [.. """{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"a"""u8, 0xC1, .. "\"}}"u8];
        using HttpClient client = new(new Fixed(body));
        NodeException fault = await Assert.ThrowsAsync<NodeException>(() => new JsonRpcNode(client, new Uri("http://node.invalid")).GetChainIdAsync(default));
        Assert.Null(fault.ErrorBody);
    }

    static string Answer(string result, int id = 1) => $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}";

    static byte[] Corrupt(Random random, byte[] sound)
    {
        byte[] bytes = random.Next(5) == 0 ? sound[..random.Next(sound.Length + 1)] : (byte[])sound.Clone();
        for (int changes = 1 + random.Next(3); changes > 0 && bytes.Length > 0; changes--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] = (byte)random.Next(0x20, 0x7f); break;
                case 2: bytes = [.. bytes.AsSpan(0, at), .. bytes.AsSpan(random.Next(bytes.Length))]; break;
                // A value in the place of another: texts, numbers, nothing, lists, words that are too long.
                default:
                    int colon = Array.IndexOf(bytes, (byte)':', at);
                    int end = colon < 0 ? -1 : Array.FindIndex(bytes, colon, b => b is (byte)',' or (byte)'}' or (byte)']');
                    if (end < 0) break;
                    string[] others = ["null", "1", "-1", "1e400", "\"\"", "\"0x\"", "\"0x0\"", "[]", "{}", "true", "\"0x" + new string('f', 65) + "\"", "\"\\ud800\"", "[null]", "[[]]", "\"latest\""];
                    bytes = [.. bytes.AsSpan(0, colon + 1), .. Encoding.UTF8.GetBytes(others[random.Next(others.Length)]), .. bytes.AsSpan(end)];
                    break;
            }
        }
        return bytes;
    }

    sealed class Fixed(byte[] body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) });
    }
}
