using System.Collections.Immutable;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keystone.Ethereum.Nodes.Tests;

public sealed class NodeSetTests : IAsyncLifetime
{
    const long ChainId = 5;
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    readonly HttpClient _client = new();
    readonly ShiftedClock _clock = new();
    readonly ScriptedChain _chain = new(ChainId, "set");
    readonly List<ScriptedRpcNode> _nodes = [];

    public Task InitializeAsync()
    {
        _chain.MineEmpty(40);
        _chain.Finalized = 30;
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        foreach (ScriptedRpcNode node in _nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Among_equals_the_first_is_read_from_and_the_next_when_it_does_not_answer()
    {
        NodeSet set = await StartAsync(3);
        await set.CompareAsync(default);
        Clear();
        Assert.Equal(40, await HeadAsync(set));
        Assert.Equal([1, 0, 0], Asked());
        foreach (ScriptedFault fault in (ScriptedFault[])[new ScriptedFault.Drop(), new ScriptedFault.Http(502, "<html>"), new ScriptedFault.Truncated(), new ScriptedFault.ForeignIds(), new ScriptedFault.Error(-32000, "invalid api key")])
        {
            _nodes[0].Fail("*", fault);
            Clear();
            Assert.Equal(40, await HeadAsync(set));
            Assert.True(_nodes[1].Asked.Count + _nodes[2].Asked.Count > 0);
            _nodes[0].Heal();
        }
        // It has failed often enough to come last, and is asked again when the others fail.
        foreach (ScriptedRpcNode node in _nodes.Skip(1)) node.Fail("*", new ScriptedFault.Drop());
        Assert.Equal(40, await HeadAsync(set));
        _nodes[0].Fail("*", new ScriptedFault.Drop());
        await Assert.ThrowsAsync<NodeException>(() => HeadAsync(set));
    }

    [Fact]
    public async Task A_revert_is_an_answer_and_no_reason_to_ask_another()
    {
        NodeSet set = await StartAsync(2);
        _nodes[0].Call = (_, _) => null;
        await Assert.ThrowsAsync<CallRevertedException>(() => set.Any.CallAsync(new CallRequest(null, Address.Zero, default), BlockTag.Latest, default));
        Assert.Empty(_nodes[1].Asked);
    }

    [Fact]
    public async Task A_request_of_another_library_goes_to_the_next_node_too_and_never_sends_a_transaction()
    {
        NodeSet set = await StartAsync(2);
        _nodes[0].Fail("*", new ScriptedFault.Http(502, "<html>"));
        Assert.Equal("0x5", (await set.Any.RequestAsync("eth_chainId", [], default)).GetString());
        Assert.NotEmpty(_nodes[1].Asked);
        foreach (ScriptedRpcNode node in _nodes) node.Fail("*", new ScriptedFault.Error(-32001, "out of sorts"));
        NodeException fault = await Assert.ThrowsAsync<NodeException>(() => set.Any.RequestAsync("eth_chainId", [], default));
        Assert.Equal(-32001, fault.Code);
        Assert.Contains("\"out of sorts\"", fault.ErrorBody, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => set.Any.RequestAsync("eth_sendRawTransaction", ["0x02"], default));
    }

    [Fact]
    public async Task A_node_that_hangs_costs_its_deadline_once()
    {
        NodeSet set = await StartAsync(2, TimeSpan.FromMilliseconds(300));
        _nodes[0].Fail("*", new ScriptedFault.Wait(new TaskCompletionSource().Task));
        Assert.Equal(40, await HeadAsync(set));
        _nodes[0].Asked.Clear();
        Assert.Equal(40, await HeadAsync(set));
        Assert.Empty(_nodes[0].Asked);
    }

    [Fact]
    public async Task A_node_far_behind_is_left_alone_until_it_caught_up_and_the_last_one_never_is()
    {
        NodeSet set = await StartAsync(2);
        _nodes[0].Lag = 25;
        await set.CompareAsync(default);
        Assert.Equal(25, set.Members[0].Lag);
        Assert.Equal(40, await HeadAsync(set));
        NodeException late = await Assert.ThrowsAsync<NodeException>(() => set.Members[0].GetChainIdAsync(default));
        Assert.Equal(NodeFaultKind.Behind, late.Kind);
        // A little late is not far behind, but later than the other.
        _nodes[0].Lag = 3;
        await set.CompareAsync(default);
        Assert.Same(set.Members[1], set.Best);
        Assert.Equal(5, await set.Members[0].GetChainIdAsync(default));
        // The other is gone: what it said of the head is no reason to stop.
        _nodes[0].Lag = 25;
        _nodes[1].Fail("*", new ScriptedFault.Drop());
        await set.CompareAsync(default);
        Assert.Equal(15, await HeadAsync(set));
    }

    [Fact]
    public async Task Of_three_the_one_that_contradicts_at_a_finalized_height_is_quarantined_until_it_agrees()
    {
        NodeSet set = await StartAsync(3);
        // Its own history from block 20 on, longer than the others'.
        ImmutableArray<Hash32> truth = _chain.View;
        _chain.ForkAt(19);
        _chain.MineEmpty(30);
        _nodes[0].Serve(_chain.View);
        _chain.Return(truth);
        await set.CompareAsync(default);
        Assert.Contains("block 30", set.Members[0].Quarantine, StringComparison.Ordinal);
        Assert.Null(set.Members[1].Quarantine);
        Assert.Equal(40, await HeadAsync(set));
        Assert.Equal(NodeFaultKind.Quarantined, (await Assert.ThrowsAsync<NodeException>(() => set.Members[0].GetChainIdAsync(default))).Kind);
        // Not to answer does not clear it.
        _nodes[0].Fail("*", new ScriptedFault.Drop());
        await set.CompareAsync(default);
        Assert.NotNull(set.Members[0].Quarantine);
        _nodes[0].Heal();
        _nodes[0].Resume();
        await set.CompareAsync(default);
        Assert.Null(set.Members[0].Quarantine);
        Assert.Equal(5, await set.Members[0].GetChainIdAsync(default));
    }

    [Fact]
    public async Task A_fork_above_finality_is_no_contradiction()
    {
        NodeSet set = await StartAsync(3);
        ImmutableArray<Hash32> truth = _chain.View;
        _chain.ForkAt(33);
        _chain.MineEmpty(7);
        _nodes[0].Serve(_chain.View);
        _chain.Return(truth);
        await set.CompareAsync(default);
        Assert.All(set.Members, member => Assert.Null(member.Quarantine));
    }

    [Fact]
    public async Task Of_two_that_contradict_each_other_neither_is_believed()
    {
        NodeSet set = await StartAsync(2);
        ImmutableArray<Hash32> truth = _chain.View;
        _chain.ForkAt(19);
        _chain.MineEmpty(21);
        _nodes[1].Serve(_chain.View);
        _chain.Return(truth);
        await set.CompareAsync(default);
        Assert.Equal(NodeFaultKind.Quarantined, (await Assert.ThrowsAsync<NodeException>(() => HeadAsync(set))).Kind);
        _nodes[1].Resume();
        await set.CompareAsync(default);
        Assert.Equal(40, await HeadAsync(set));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_node_of_another_chain_is_not_asked_and_nothing_is_sent_to_it(int nodes)
    {
        NodeSet set = await StartAsync(nodes);
        using PrivateKeySigner signer = new(Keccak256.Hash([1]).ToBytes());
        SignedTransaction signed = await signer.SignAsync(new Eip1559Transaction(ChainId, 0, 1UL, 100UL, 21_000, Address.Zero, UInt256.Zero, default), default);
        await set.CompareAsync(default);
        // Between two comparisons: what it says of its chain is asked before anything is sent.
        _clock.Shift += TimeSpan.FromSeconds(2);
        _nodes[0].ReportedChainId = 1;
        NodeException refused = await Assert.ThrowsAsync<NodeException>(() => set.Members[0].SendRawTransactionAsync(signed.Raw, default));
        Assert.Equal(NodeFaultKind.Quarantined, refused.Kind);
        Assert.Contains("chain 1", set.Members[0].OtherChain, StringComparison.Ordinal);
        Clear();
        await Assert.ThrowsAsync<NodeException>(() => set.Members[0].SendRawTransactionAsync(signed.Raw, default));
        if (nodes > 1)
        {
            Assert.Equal(40, await HeadAsync(set));
            Assert.True((await set.Any.SendRawTransactionAsync(signed.Raw, default)).Accepted);
        }
        Assert.Empty(_nodes[0].Asked);
        await set.CompareAsync(default);
        Assert.NotNull(set.Members[0].OtherChain);
        _nodes[0].ReportedChainId = null;
        await set.CompareAsync(default);
        Assert.Null(set.Members[0].OtherChain);
        await set.Members[0].SendRawTransactionAsync(signed.Raw, default);
        Assert.Contains("eth_sendRawTransaction", _nodes[0].Asked);
    }

    /// <summary>The comparison of the nodes may come before the question at the start, which stops a service with wrong settings: it then has to find the same.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nodes_that_are_all_on_another_chain_from_the_beginning_are_a_wrong_setting(int nodes)
    {
        NodeSet set = await StartAsync(nodes);
        foreach (ScriptedRpcNode node in _nodes) node.ReportedChainId = 1;
        await set.CompareAsync(default);
        ChainIdentityException wrong = await Assert.ThrowsAsync<ChainIdentityException>(() => ChainIdentityReader.ReadAsync(set.Any, new ChainOptions { ChainId = ChainId }, default));
        Assert.Contains("chain 1", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("ChainId", wrong.Message, StringComparison.Ordinal);

        // Once the chain is known, it is the nodes' fault and passes.
        set.Genesis = _chain.View[0];
        await Assert.ThrowsAsync<NodeException>(() => ChainIdentityReader.ReadAsync(set.Any, new ChainOptions { ChainId = ChainId }, default));
    }

    [Fact]
    public async Task A_chain_with_our_id_that_begins_with_another_block_is_another_chain()
    {
        NodeSet set = await StartAsync(2);
        set.Genesis = _chain.View[0];
        await set.CompareAsync(default);
        Assert.All(set.Members, member => Assert.Null(member.OtherChain));
        ScriptedChain other = new(ChainId, "other");
        other.MineEmpty(45);
        await using ScriptedRpcNode stranger = await ScriptedRpcNode.StartAsync(other);
        NodeSet moved = new(new ChainOptions { ChainId = ChainId }, [("moved", new JsonRpcNode(_client, stranger.Url)), ("ours", new JsonRpcNode(_client, _nodes[1].Url))],
            new NodeSetLimits(), _clock, NullLogger.Instance)
        { Genesis = _chain.View[0] };
        await moved.CompareAsync(default);
        Assert.Contains("begins with block", moved.Members[0].OtherChain, StringComparison.Ordinal);
        Assert.Equal(40, await HeadAsync(moved));
    }

    [Fact]
    public async Task A_node_that_does_not_say_on_which_chain_it_is_is_sent_nothing_and_the_others_are()
    {
        NodeSet set = await StartAsync(2);
        _nodes[0].Fail("eth_chainId", new ScriptedFault.Drop());
        using PrivateKeySigner signer = new(Keccak256.Hash([1]).ToBytes());
        SignedTransaction signed = await signer.SignAsync(new Eip1559Transaction(ChainId, 0, 1UL, 100UL, 21_000, Address.Zero, UInt256.Zero, default), default);
        Assert.True((await set.Any.SendRawTransactionAsync(signed.Raw, default)).Accepted);
        Assert.DoesNotContain("eth_sendRawTransaction", _nodes[0].Asked);
    }

    [Fact]
    public async Task A_quota_is_waited_out_as_long_as_the_node_says_and_others_are_asked_meanwhile()
    {
        NodeSet set = await StartAsync(2);
        _nodes[0].Allow(0, TimeSpan.FromSeconds(30));
        Assert.Equal(40, await HeadAsync(set));
        int requests = _nodes[0].Requests;
        _nodes[0].Heal();
        Assert.Equal(40, await HeadAsync(set));
        Assert.Equal(requests, _nodes[0].Requests);
        NodeBusyException pause = await Assert.ThrowsAsync<NodeBusyException>(() => set.Members[0].GetChainIdAsync(default));
        Assert.InRange(pause.RetryAfter!.Value.TotalSeconds, 20, 30);
        _clock.Shift = TimeSpan.FromSeconds(31);
        Assert.Equal(5, await set.Members[0].GetChainIdAsync(default));

        // In the words of an error, with the wait in its data; and one that asks for a day.
        _nodes[0].Fail("eth_chainId", new ScriptedFault.Error(-32005, "project ID request rate exceeded", System.Text.Json.Nodes.JsonNode.Parse("""{"rate":{"backoff_seconds":45.5}}""")), 1);
        NodeBusyException said = await Assert.ThrowsAsync<NodeBusyException>(() => set.Members[0].GetChainIdAsync(default));
        Assert.Equal(45.5, said.RetryAfter!.Value.TotalSeconds);
        _clock.Shift += TimeSpan.FromSeconds(46);
        _nodes[0].Allow(0, TimeSpan.FromDays(1));
        await Assert.ThrowsAsync<NodeBusyException>(() => set.Members[0].GetChainIdAsync(default));
        _nodes[0].Heal();
        _clock.Shift += TimeSpan.FromSeconds(61);
        Assert.Equal(5, await set.Members[0].GetChainIdAsync(default));
    }

    [Fact]
    public async Task What_was_refused_together_does_not_come_again_together()
    {
        NodeSet first = await StartAsync(1), second = new(new ChainOptions { ChainId = ChainId }, [("node", new JsonRpcNode(_client, _nodes[0].Url))],
            new NodeSetLimits { Jitter = new Jitter(() => 1) }, _clock, NullLogger.Instance);
        _nodes[0].Allow(0, TimeSpan.FromSeconds(30));
        foreach ((NodeSet set, double shortest, double longest) in new[] { (first, 20.0, 30.0), (second, 30.0, 37.5) })
        {
            await Assert.ThrowsAsync<NodeBusyException>(() => HeadAsync(set));
            NodeBusyException pause = await Assert.ThrowsAsync<NodeBusyException>(() => set.Members[0].GetChainIdAsync(default));
            Assert.InRange(pause.RetryAfter!.Value.TotalSeconds, shortest, longest);
        }
    }

    [Fact]
    public async Task A_transaction_is_broadcast_to_all_and_taken_when_one_takes_it()
    {
        NodeSet set = await StartAsync(3);
        _nodes[0].Fail("eth_sendRawTransaction", new ScriptedFault.Error(-32000, "txpool is full"));
        _nodes[1].Fail("eth_sendRawTransaction", new ScriptedFault.Drop());
        using PrivateKeySigner signer = new(Keccak256.Hash([1]).ToBytes());
        SignedTransaction signed = await signer.SignAsync(new Eip1559Transaction(ChainId, 0, 1UL, 100UL, 21_000, Address.Zero, UInt256.Zero, default), default);
        SendResponse answer = await set.Any.SendRawTransactionAsync(signed.Raw, default);
        Assert.True(answer.Accepted);
        Assert.Equal(signed.Hash, answer.Hash);
        Assert.All(_nodes, node => Assert.Contains("eth_sendRawTransaction", node.Asked));
        Assert.Equal(signed.Hash, Assert.Single(_nodes[2].Pool.Waiting).Hash);

        // Also to those that may not be read from.
        _nodes[0].Heal();
        _nodes[0].Lag = 30;
        await set.CompareAsync(default);
        Assert.True((await set.Members[0].SendRawTransactionAsync(signed.Raw, default)).Accepted);
        Assert.Equal("already known", (await set.Members[2].SendRawTransactionAsync(signed.Raw, default)).ErrorMessage);
        foreach (ScriptedRpcNode node in _nodes) node.Fail("*", new ScriptedFault.Drop());
        await Assert.ThrowsAsync<NodeException>(() => set.Any.SendRawTransactionAsync(signed.Raw, default));
    }

    [Fact]
    public void Verdicts()
    {
        Assert.Null(NodeVerdicts.CommonFinalized([Sight(9), Sight(null)]));
        Assert.Equal(5, NodeVerdicts.CommonFinalized([Sight(9), Sight(5)]));
        Assert.Equal(8, NodeVerdicts.CommonFinalized([Sight(9), Sight(3), Sight(8)]));
        // One that is far ahead alone makes nobody late; one that is far behind holds nobody down.
        Assert.Equal(10, NodeVerdicts.BestHead([1_000_000, 10, 10]));
        Assert.Equal(10, NodeVerdicts.BestHead([10, 1, 10]));
        Assert.Equal(10, NodeVerdicts.BestHead([10, 1]));
        Assert.Null(NodeVerdicts.BestHead([]));
        Hash32 a = Keccak256.Hash([1]), b = Keccak256.Hash([2]), c = Keccak256.Hash([3]);
        Assert.Equal([false, false, true], NodeVerdicts.Outvoted([a, a, b]).ToArray());
        Assert.Equal([true, true, false], NodeVerdicts.Outvoted([a, b, null]).ToArray());
        Assert.Equal([true, true, true], NodeVerdicts.Outvoted([a, b, c]).ToArray());
        Assert.Equal([true, true, true, true], NodeVerdicts.Outvoted([a, a, b, b]).ToArray());
        Assert.Equal([false, false], NodeVerdicts.Outvoted([a, null]).ToArray());

        static NodeSight Sight(long? finalized) => new(ChainId, 50, finalized);
    }

    async Task<NodeSet> StartAsync(int count, TimeSpan? timeout = null)
    {
        for (int i = 0; i < count; i++) _nodes.Add(await ScriptedRpcNode.StartAsync(_chain));
        JsonRpcNodeOptions options = new() { Timeout = timeout ?? Deadline };
        return new NodeSet(new ChainOptions { ChainId = ChainId }, [.. _nodes.Select(node => (node.Url.Authority, (IEthereumNode)new JsonRpcNode(_client, node.Url, options)))],
            new NodeSetLimits(), _clock, NullLogger.Instance);
    }

    static async Task<long> HeadAsync(NodeSet set) => (await set.Any.GetBlockAsync(BlockTag.Latest, default))!.Number;

    void Clear() => _nodes.ForEach(node => node.Asked.Clear());

    int[] Asked() => [.. _nodes.Select(node => node.Asked.Count)];
}
