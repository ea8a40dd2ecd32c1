namespace Keystone.Ethereum.Nodes.Tests;

/// <summary>The words in which providers and clients refuse, as they were seen, and what each means here.</summary>
public sealed class NodeFaultsTests
{
    // Ranges, with the number of blocks where one is named.
    [Theory]
    [InlineData("alchemy", -32602, "Log response size exceeded. You can make eth_getLogs requests with up to a 10,000 block range and no limit on the response size, or you can request any block range with a cap of 10K logs in the response. Based on your parameters and the response size limit, this block range should work: [0x0, 0x79bcb3]", 7978164L)]
    [InlineData("alchemy, short", -32602, "You can make eth_getLogs requests with up to a 2K block range and no limit on the response size", 2000L)]
    [InlineData("alchemy, free", -32600, "Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range. Based on your parameters, this block range should work: [0x1180fca, 0x1180fd3]. Upgrade to PAYG for expanded block range.", 10L)]
    [InlineData("infura", -32005, "query returned more than 10000 results. Try with this block range [0x10, 0x1f].", 16L)]
    [InlineData("zksync", -32000, "Query returned more than 10000 results. Try with this block range [0x1, 0x2].", 2L)]
    [InlineData("avalanche", -32000, "requested too many blocks from 1 to 5000, maximum is set to 2048", 2048L)]
    [InlineData("cloudflare", -32046, "Max range: 800", 800L)]
    [InlineData("thirdweb", -32000, "Maximum allowed number of requested blocks is 3500", 3500L)]
    [InlineData("ankr", -32600, "block range is too wide", null)]
    [InlineData("ankr, tac", -32600, "maximum [from, to] blocks distance: 5000", 5000L)]
    [InlineData("quicknode", -32614, "eth_getLogs is limited to a 10,000 range", 10_000L)]
    [InlineData("blockpi", -32000, "eth_getLogs is limited to 1024 block range. Please check the parameter", 1024L)]
    [InlineData("1rpc", -32000, "eth_getLogs is limited to 0 - 10 blocks range", 10L)]
    [InlineData("1rpc, size", -32000, "response size should not greater than 10000000 bytes", null)]
    [InlineData("zkevm", -32000, "query returned more than 20000 results", null)]
    [InlineData("llamarpc", -32000, "query exceeds max results 20000, retry with the range 3600741-3620740", 20_000L)]
    [InlineData("optimism", -32020, "backend response too large", null)]
    [InlineData("optimism, later", -32000, "Block range is too large", null)]
    [InlineData("base", -32011, "block range too large", null)]
    [InlineData("arbitrum", -32000, "logs matched by query exceeds limit of 10000", null)]
    [InlineData("blast", -32000, "exceeds the range allowed for your plan (5000 > 2000)", 2000L)]
    [InlineData("chainstack", -32000, "Block range limit exceeded.", null)]
    [InlineData("coinbase", -32602, "please limit the query to at most 1,000 blocks", 1000L)]
    [InlineData("publicnode", -32701, "exceed maximum block range: 50000", 50_000L)]
    [InlineData("hyperliquid", -32000, "query exceeds max block range 1000", 1000L)]
    [InlineData("swell", -32000, "block range greater than 2000 max", 2000L)]
    [InlineData("somnia", -32000, "block range exceeds 1000", 1000L)]
    [InlineData("merkle", -32000, "eth_getLogs range is too large, max is 10k blocks", 10_000L)]
    [InlineData("harmony", -32000, "query must be smaller than size 1024", 1024L)]
    [InlineData("moonriver", -32603, "block range is too wide (maximum 1024)", 1024L)]
    [InlineData("aurora", -32000, "up to a 2000 block range", 2000L)]
    [InlineData("a proxy", -32000, "block range too large, range: 10000, max: 1000", 1000L)]
    [InlineData("besu", -32005, "Requested range exceeds maximum RPC range limit", null)]
    [InlineData("a range and a size", -32005, "query returned more than 10000 results", null)]
    [InlineData("a balancer", -32000, "request entity too large", null)]
    [InlineData("geth, batch", -32600, "batch too large", null)]
    [InlineData("drpc, batch", 31, "Batch of more than 3 requests are not allowed on free tier", null)]
    [InlineData("no words", -32005, "", null)]
    [InlineData("EIP-1474", -32005, "limit exceeded", null)]
    public void Asked_for_too_much(string who, int code, string text, long? blocks)
    {
        Assert.True(NodeFaults.KindOf(code, text) == NodeFaultKind.TooMuch, who);
        Assert.True(NodeFaults.BlocksIn(text) == blocks, $"{who}: {NodeFaults.BlocksIn(text)}");
    }

