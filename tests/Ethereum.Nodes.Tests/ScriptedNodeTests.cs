using System.Net.WebSockets;
using System.Text;
using Keystone.Ethereum.Proofs;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keystone.Ethereum.Nodes.Tests;

/// <summary>The scripted node does what a sound one does, so that its lies are the only ones; and the client over it.</summary>
public sealed class ScriptedNodeTests : IAsyncLifetime
{
    static readonly Address Contract = Address.Parse("0x00000000000000000000000000000000000000c0");
    static readonly Hash32 Topic = Keccak256.Hash([9]);

    readonly HttpClient _client = new();
    readonly ScriptedChain _chain = new(7);
    ScriptedRpcNode _node = null!;

    JsonRpcNode Client => new(_client, _node.Url, new JsonRpcNodeOptions { Timeout = TimeSpan.FromSeconds(5) });

    public async Task InitializeAsync() => _node = await ScriptedRpcNode.StartAsync(_chain);

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Its_blocks_prove_themselves()
    {
        _chain.AmsterdamFrom = 100;
        for (int i = 0; i < 200; i++) _chain.Mine([.. Enumerable.Repeat(Emitting(), i % 3)]);
        ScriptedBlock large = _chain.Mine([.. Enumerable.Repeat(Emitting(), 300)]);
        IReadOnlyList<BlockHeader?> headers = await Client.GetBlocksAsync([.. Enumerable.Range(0, 202).Select(number => BlockTag.AtNumber(number))], default);
        foreach (BlockHeader? header in headers) Assert.Equal(header!.Hash, HeaderCodec.HashOf(header));
        for (int i = 1; i < headers.Count; i++) Assert.Equal(headers[i - 1]!.Hash, headers[i]!.ParentHash);
        IReadOnlyList<TransactionReceipt> receipts = (await Client.GetBlockReceiptsAsync(BlockTag.AtHash(large.Header.Hash), default))!;
        Assert.Equal(300, receipts.Count);
        Assert.Equal(large.Header.ReceiptsRoot, ReceiptCodec.RootOf(receipts));
        Assert.Equal(300, (await Client.GetLogsAsync(new LogFilter([Contract], [[Topic]], BlockHash: large.Header.Hash), default)).Count);
        Assert.Equal(_chain.Blocks.Sum(block => block.Receipts.Length), (await Client.GetLogsAsync(new LogFilter([], [], 0, 201), default)).Count);
    }

    [Fact]
    public async Task It_forks_and_forgets_nothing()
    {
        _chain.MineEmpty(5);
        ScriptedBlock left = _chain.Mine(Emitting());
        _chain.Reorg(3);
        Assert.Equal(7, (await Client.GetBlockAsync(BlockTag.Latest, default))!.Number);
        Assert.NotEqual(left.Header.Hash, (await Client.GetBlockAsync(BlockTag.AtNumber(6), default))!.Hash);
        Assert.Equal(left.Header.Hash, (await Client.GetBlockAsync(BlockTag.AtHash(left.Header.Hash), default))!.Hash);
        Assert.Null(await Client.GetTransactionReceiptAsync(left.Receipts[0].TransactionHash, default));
        // The silent hole of real nodes: above the head there is nothing, and no error.
        Assert.Empty(await Client.GetLogsAsync(new LogFilter([], [], 5, 900), default));
        Assert.Equal(NodeFaultKind.Behind, (await Assert.ThrowsAsync<NodeException>(() => Client.GetLogsAsync(new LogFilter([], [], BlockHash: Topic), default))).Kind);
    }

    [Fact]
    public async Task Its_pool_judges_as_most_do_and_mines_in_the_order_of_nonces()
    {
        using PrivateKeySigner signer = new(Keccak256.Hash([1]).ToBytes());
        Assert.Null((await BroadcastAsync(signer, 1, 100)).ErrorMessage);
        Assert.Null((await BroadcastAsync(signer, 0, 100)).ErrorMessage);
        Assert.Equal("already known", (await BroadcastAsync(signer, 0, 100)).ErrorMessage);
        Assert.Equal("replacement transaction underpriced", (await BroadcastAsync(signer, 0, 109)).ErrorMessage);
        Assert.Null((await BroadcastAsync(signer, 0, 110)).ErrorMessage);
        Assert.Equal("insufficient funds for gas * price + value", (await BroadcastAsync(signer, 5, ulong.MaxValue)).ErrorMessage);
        Assert.Equal(2UL, await Client.GetTransactionCountAsync(signer.Address, BlockTag.Pending, default));
        Assert.Equal(0UL, await Client.GetTransactionCountAsync(signer.Address, BlockTag.Latest, default));
        _node.Execute = _ => Emitting();
        ScriptedBlock block = _node.MinePool();
        Assert.Equal(2, block.Receipts.Length);
        Assert.Equal(2UL, await Client.GetTransactionCountAsync(signer.Address, BlockTag.Latest, default));
        Assert.Equal("nonce too low: next nonce 2, tx nonce 1", (await BroadcastAsync(signer, 1, 500)).ErrorMessage);
        TransactionReceipt receipt = (await Client.GetTransactionReceiptAsync(block.Receipts[1].TransactionHash, default))!;
        Assert.Equal(signer.Address, receipt.From);
        Assert.Single(receipt.Logs);
        // A reorg takes the nonces back.
        _chain.ForkAt(0);
        Assert.Equal(0UL, await Client.GetTransactionCountAsync(signer.Address, BlockTag.Latest, default));
    }

