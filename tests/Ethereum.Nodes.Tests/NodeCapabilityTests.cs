using System.Collections.Concurrent;
using Keystone.Testing.Scripted;
using Microsoft.Extensions.Logging;

namespace Keystone.Ethereum.Nodes.Tests;

/// <summary>A node that lacks or limits something says so in its own words: what it can do is learned from what it answers.</summary>
public sealed class NodeCapabilityTests : IAsyncLifetime
{
    static readonly Address Contract = Address.Parse("0x00000000000000000000000000000000000000c0");

    readonly HttpClient _client = new();
    readonly ScriptedChain _chain = new(7);
    readonly Said _said = new();
    ScriptedRpcNode _inner = null!;

    public async Task InitializeAsync()
    {
        _inner = await ScriptedRpcNode.StartAsync(_chain);
        for (int i = 0; i < 30; i++) _chain.Mine(new ScriptedTransaction([new ScriptedLog(Contract, [Keccak256.Hash([9])], new byte[32])]));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _inner.DisposeAsync();
    }

    [Theory]
    [InlineData(-32600, "Unsupported method: eth_getBlockReceipts.")] // the case receipts-unsupported-in-other-words
    [InlineData(-32601, "the method eth_getBlockReceipts does not exist/is not available")]
    [InlineData(-32004, "Method not supported")]
    [InlineData(-32602, "invalid argument 0: json: cannot unmarshal object into Go value of type string")]
    [InlineData(-32000, "eth_getBlockReceipts is only served to archive plans; upgrade at example.org")]
    [InlineData(-32603, "nicht verfügbar")]
    public async Task Receipts_unsupported_in_other_words(int code, string message)
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_inner.Url, new FaultRule("eth_getBlockReceipts") { Error = (code, message) });
        JsonRpcNode node = new(_client, proxy.Url, null, _said);
        for (int number = 1; number <= 5; number++)
            Assert.Single((await node.GetBlockReceiptsAsync(BlockTag.AtHash(_chain.View[number]), default))!);
        IReadOnlyList<IReadOnlyList<TransactionReceipt>?> many = await node.GetReceiptsOfAsync([_chain.View[6], _chain.View[7]], default);
        Assert.All(many, receipts => Assert.Single(receipts!));
        Assert.InRange(proxy.Asked.Count(method => method == "eth_getBlockReceipts"), 1, 3);
        Assert.Single(_said.Warnings);
    }

    [Fact]
    public async Task Receipts_refused_by_a_status_instead_of_an_error()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_inner.Url, new FaultRule("eth_getBlockReceipts") { Http = (405, "<html>not allowed</html>", []) });
        Assert.Single((await new JsonRpcNode(_client, proxy.Url).GetBlockReceiptsAsync(BlockTag.AtHash(_chain.View[3]), default))!);
    }

    [Fact]
    public async Task A_quota_is_waited_out_and_nothing_is_learned_from_it()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_inner.Url, new FaultRule("eth_getBlockReceipts") { Http = (429, "", []), Times = 1 });
        JsonRpcNode node = new(_client, proxy.Url, null, _said);
        await Assert.ThrowsAsync<NodeBusyException>(() => node.GetBlockReceiptsAsync(BlockTag.AtHash(_chain.View[3]), default));
        Assert.Single((await node.GetBlockReceiptsAsync(BlockTag.AtHash(_chain.View[3]), default))!);
        Assert.DoesNotContain("eth_getTransactionReceipt", proxy.Asked);
        Assert.Empty(_said.Warnings);
    }

    [Theory]
    [InlineData(-32601, "the method eth_maxPriorityFeePerGas does not exist/is not available")] // the case no-tip-method
    [InlineData(-32000, "unknown RPC")]
    [InlineData(-32600, "Unsupported method")]
    public async Task No_tip_method(int code, string message)
    {
        string history = """{"oldestBlock":"0x1","reward":[["0x0"],["0x3"],["0x5"],["0x7"]],"baseFeePerGas":["0x1"],"gasUsedRatio":[0.5]}""";
        await using FaultProxy proxy = await FaultProxy.StartAsync(_inner.Url,
            new FaultRule("eth_maxPriorityFeePerGas") { Error = (code, message) },
            new FaultRule("eth_feeHistory") { Http = (200, $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{history}}}", []) });
        JsonRpcNode node = new(_client, proxy.Url, null, _said);
        for (int i = 0; i < 5; i++) Assert.Equal((UInt256)5UL, await node.GetMaxPriorityFeePerGasAsync(default));
        Assert.InRange(proxy.Asked.Count(method => method == "eth_maxPriorityFeePerGas"), 1, 3);
        Assert.Single(_said.Warnings);
    }

    [Fact]
    public async Task Without_a_history_of_fees_the_tip_is_the_price_above_the_base_fee_and_without_that_none()
    {
        ulong baseFee = (ulong)(await new JsonRpcNode(_client, _inner.Url).GetBlockAsync(BlockTag.Latest, default))!.BaseFeePerGas!.Value.ToBigInteger();
        FaultRule[] none = [new("eth_maxPriorityFeePerGas") { Error = (-32601, "no") }, new("eth_feeHistory") { Error = (-32601, "no") }];
        await using FaultProxy proxy = await FaultProxy.StartAsync(_inner.Url,
            [.. none, new FaultRule("eth_gasPrice") { Http = (200, $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x{baseFee + 9:x}\"}}", []) }]);
        Assert.Equal((UInt256)9UL, await new JsonRpcNode(_client, proxy.Url).GetMaxPriorityFeePerGasAsync(default));
        proxy.Rules = [.. none, new FaultRule("eth_gasPrice") { Error = (-32601, "no") }];
        Assert.Equal(UInt256.Zero, await new JsonRpcNode(_client, proxy.Url).GetMaxPriorityFeePerGasAsync(default));
    }

    [Theory]
    [InlineData(10, -32014, "too many RPC calls in batch request")] // the case batch-refused
    [InlineData(1, -32600, "Batch requests are not supported")]
    [InlineData(3, -32000, "zu viele auf einmal")]
    [InlineData(7, -32005, "limit exceeded")]
    public async Task Batch_refused(int most, int code, string message)
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_inner.Url, new FaultRule { BatchLimit = most, Error = (code, message) });
        JsonRpcNode node = new(_client, proxy.Url, null, _said);
        BlockTag[] all = [.. Enumerable.Range(0, 30).Select(number => BlockTag.AtNumber(number))];
        Assert.Equal(Enumerable.Range(0, 30).Select(number => (long?)number), (await node.GetBlocksAsync(all, default)).Select(block => block?.Number));
        for (int i = 0; i < 60; i++) await node.GetBlocksAsync(all, default);
        proxy.Batches.Clear();
        for (int i = 0; i < 20; i++) await node.GetBlocksAsync(all, default);
        Assert.All(proxy.Batches, calls => Assert.InRange(calls, 1, most));
        Assert.Contains(most, proxy.Batches);
        Assert.Single(_said.Warnings);
    }

    [Fact]
    public async Task A_batch_that_is_refused_by_an_error_for_each_of_its_calls_is_asked_in_parts()
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.StartAsync(async context =>
        {
            System.Text.Json.Nodes.JsonNode request = (await System.Text.Json.Nodes.JsonNode.ParseAsync(context.Request.Body))!;
            string Answer(int id, bool good) => good ? $$"""{"jsonrpc":"2.0","id":{{id}},"result":"0x{{new string('0', 63)}}1"}""" : $$"""{"jsonrpc":"2.0","id":{{id}},"error":{"code":-32099,"message":"not in this company"} }""";
            string body = request is System.Text.Json.Nodes.JsonArray many
                ? $"[{string.Join(',', many.Select(one => Answer(one!["id"]!.GetValue<int>(), many.Count <= 2)))}]"
                : Answer(request["id"]!.GetValue<int>(), true);
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, body);
        });
        IReadOnlyList<Hash32> words = await new JsonRpcNode(_client, endpoint.Url).GetStoragesAsync(Contract, [.. Enumerable.Range(0, 9).Select(_ => Hash32.Zero)], BlockTag.Latest, default);
        Assert.Equal(9, words.Count(word => word != Hash32.Zero));
    }

    [Fact]
    public async Task An_error_that_is_not_about_the_batch_leaves_its_size_as_it_is()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_inner.Url, new FaultRule { Http = (400, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32099,\"message\":\"maintenance\"}}", []), Times = 20 });
        JsonRpcNode node = new(_client, proxy.Url);
        BlockTag[] all = [.. Enumerable.Range(0, 30).Select(number => BlockTag.AtNumber(number))];
        await Assert.ThrowsAsync<NodeException>(() => node.GetBlocksAsync(all, default));
        proxy.Rules = [];
        proxy.Batches.Clear();
        await node.GetBlocksAsync(all, default);
        Assert.Equal([30], proxy.Batches);
    }

    [Theory]
    [InlineData(-32000, "invalid opcode: INVALID")]
    [InlineData(-32603, "EVM error: InvalidFEOpcode")]
    [InlineData(-32015, "VM execution error.")]
    [InlineData(-32000, "out of gas")]
    [InlineData(-32603, "EVM error OutOfGas")]
    [InlineData(-32000, "stack underflow (0 <=> 1)")]
    [InlineData(-32000, "invalid jump destination")]
    public async Task A_call_that_fails_in_the_EVM_is_an_answer_of_the_contract(int code, string message)
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(_inner.Url, new FaultRule("eth_call") { Error = (code, message) });
        CallRevertedException failed = await Assert.ThrowsAsync<CallRevertedException>(
            () => new JsonRpcNode(_client, proxy.Url).CallAsync(new CallRequest(null, Contract, default), BlockTag.Latest, default));
        Assert.Empty(failed.RevertData);
    }

    sealed class Said : ILogger
    {
        public ConcurrentQueue<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning) Warnings.Enqueue(formatter(state, exception));
        }
    }
}
