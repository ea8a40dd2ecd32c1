using System.Net;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Keystone.Escrow.Contracts.Erc20;
using Keystone.Ethereum.Nodes;
using Nethereum.Contracts;
using Nethereum.JsonRpc.Client;

namespace Keystone.Ethereum.Web3.Tests;

/// <summary>Nethereum's requests through our transport, against answers that no honest node gives.</summary>
public sealed class NodeClientTests
{
    const string Token = "0x00000000000000000000000000000000000000aa";

    [Fact]
    public async Task A_refusal_reaches_the_caller_with_its_code_its_text_and_its_data()
    {
        using Answering http = new("""{"jsonrpc":"2.0","id":1,"error":{"code":-32003,"message":"out of sorts","data":{"reason":"2026-11-30T10:00:00Z","left":7}}}""");
        RpcResponseException fault = await Assert.ThrowsAsync<RpcResponseException>(() => http.Web3().Eth.Blocks.GetBlockNumber.SendRequestAsync());
        Assert.Equal(-32003, fault.RpcError.Code);
        Assert.StartsWith("out of sorts", fault.RpcError.Message, StringComparison.Ordinal);
        // Text that looks like a date is not read as one.
        Assert.Equal("""{"reason":"2026-11-30T10:00:00Z","left":7}""", string.Concat(fault.RpcError.Data.ToString()!.Where(letter => !char.IsWhiteSpace(letter))));
    }

    [Fact]
    public async Task A_refused_transaction_reaches_the_caller_with_its_text()
    {
        using Answering http = new("""{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"nonce too low"}}""");
        RpcResponseException fault = await Assert.ThrowsAsync<RpcResponseException>(() => http.Web3().Eth.Transactions.SendRawTransaction.SendRequestAsync("0x02c0"));
        Assert.StartsWith("nonce too low", fault.RpcError.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":77,"result":"0x1"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""")]
    [InlineData("""<html>""")]
    public async Task An_answer_that_is_none_is_the_nodes_fault_and_no_value(string body)
    {
        using Answering http = new(body);
        NodeException fault = await Assert.ThrowsAsync<NodeException>(() => http.Web3().Eth.Blocks.GetBlockNumber.SendRequestAsync());
        Assert.Equal(NodeFaultKind.Nonsense, fault.Kind);
    }

    [Fact]
    public async Task A_busy_node_is_reported_with_the_wait_that_it_asked_for()
    {
        using Answering http = new("{}", HttpStatusCode.TooManyRequests);
        NodeBusyException fault = await Assert.ThrowsAsync<NodeBusyException>(() => http.Web3().Eth.Blocks.GetBlockNumber.SendRequestAsync());
        Assert.Equal(TimeSpan.FromSeconds(7), fault.RetryAfter);
    }

    [Fact]
    public async Task Our_deadline_ends_a_request_that_gets_no_answer()
    {
        using Answering http = new(null);
        NodeException fault = await Assert.ThrowsAsync<NodeException>(
            () => NodeWeb3.Create(http.Node(new JsonRpcNodeOptions { Timeout = TimeSpan.FromMilliseconds(100) })).Eth.Blocks.GetBlockNumber.SendRequestAsync());
        Assert.Equal(NodeFaultKind.TooSlow, fault.Kind);
    }

    [Fact]
    public async Task Cancelling_ends_a_request_in_the_middle_and_every_later_one()
    {
        using Answering http = new(null);
        using CancellationTokenSource stop = new();
        Nethereum.Web3.Web3 web3 = NodeWeb3.Create(http.Node(), stop.Token);
        Task<Nethereum.Hex.HexTypes.HexBigInteger> asked = web3.Eth.Blocks.GetBlockNumber.SendRequestAsync();
        await http.Asked;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => web3.Eth.Blocks.GetBlockNumber.SendRequestAsync());
    }

    [Fact]
    public async Task The_largest_amount_is_read_exactly()
    {
        using Answering http = new($$"""{"jsonrpc":"2.0","id":1,"result":"0x{{new string('f', 64)}}"}""");
        Assert.Equal((BigInteger.One << 256) - 1, await http.Web3().Eth.GetContractHandler(Token).QueryAsync<BalanceOfFunction, BigInteger>(new BalanceOfFunction { Owner = Token }));
    }

    [Fact]
    public async Task A_revert_with_a_custom_error_is_reported_by_its_data()
    {
        using Answering http = new("""{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted","data":"0x0f2e5b6c"}}""");
        SmartContractCustomErrorRevertException fault = await Assert.ThrowsAsync<SmartContractCustomErrorRevertException>(
            () => http.Web3().Eth.GetContractHandler(Token).QueryAsync<BalanceOfFunction, BigInteger>(new BalanceOfFunction { Owner = Token }));
        Assert.Equal("0x0f2e5b6c", fault.ExceptionEncodedData);
    }

    [Fact]
    public async Task The_method_and_the_parameters_are_sent_as_the_standard_has_them()
    {
        using Answering http = new("""{"jsonrpc":"2.0","id":1,"result":"0x"}""");
        await http.Web3().Eth.GetCode.SendRequestAsync(Token);
        using JsonDocument sent = JsonDocument.Parse(http.Sent);
        Assert.Equal("eth_getCode", sent.RootElement.GetProperty("method").GetString());
        Assert.Equal($"[\"{Token}\",\"latest\"]", sent.RootElement.GetProperty("params").GetRawText());
    }

    /// <summary>One body for every request; null never answers.</summary>
    sealed class Answering(string? body, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
    {
        readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public string Sent { get; private set; } = "";

        public JsonRpcNode Node(JsonRpcNodeOptions? options = null) => new(new HttpClient(this), new Uri("http://node.example"), options);

        public Nethereum.Web3.Web3 Web3() => NodeWeb3.Create(Node());

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent = await request.Content!.ReadAsStringAsync(cancellationToken);
            // A client of one call sends an object or an array of one.
            if (Sent.StartsWith('[')) Sent = Sent[1..^1];
            _asked.TrySetResult();
            if (body is null) await Task.Delay(Timeout.Infinite, cancellationToken);
            HttpResponseMessage response = new(status) { Content = new StringContent(body!, Encoding.UTF8, "application/json") };
            if (status == HttpStatusCode.TooManyRequests) response.Headers.TryAddWithoutValidation("Retry-After", "7");
            return response;
        }
    }
}