    // The same code as for ranges, in part.
    [Theory]
    [InlineData(-32005, "daily request count exceeded, request rate limited")]
    [InlineData(-32005, "project ID request rate exceeded")]
    [InlineData(429, "Your app has exceeded its compute units per second capacity. If you have retries enabled, you can safely ignore this message.")]
    [InlineData(-32005, "rate limit exceeded")]
    [InlineData(-32007, "50/second request limit reached - reduce calls per second or upgrade your account")]
    [InlineData(-32000, "Too Many Requests")]
    [InlineData(-32003, "max usage reached")]
    [InlineData(-32097, "You have reached the quota of your plan")]
    [InlineData(-32029, "Request throttled")]
    [InlineData(-32000, "out of credits")]
    [InlineData(429, "")]
    public void Asked_too_often(int code, string text) => Assert.Equal(NodeFaultKind.Quota, NodeFaults.KindOf(code, text));

    [Theory]
    [InlineData(-32000, "unknown block", NodeFaultKind.Behind)] // anvil, geth
    [InlineData(-32000, "header not found", NodeFaultKind.Behind)] // geth
    [InlineData(-32602, "BlockOutOfRangeError: block height is 5 but requested was 9", NodeFaultKind.Behind)] // anvil
    [InlineData(-32000, "One of the blocks specified in filter (fromBlock, toBlock or blockHash) cannot be found: block not found", NodeFaultKind.Behind)]
    [InlineData(-32001, "resource not found", NodeFaultKind.Behind)] // nethermind
    [InlineData(-39001, "Unknown block", NodeFaultKind.Behind)]
    [InlineData(-32000, "requested to block 7 after last accepted block 6", NodeFaultKind.Behind)] // avalanche
    [InlineData(-32000, "cannot query unfinalized data", NodeFaultKind.Behind)] // avalanche
    [InlineData(-32000, "finalized block not found", NodeFaultKind.Behind)]
    [InlineData(-32000, "missing trie node 5d1c (path ) state is not available", NodeFaultKind.Pruned)] // geth
    [InlineData(4444, "pruned history unavailable", NodeFaultKind.Pruned)]
    [InlineData(-32000, "distance to target block exceeds maximum proof window", NodeFaultKind.Pruned)] // reth
    [InlineData(-32000, "required historical state unavailable (reexec=128)", NodeFaultKind.Pruned)]
    [InlineData(-32000, "This request requires an archive node", NodeFaultKind.Pruned)]
    [InlineData(-32601, "the method eth_getBlockReceipts does not exist/is not available", NodeFaultKind.Unsupported)] // geth
    [InlineData(-32601, "Method not found", NodeFaultKind.Unsupported)]
    [InlineData(-32600, "Unsupported method: eth_getBlockReceipts on ETH_MAINNET", NodeFaultKind.Unsupported)]
    [InlineData(-32001, "rpc method is not whitelisted", NodeFaultKind.Unsupported)]
    [InlineData(-32002, "request timed out", NodeFaultKind.TooSlow)] // geth
    [InlineData(-32000, "query timeout exceeded. Consider reducing your block", NodeFaultKind.TooSlow)]
    [InlineData(-32000, "context deadline exceeded", NodeFaultKind.TooSlow)]
    [InlineData(-32000, "Must be authenticated!", NodeFaultKind.Refused)] // alchemy
    [InlineData(-32002, "invalid project id", NodeFaultKind.Refused)]
    [InlineData(-32011, "no backend is currently healthy to serve traffic", NodeFaultKind.Unreachable)] // base
    [InlineData(3, "execution reverted: rate limit exceeded", NodeFaultKind.Reverted)] // a contract's words are not the node's
    [InlineData(-32000, "execution reverted", NodeFaultKind.Reverted)]
    [InlineData(-32015, "VM execution error: Reverted 0x", NodeFaultKind.Reverted)] // parity
    [InlineData(-32603, "Internal error", NodeFaultKind.Other)]
    [InlineData(-32000, "something new", NodeFaultKind.Other)]
    public void Means(int code, string text, NodeFaultKind kind) => Assert.Equal(kind, NodeFaults.KindOf(code, text));

    [Theory]
    [InlineData("this block range should work: [0x2, 0x1]")]
    [InlineData("this block range should work: [0x0, 0xffffffffffffffff]")]
    [InlineData("max block range 0")]
    [InlineData("max block range 99999999999999")]
    [InlineData("query timeout exceeded")]
    [InlineData(null)]
    public void Names_no_number_of_blocks(string? text) => Assert.Null(NodeFaults.BlocksIn(text));

    [Fact]
    public void Reads_the_beginning_of_a_text_without_end()
    {
        string text = $"{string.Concat(Enumerable.Repeat("limited to a ", 1_000_000))}5";
        Assert.Equal(NodeFaultKind.TooMuch, NodeFaults.KindOf(null, text));
        Assert.Null(NodeFaults.BlocksIn(text));
    }
}
