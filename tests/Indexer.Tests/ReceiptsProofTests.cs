using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Proofs;
using Keystone.Indexer.Reading;
using Keystone.Mirror;
using Keystone.Testing;
using Keystone.Testing.Scripted;

namespace Keystone.Indexer.Tests;

/// <summary>The proof level <c>receipts</c>, which is the default: a node can withhold a block, but not change one and not leave out a log of it.</summary>
public sealed class ReceiptsProofTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static long _chains = 9_000;

    [Fact]
    public async Task Blocks_are_stored_as_proved_by_their_receipts()
    {
        ScriptedMirror mirror = await BeginAsync();
        await mirror.FollowAsync();
        Assert.Equal("receipts", await mirror.ScalarAsync<string>("select string_agg(distinct proof, ' ') from chain.block where chain_id = $chain"));
    }

    // At the head one by one, and behind finality as a range.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_log_that_logs_and_receipts_both_leave_out_is_missed_by_the_root(bool finalized)
    {
        ScriptedMirror mirror = await BeginAsync(finalized: finalized);
        mirror.Node.Logs = logs => [.. logs.Where(log => log.LogIndex != 2)];
        mirror.Node.Receipts = receipts => [.. receipts.Select(receipt => receipt with { Logs = [.. receipt.Logs.Where(log => log.LogIndex != 2)] })];
        Assert.Contains("do not have the root", await mirror.RefusedAsync(), StringComparison.Ordinal);
        await AssertTruthGoesInAsync(mirror);
    }

    /// <summary>Of a range that is full of ours the receipts are the only reading: what they leave out or add is missed by the root all the same.</summary>
    [Fact]
    public async Task Of_a_full_range_the_receipts_alone_are_asked_and_hold_everything()
    {
        ScriptedMirror mirror = await BeginFullAsync(every: 2);
        List<string> asked = [];
        mirror.Node.Asked = asked.Add;
        mirror.Node.Receipts = receipts => [.. receipts.Select(receipt => receipt with { Logs = [.. receipt.Logs.Where(log => log.LogIndex != 1)] })];
        Assert.Contains("do not have the root", await mirror.RefusedAsync(), StringComparison.Ordinal);
        mirror.Node.Receipts = receipts => receipts.Count == 0 ? receipts : [.. receipts.Skip(1)];
        Assert.Contains("do not have the root", await mirror.RefusedAsync(), StringComparison.Ordinal);
        mirror.Node.Receipts = receipts => [.. receipts.Select(receipt => receipt with { Logs = [.. receipt.Logs.Select(log => log with { LogIndex = log.LogIndex + 7 })] })];
        Assert.Contains("out of order", await mirror.RefusedAsync(), StringComparison.Ordinal);
        mirror.Node.Receipts = receipts => [.. receipts.Select(receipt => receipt with { Logs = [.. receipt.Logs.Select(log => log with { BlockHash = Hash32.Zero })] })];
        Assert.Contains("belongs to another block", await mirror.RefusedAsync(), StringComparison.Ordinal);
        mirror.Node.Receipts = _ => null;
        Assert.Contains("no receipts", await mirror.RefusedAsync(), StringComparison.Ordinal);
        mirror.Node.Receipts = null;
        Assert.Equal(0L, await mirror.RevisionAsync());
        Assert.DoesNotContain("logs", asked);
        mirror.Node.Logs = _ => [];
        Assert.True(await mirror.PollAsync());
        Assert.DoesNotContain("logs", asked);
        mirror.Node.Logs = null;
        await mirror.FollowAsync();
        Assert.Equal(40L * 3, await mirror.ScalarAsync<long>("select count(*) from chain.log where chain_id = $chain"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    [Fact]
    public async Task A_full_range_ends_where_it_has_enough_and_the_next_one_begins_there()
    {
        ScriptedMirror mirror = await BeginFullAsync(every: 2, new IndexerOptions { RangeBlocks = 80, MostLogsOfAFullRange = 31 });
        Assert.True(await mirror.PollAsync());
        // Ten blocks with three logs each come at a time, and one more batch is on its way when there are enough.
        Assert.Equal(90L, await mirror.ScalarAsync<long>("select count(*) from chain.log where chain_id = $chain"));
        Assert.Equal(59L, await mirror.ScalarAsync<long>("select number from chain.position where chain_id = $chain"));
        await mirror.FollowAsync();
        Assert.Equal(120L, await mirror.ScalarAsync<long>("select count(*) from chain.log where chain_id = $chain"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    [Fact]
    public async Task Of_a_range_that_is_not_full_logs_and_receipts_are_both_asked()
    {
        ScriptedMirror mirror = await BeginFullAsync(every: 5);
        mirror.Node.Logs = logs => [.. logs.Where(log => log.LogIndex != 2)];
        Assert.Contains("not the same", await mirror.RefusedAsync(), StringComparison.Ordinal);
        mirror.Node.Logs = null;
        await mirror.FollowAsync();
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_block_whose_logs_are_all_withheld_is_found_by_its_filter(bool finalized)
    {
        ScriptedMirror mirror = await BeginAsync(finalized: finalized);
        mirror.Node.Logs = _ => [];
        Assert.Contains("not the same", await mirror.RefusedAsync(), StringComparison.Ordinal);
        mirror.Node.Receipts = _ => [];
        Assert.Contains("do not have the root", await mirror.RefusedAsync(), StringComparison.Ordinal);
        mirror.Node.Receipts = _ => null;
        Assert.Contains("no receipts", await mirror.RefusedAsync(), StringComparison.Ordinal);
        await AssertTruthGoesInAsync(mirror);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_header_made_to_fit_the_lie_has_another_hash(bool finalized)
    {
        ScriptedMirror mirror = await BeginAsync(finalized: finalized);
        mirror.Node.Logs = _ => [];
        mirror.Node.Receipts = _ => [];
        mirror.Node.Header = header => header.Number == 2 ? header with { LogsBloom = new byte[256], ReceiptsRoot = OrderedTrie.EmptyRoot } : header;
        Assert.Contains("does not follow from its fields", await mirror.RefusedAsync(), StringComparison.Ordinal);
        // With a hash of its own it has no child.
        mirror.Node.Header = header => header.Number == 2 ? Rehashed(header with { LogsBloom = new byte[256], ReceiptsRoot = OrderedTrie.EmptyRoot }) : header;
        Assert.Contains("not the child", await mirror.RefusedAsync(), StringComparison.Ordinal);
        await AssertTruthGoesInAsync(mirror);
    }

    [Fact]
    public async Task Changed_data_and_changed_order_are_missed_by_the_root_and_by_the_count()
    {
        ScriptedMirror mirror = await BeginAsync();
        mirror.Node.Receipts = receipts => [.. receipts.Select(receipt => receipt with { Logs = [.. receipt.Logs.Select(log => log with { Data = new byte[32] })] })];
        Assert.Contains("do not have the root", await mirror.RefusedAsync(), StringComparison.Ordinal);
        mirror.Node.Receipts = receipts => [.. receipts.Reverse()];
        Assert.Contains("do not have the root", await mirror.RefusedAsync(), StringComparison.Ordinal);
        // What no root covers.
        mirror.Node.Receipts = receipts => [.. receipts.Select(receipt => receipt with { Logs = [.. receipt.Logs.Select(log => log with { LogIndex = log.LogIndex + 7 })] })];
        mirror.Node.Logs = logs => [.. logs.Select(log => log with { LogIndex = log.LogIndex + 7 })];
        Assert.Contains("out of order", await mirror.RefusedAsync(), StringComparison.Ordinal);
        await AssertTruthGoesInAsync(mirror);
    }

    [Fact]
    public async Task A_header_without_all_fields_is_refused_unless_the_hash_is_to_be_believed()
    {
        ScriptedMirror mirror = await BeginAsync();
        mirror.Node.Header = header => header with { Fields = null };
        Assert.Contains("Indexer:Proof = bloom", await mirror.RefusedAsync(), StringComparison.Ordinal);
        await AssertTruthGoesInAsync(mirror);

        ScriptedMirror believing = await BeginAsync(new IndexerOptions { Proof = "bloom" });
        believing.Node.Header = header => header with { Fields = null };
        await believing.FollowAsync();
        Assert.Equal("bloom", await believing.ScalarAsync<string>("select min(proof) from chain.block where chain_id = $chain"));
    }

    /// <summary>The whole way: a mirror, its JSON-RPC client, HTTP, and a node that lies there.</summary>
    [Fact]
    public async Task Over_HTTP_the_truth_is_taken_and_each_lie_refused()
    {
        ScriptedChain chain = new(Interlocked.Increment(ref _chains), "http");
        EscrowTerms terms = Emit.Terms(chain.ChainId, 1);
        chain.Mine();
        chain.Mine(Transaction(Emit.Registered(terms)), Transaction(Emit.Deposited(terms, 0)));
        chain.MineEmpty(5);
        await using ScriptedRpcNode rpc = await ScriptedRpcNode.StartAsync(chain);
        using HttpClient client = new();
        JsonRpcNode node = new(client, rpc.Url, new JsonRpcNodeOptions { Timeout = TimeSpan.FromSeconds(5) });
        BlockReader reader = new(node, ScriptedNode.Escrow, new IndexerOptions());
        ScriptedBlock genesis = chain.Blocks[0];

        (string Method, ScriptedFault Fault, string Words)[] lies =
        [
            ("eth_getLogs", new ScriptedFault.Lie(_ => new JsonArray()), "not the same"),
            ("eth_getBlockReceipts", new ScriptedFault.Lie(_ => null), "no receipts"),
            ("eth_getBlockReceipts", new ScriptedFault.Lie(receipts => new JsonArray(receipts![0]!.DeepClone())), "do not have the root"),
            ("eth_getBlockReceipts", new ScriptedFault.Lie(Changed("status", "0x0")), "do not have the root"),
            ("eth_getBlockReceipts", new ScriptedFault.Lie(Changed("cumulativeGasUsed", "0x1")), "do not have the root"),
            ("eth_getBlockByNumber", new ScriptedFault.Lie(block => Changed(block, "stateRoot", Hash32.Zero.ToString())), "does not follow from its fields"),
            ("eth_getBlockByNumber", new ScriptedFault.Lie(block => Changed(block, "timestamp", "0x1")), "does not follow from its fields"),
            ("eth_getBlockByNumber", new ScriptedFault.Lie(block => Changed(block, "miner", null)), "not all fields"),
            ("eth_getBlockByNumber", new ScriptedFault.Lie(block => Changed(block, "baseFeePerGas", null)), "without those of an earlier one"),
        ];
        foreach ((string method, ScriptedFault fault, string words) in lies)
        {
            rpc.Fail(method, fault);
            ContradictionException refusal = await Assert.ThrowsAsync<ContradictionException>(
                () => reader.ReadAsync(genesis.Header.Hash, 1, 4, null, CancellationToken.None));
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
            rpc.Heal();
        }
        ScriptedFault[] breaks = [new ScriptedFault.Drop(), new ScriptedFault.Truncated(), new ScriptedFault.Doubled(), new ScriptedFault.ForeignIds()];
        foreach (ScriptedFault fault in breaks)
        {
            rpc.Fail("eth_getBlockByNumber", fault);
            await Assert.ThrowsAsync<NodeException>(() => reader.ReadAsync(genesis.Header.Hash, 1, 4, null, CancellationToken.None));
            rpc.Heal();
        }
        // What can be helped does no harm: answers in another order, one that is missing, and a client without the method for a whole block.
        rpc.Fail("eth_getBlockByNumber", new ScriptedFault.Reversed());
        rpc.Fail("eth_getBlockByNumber", new ScriptedFault.Incomplete());
        rpc.Fail("eth_getBlockReceipts", new ScriptedFault.Error(-32601, "the method eth_getBlockReceipts does not exist/is not available"));
        IReadOnlyList<ReadBlock> blocks = await reader.ReadAsync(genesis.Header.Hash, 1, 4, null, CancellationToken.None);
        Assert.Equal([1, 2, 3, 4], blocks.Select(block => block.Header.Number));
        Assert.Equal(3, blocks[1].Logs.Length);
        Assert.All(blocks, block => Assert.Equal("receipts", block.Proof));
        Assert.Contains("eth_getTransactionReceipt", rpc.Asked);
    }

    static Func<JsonNode?, JsonNode?> Changed(string name, string value) => receipts =>
    {
        foreach (JsonNode? receipt in receipts!.AsArray()) receipt![name] = value;
        return receipts;
    };

    static JsonNode? Changed(JsonNode? block, string name, string? value)
    {
        block![name] = value;
        return block;
    }

    static ScriptedTransaction Transaction(params Emitted[] emitted) =>
        ScriptedTransaction.Emitting([.. emitted.Select(one => new ScriptedLog(one.By, one.Topics, one.Data))]);

    static BlockHeader Rehashed(BlockHeader header) => header with { Hash = HeaderCodec.HashOf(header)!.Value };

    async Task<ScriptedMirror> BeginAsync(IndexerOptions? options = null, bool finalized = false)
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "proved");
        EscrowTerms terms = Emit.Terms(node.ChainId, 1);
        node.Mine();
        node.Mine([Emit.Registered(terms)], Emit.Deposited(terms, 0));
        node.Mine();
        if (finalized) node.Finalized = 3;
        return await ScriptedMirror.BeginAsync(database, node, options);
    }

    /// <summary>Forty blocks with three logs of ours in two transactions, and empty ones between them, all of it final but for the last block.</summary>
    async Task<ScriptedMirror> BeginFullAsync(int every, IndexerOptions? options = null)
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "full");
        for (int i = 0; i < 40; i++)
        {
            EscrowTerms terms = Emit.Terms(node.ChainId, (byte)i);
            node.Mine([Emit.Registered(terms)], Emit.Deposited(terms, 0));
            for (int empty = 1; empty < every; empty++) node.Mine();
        }
        node.Finalized = 40 * every;
        node.Mine();
        return await ScriptedMirror.BeginAsync(database, node, options ?? new IndexerOptions { RangeBlocks = 40 * every });
    }

    static async Task AssertTruthGoesInAsync(ScriptedMirror mirror)
    {
        Assert.Equal(0L, await mirror.RevisionAsync());
        mirror.Node.Header = null;
        mirror.Node.Logs = null;
        mirror.Node.Receipts = null;
        await mirror.FollowAsync();
        Assert.Equal(3L, await mirror.ScalarAsync<long>("select count(*) from chain.log where chain_id = $chain"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }
}