    [Fact]
    public async Task A_node_that_finds_a_batch_too_large_gets_smaller_ones()
    {
        _chain.MineEmpty(40);
        _node.Fail("eth_getBlockByNumber", new ScriptedFault.Http(413, "<html>too large"), 41 + 20); // all of one batch and of the half of it
        IReadOnlyList<BlockHeader?> headers = await Client.GetBlocksAsync([.. Enumerable.Range(0, 41).Select(number => BlockTag.AtNumber(number))], default);
        Assert.Equal(Enumerable.Range(0, 41).Select(number => (long)number), headers.Select(header => header!.Number));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Receipts_of_many_blocks_come_in_few_batches_and_in_more_when_those_are_too_large(int refusals)
    {
        for (int i = 0; i < 50; i++) _chain.Mine(ScriptedTransaction.Emitting(), ScriptedTransaction.Emitting());
        Hash32[] blocks = [.. _chain.View.Skip(1), Keccak256.Hash([1])];
        JsonRpcNode client = Client;
        // Of 20 calls, of 10 and of 5: each refused as a whole.
        if (refusals > 0) _node.Fail("eth_getBlockReceipts", new ScriptedFault.Http(413, "<html>too large"), 20 + 10 + 5);
        int before = _node.Requests;
        IReadOnlyList<IReadOnlyList<TransactionReceipt>?> receipts = await client.GetReceiptsOfAsync(blocks, default);
        Assert.Equal(51, receipts.Count);
        for (int i = 0; i < 50; i++) Assert.Equal(_chain.Find(blocks[i])!.Receipts.Select(receipt => receipt.TransactionHash), receipts[i]!.Select(receipt => receipt.TransactionHash));
        Assert.Null(receipts[50]);
        Assert.InRange(_node.Requests - before, 3, refusals > 0 ? 30 : 3);
    }

    [Fact]
    public async Task A_node_without_receipts_of_blocks_is_asked_for_those_of_transactions()
    {
        for (int i = 0; i < 3; i++) _chain.Mine(ScriptedTransaction.Emitting(), ScriptedTransaction.Emitting());
        _node.Fail("eth_getBlockReceipts", new ScriptedFault.Error(-32601, "the method eth_getBlockReceipts does not exist/is not available"));
        IReadOnlyList<IReadOnlyList<TransactionReceipt>?> receipts = await Client.GetReceiptsOfAsync([.. _chain.View], default);
        Assert.Equal([0, 2, 2, 2], receipts.Select(own => own!.Count));
    }

    [Fact]
    public async Task What_a_batch_leaves_out_is_asked_again_by_itself()
    {
        _chain.MineEmpty(5);
        _node.Fail("eth_getBlockByNumber", new ScriptedFault.Incomplete());
        IReadOnlyList<BlockHeader?> headers = await Client.GetBlocksAsync([.. Enumerable.Range(0, 6).Select(number => BlockTag.AtNumber(number))], default);
        Assert.Equal(Enumerable.Range(0, 6).Select(number => (long)number), headers.Select(header => header!.Number));
        Assert.Equal(2, _node.Requests);
    }

    [Fact]
    public async Task Heads_wake_whoever_waits_and_a_cut_socket_is_opened_again()
    {
        HeadFeed feed = new(7, [_node.SocketUrl], TimeProvider.System, Jitter.None, NullLogger.Instance);
        using CancellationTokenSource stop = new();
        Task running = feed.RunAsync(stop.Token);
        await ReportedAsync(feed);
        await ReportedAsync(feed);
        _node.CutSockets();
        await ReportedAsync(feed);
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{\"method\":7}")]
    public async Task What_else_is_reported_over_the_socket_wakes_nobody(string message)
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.StartSocketAsync(async socket =>
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.SendAsync(Encoding.UTF8.GetBytes("{\"method\":\"eth_subscription\"}"), WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.ReceiveAsync(new byte[1_000], CancellationToken.None);
        });
        HeadFeed feed = new(7, [new UriBuilder(endpoint.Url) { Scheme = "ws" }.Uri], TimeProvider.System, Jitter.None, NullLogger.Instance);
        using CancellationTokenSource stop = new();
        Task first = feed.Next;
        Task running = feed.RunAsync(stop.Token);
        await first.WaitAsync(TimeSpan.FromSeconds(90));
        Assert.False(feed.Next.IsCompleted);
        await stop.CancelAsync();
        await running;
    }

    // A head may be mined before the subscription stands: one is mined until one is told.
    Task ReportedAsync(HeadFeed feed)
    {
        Task next = feed.Next;
        return Eventually.TrueAsync(() =>
        {
            _chain.Mine();
            return Task.FromResult(next.IsCompleted);
        });
    }

    async Task<SendResponse> BroadcastAsync(PrivateKeySigner signer, ulong nonce, ulong fee)
    {
        SignedTransaction signed = await signer.SignAsync(new Eip1559Transaction(7, nonce, fee, fee, 1_000_000, Contract, UInt256.Zero, default), default);
        return await Client.SendRawTransactionAsync(signed.Raw, default);
    }

    static ScriptedTransaction Emitting() => ScriptedTransaction.Emitting(new ScriptedLog(Contract, [Topic], new byte[] { 1, 2 }));
}
