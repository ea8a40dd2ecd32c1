using System.Text.Json.Nodes;
using Keystone.Testing;
using Keystone.Testing.Scripted;

namespace Keystone.Keeper.Tests;

/// <summary>A settlement by nodes that lack something, or are another chain's for a while. The chain behind them is real.</summary>
public sealed class NodeFaultTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    [Fact]
    public async Task No_tip_method()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(Chain.Url,
            new FaultRule("eth_maxPriorityFeePerGas") { Error = (-32601, "the method eth_maxPriorityFeePerGas does not exist/is not available") },
            new FaultRule("eth_feeHistory") { Error = (-32600, "Unsupported method") },
            new FaultRule { BatchLimit = 10, Error = (-32014, "too many RPC calls in batch request") });
        await using KeeperHost keeper = await StartAsync(jobs: false, ("Chains:0:RpcUrls:0", proxy.Url.ToString()));
        Guid id = await InstructAsync(TimeSpan.FromHours(10));
        await StateAsync(id, "AWAITING_DEPOSITS", mine: true);
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_node_of_another_chain_and_it_goes_on_when_the_node_is_back()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(Chain.Url);
        await using KeeperHost keeper = await StartAsync(jobs: false, ("Chains:0:RpcUrls:0", proxy.Url.ToString()));
        Guid first = await InstructAsync(TimeSpan.FromHours(10));
        await StateAsync(first, "AWAITING_DEPOSITS", mine: true);

        proxy.Rules = [new FaultRule("eth_chainId") { Patch = _ => JsonValue.Create("0x1") }];
        // What was asked before may be answered yet.
        proxy.Asked.Clear();
        await Eventually.TrueAsync(() => Task.FromResult(proxy.Asked.Count(method => method == "eth_chainId") >= 3), because: "Nobody asks which chain it is.");
        proxy.Asked.Clear();
        Guid second = await InstructAsync(TimeSpan.FromHours(10));
        await Eventually.TrueAsync(() => Task.FromResult(proxy.Asked.Count(method => method == "eth_chainId") >= 4), because: "Nobody asks which chain it is.");
        Assert.DoesNotContain("eth_sendRawTransaction", proxy.Asked);
        Assert.NotEqual("AWAITING_DEPOSITS", await Book.StateAsync(second));

        proxy.Rules = [];
        await StateAsync(second, "AWAITING_DEPOSITS", mine: true);
    }
}
