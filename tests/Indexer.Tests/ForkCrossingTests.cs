using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Reading;
using Keystone.Testing;
using Keystone.Testing.Scripted;

namespace Keystone.Indexer.Tests;

/// <summary>
/// A chain that goes from 21 header fields to 23 (Amsterdam), followed over HTTP: in the middle of a backfill, at the head, and with the border itself in a reorg.
/// </summary>
public sealed class ForkCrossingTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    static long _chains = 32_000;

    readonly HttpClient _client = new();
    ScriptedNode _node = null!;
    ScriptedRpcNode _rpc = null!;

    public async Task InitializeAsync()
    {
        _node = new ScriptedNode(Interlocked.Increment(ref _chains), "crossing");
        _rpc = await ScriptedRpcNode.StartAsync(_node.Scripted);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _rpc.DisposeAsync();
    }

    public static TheoryData<string, bool> Ways => new()
    {
        { "receipts", true }, { "receipts", false }, { "bloom", true }, { "bloom", false },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task In_the_middle_of_a_backfill(string proof, bool fast)
    {
        _node.AmsterdamFrom = 13;
        Fill(30);
        _node.Finalized = 25;
        ScriptedMirror mirror = await FollowedAsync(proof, fast, new IndexerOptions { RangeBlocks = 8 });
        await AssertWholeAsync(mirror, proof);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task At_the_head(string proof, bool fast)
    {
        _node.AmsterdamFrom = 6;
        Fill(4);
        ScriptedMirror mirror = await FollowedAsync(proof, fast);
        for (int i = 0; i < 4; i++)
        {
            Fill(1);
            await mirror.FollowAsync();
        }
        await AssertWholeAsync(mirror, proof);
    }

    // The new branch crosses the border at another height than the old one: a block of 23 fields takes the place of one with 21, and one of 21 that of one with 23.
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Within_a_reorg(string proof, bool fast)
    {
        _node.AmsterdamFrom = 6;
        Fill(9);
        ScriptedMirror mirror = await FollowedAsync(proof, fast);
        foreach (long border in (long[])[8, 4])
        {
            _node.ForkAt(3);
            _node.AmsterdamFrom = border;
            Fill((int)(10 - border / 4));
            await mirror.FollowAsync();
            Assert.Equal(_node.Head.Number, await mirror.ScalarAsync<long>("select number from chain.position where chain_id = $chain"));
        }
        await AssertWholeAsync(mirror, proof);
    }

    [Theory]
    [InlineData("blockAccessListHash", "without those of an earlier one")]
    [InlineData("slotNumber", "without slotNumber")]
    [InlineData("both", "without blockAccessListHash, slotNumber")]
    public async Task A_node_that_leaves_a_field_out_is_at_fault_and_another_is_asked(string member, string reason)
    {
        _node.AmsterdamFrom = 2;
        Fill(5);
        _rpc.Fail("eth_getBlockByNumber", new ScriptedFault.Lie(block =>
        {
            foreach (string name in member == "both" ? ["blockAccessListHash", "slotNumber"] : (string[])[member]) block!.AsObject().Remove(name);
            return block;
        }));
        JsonRpcNode incomplete = new(_client, _rpc.Url);
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database.Source, _node, nodes: [incomplete, _node]);
        ContradictionException fault = await Assert.ThrowsAsync<ContradictionException>(() => FirstFaultAsync(mirror));
        Assert.Equal("hash", fault.Kind);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Contains(incomplete.Name, fault.Message, StringComparison.Ordinal);
        // The same at each look: what is reported is reported once.
        Assert.Equal($"{incomplete.Name} leaves a field out", fault.Fault);
        await mirror.FollowAsync();
        Assert.Null(mirror.Headers.ReasonOf(_node.ChainId));
        Assert.Equal("receipts", await mirror.ScalarAsync<string>("select string_agg(distinct proof, ' ') from chain.block where chain_id = $chain"));
        Assert.Equal(5L, await mirror.ScalarAsync<long>("select number from chain.position where chain_id = $chain"));
    }

    static async Task FirstFaultAsync(ScriptedMirror mirror)
    {
        // The blocks before the fork are taken first, where they are read one by one.
        while (await mirror.PollAsync())
        {
            // There is more.
        }
    }

    /// <summary>Blocks with a settlement's beginning, its deposits, ether that moves, and nothing.</summary>
    void Fill(int blocks)
    {
        for (int i = 0; i < blocks; i++)
        {
            EscrowTerms terms = Emit.Terms(_node.ChainId, (byte)(_node.Head.Number * 3 + i));
            if (i % 3 == 0) _node.Mine([Emit.Ether(Emit.Bob, 3), Emit.Registered(terms)], Emit.Deposited(terms, 0));
            else if (i % 3 == 1) _node.Mine([Emit.Ether(Emit.Alice, 100)], [Emit.Transfer(Emit.Alice, 2)]);
            else _node.Mine();
        }
    }

    async Task<ScriptedMirror> FollowedAsync(string proof, bool fast, IndexerOptions? options = null)
    {
        if (!fast)
        {
            // What the reader of bytes leaves to the reader of documents.
            _rpc.Fail("eth_getBlockReceipts", new ScriptedFault.Lie(receipts =>
            {
                foreach (JsonNode? receipt in receipts!.AsArray()) receipt!["root"] = null;
                return receipts;
            }));
            _rpc.Fail("eth_getLogs", new ScriptedFault.Lie(logs =>
            {
                foreach (JsonNode? log in logs!.AsArray()) log!["logIndex"] = $"0x{log["logIndex"]!.GetValue<string>()[2..].PadLeft(20, '0')}";
                return logs;
            }));
        }
        options ??= new IndexerOptions();
        options.Proof = proof;
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database.Source, _node, options, nodes: [new JsonRpcNode(_client, _rpc.Url)]);
        await mirror.FollowAsync();
        return mirror;
    }

    async Task AssertWholeAsync(ScriptedMirror mirror, string proof)
    {
        Assert.Equal(proof, await mirror.ScalarAsync<string>("select string_agg(distinct proof, ' ') from chain.block where chain_id = $chain and canonical"));
        Assert.Equal(_node.CanonicalLogs.Count(), await mirror.ScalarAsync<long>("select count(*) from chain.log l join chain.block b on b.hash = l.block_hash where l.chain_id = $chain and b.canonical"));
        Assert.Equal(0L, await mirror.ScalarAsync<long>("select count(*) from chain.stray_transfer where chain_id = $chain and token <> '\\x0000000000000000000000000000000000070cec'"));
        Assert.Null(mirror.Headers.ReasonOf(_node.ChainId));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }
}
