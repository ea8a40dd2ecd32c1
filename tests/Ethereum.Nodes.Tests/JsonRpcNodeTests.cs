using System.Text;
using Keystone.Testing.Scripted;

namespace Keystone.Ethereum.Nodes.Tests;

public sealed class JsonRpcNodeTests : IDisposable
{
    static readonly Address Account = Address.Parse("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");

    readonly HttpClient _client = new();

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("", 200, "not JSON")]
    [InlineData("<html>", 502, "HTTP 502")]
    [InlineData("{\"message\":\"no such key\"}", 401, "HTTP 401")]
    [InlineData("null", 200, "not JSON-RPC")]
    [InlineData("[]", 200, "missing")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1}", 200, "neither")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":\"0x1\"}", 200, "id")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":\"0x1\"}", 200, "id")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}", 200, "eth_chainId")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x\"}", 200, "eth_chainId")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x-1\"}", 200, "eth_chainId")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0xffffffffffffffffff\"}", 200, "eth_chainId")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":11155111}", 200, "eth_chainId")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"\\ud800\"}", 200, "eth_chainId")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"\\ud800\"}}", 200, "eth_chainId")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"parse error\"}}", 400, "parse error")]
    public async Task Nonsense_is_a_node_fault(string body, int status, string words)
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.AnsweringAsync(body, status);
        NodeException fault = await Assert.ThrowsAsync<NodeException>(() => Node(endpoint).GetChainIdAsync(CancellationToken.None));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_of_a_batch_are_matched_by_id()
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.AnsweringAsync($"[{Block(2, 7)},{{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":null}},{Block(1, 6)}]");
        IReadOnlyList<BlockHeader?> blocks = await Node(endpoint).GetBlocksAsync(
            [BlockTag.AtNumber(6), BlockTag.AtNumber(7), BlockTag.AtNumber(8)], CancellationToken.None);
        Assert.Equal([6, 7, null], blocks.Select(block => block?.Number));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("twice", 1, 1)]
    [InlineData("not asked", 1, 3)]
    public async Task Batches_with_missing_doubled_or_foreign_ids_are_refused(string words, params int[] ids)
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.AnsweringAsync($"[{string.Join(',', ids.Select(id => Block(id, 6)))}]");
        NodeException fault = await Assert.ThrowsAsync<NodeException>(
            () => Node(endpoint).GetBlocksAsync([BlockTag.AtNumber(6), BlockTag.AtNumber(7)], CancellationToken.None));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Estimates_asked_together_come_in_the_order_asked_and_one_revert_is_reported()
    {
        CallRequest[] calls = [new(null, Address.Zero, default), new(null, Address.Zero, default)];
        await using (ScriptedEndpoint endpoint = await ScriptedEndpoint.AnsweringAsync("""[{"jsonrpc":"2.0","id":2,"result":"0x5208"},{"jsonrpc":"2.0","id":1,"result":"0xc350"}]"""))
            Assert.Equal([50_000UL, 21_000UL], await Node(endpoint).EstimateGasOfAsync(calls, CancellationToken.None));
        await using ScriptedEndpoint refusing = await ScriptedEndpoint.AnsweringAsync(
            """[{"jsonrpc":"2.0","id":1,"result":"0x5208"},{"jsonrpc":"2.0","id":2,"error":{"code":3,"message":"execution reverted","data":"0x12345678"}}]""");
        CallRevertedException fault = await Assert.ThrowsAsync<CallRevertedException>(() => Node(refusing).EstimateGasOfAsync(calls, CancellationToken.None));
        Assert.Equal("0x12345678", Hex.Encode(fault.RevertData.AsSpan()));
    }

    [Theory] // geth; anvil; a proxy that wraps the data; no data
    [InlineData("{\"code\":3,\"message\":\"execution reverted\",\"data\":\"0x08c379a0\"}", "0x08c379a0")]
    [InlineData("{\"code\":3,\"message\":\"execution reverted: custom error 0x12345678\",\"data\":\"0x12345678\"}", "0x12345678")]
    [InlineData("{\"code\":-32603,\"message\":\"VM Exception: reverted\",\"data\":{\"data\":\"0x12345678\"}}", "0x12345678")]
    [InlineData("{\"code\":-32000,\"message\":\"execution reverted\"}", "0x")]
    public async Task A_revert_carries_its_data(string error, string data)
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.AnsweringAsync($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{error}}}");
        CallRevertedException fault = await Assert.ThrowsAsync<CallRevertedException>(
            () => Node(endpoint).CallAsync(new CallRequest(null, Account, default), BlockTag.Latest, CancellationToken.None));
        Assert.Equal(data, Hex.Encode(fault.RevertData));
    }

    [Fact]
    public async Task A_refused_transaction_is_an_answer()
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.AnsweringAsync(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"nonce too low\"}}");
        SendResponse answer = await Node(endpoint).SendRawTransactionAsync(new byte[] { 2 }, CancellationToken.None);
        Assert.Equal(new SendResponse(false, null, -32000, "nonce too low"), answer);
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "Thu, 01 Jan 2026 00:01:00 GMT", 60)]
    [InlineData(429, null, null)]
    public async Task Surfaces_the_wait_that_a_busy_node_asks_for(int status, string? retryAfter, int? seconds)
    {
        (string, string)[] headers = retryAfter is null ? [] : [("Retry-After", retryAfter), ("Date", "Thu, 01 Jan 2026 00:00:00 GMT")];
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.AnsweringAsync("slow down", status, headers);
        NodeBusyException fault = await Assert.ThrowsAsync<NodeBusyException>(() => Node(endpoint).GetChainIdAsync(CancellationToken.None));
        Assert.Equal(seconds, (int?)fault.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Gives_up_at_the_deadline_but_lets_the_caller_cancel_as_such()
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted)
            .ContinueWith(_ => { }, TaskScheduler.Default));
        JsonRpcNode node = new(_client, endpoint.Url, new JsonRpcNodeOptions { Timeout = TimeSpan.FromMilliseconds(200) });
        NodeException fault = await Assert.ThrowsAsync<NodeException>(() => node.GetChainIdAsync(CancellationToken.None));
        Assert.Contains("0.2 s", fault.Message, StringComparison.Ordinal);
        using CancellationTokenSource caller = new();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.GetChainIdAsync(caller.Token));
    }

    [Fact]
    public async Task Stops_reading_an_answer_that_is_too_large()
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.AnsweringAsync($"\"{new string('x', 100_000)}\"");
        JsonRpcNode node = new(_client, endpoint.Url, new JsonRpcNodeOptions { MaxResponseBytes = 1_000 });
        NodeException fault = await Assert.ThrowsAsync<NodeException>(() => node.GetChainIdAsync(CancellationToken.None));
        Assert.Contains("larger than 1000 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sends_the_urls_credentials_and_never_tells_them()
    {
        string? authorization = null;
        Uri url;
        await using (ScriptedEndpoint endpoint = await ScriptedEndpoint.StartAsync(context =>
        {
            authorization = context.Request.Headers.Authorization;
            return Task.CompletedTask;
        }))
        {
            url = new UriBuilder(endpoint.Url) { UserName = "keeper", Password = "pa%40ss", Path = "/v2/secretpath", Query = "key=secretquery" }.Uri;
            await Refused();
            Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("keeper:pa@ss"))}", authorization);
        }
        await Refused(); // nobody listens any more

        async Task Refused()
        {
            string text = (await Assert.ThrowsAsync<NodeException>(() => new JsonRpcNode(_client, url).GetChainIdAsync(CancellationToken.None))).ToString();
            Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
            Assert.DoesNotContain("pa@ss", text, StringComparison.Ordinal);
            Assert.DoesNotContain("pa%40ss", text, StringComparison.Ordinal);
        }
    }

    JsonRpcNode Node(ScriptedEndpoint endpoint) => new(_client, endpoint.Url);

    static string Block(int id, int number)
    {
        string hash = Hash32.Zero.ToString();
        return $$"""
            {"jsonrpc":"2.0","id":{{id}},"result":{"number":"0x{{number:x}}","hash":"{{hash}}","parentHash":"{{hash}}","timestamp":"0x1",
            "receiptsRoot":"{{hash}}","logsBloom":"0x{{new string('0', 512)}}","gasLimit":"0x1c9c380","baseFeePerGas":"0x7"} }
            """;
    }
}
