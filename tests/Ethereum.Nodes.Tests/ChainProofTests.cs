using Keystone.Ethereum.Proofs;
using Keystone.Testing;

namespace Keystone.Ethereum.Nodes.Tests;

/// <summary>What a real node says is proved from the hashes of its blocks, and not believed once a bit of it is changed.</summary>
public sealed class ChainProofTests(TestChain chain) : IClassFixture<TestChain>
{
    [Fact]
    public async Task The_hash_of_each_header_follows_from_its_fields()
    {
        await chain.DeployTokenAsync("Bond", "KBOND", 18);
        BlockHeader head = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!;
        IReadOnlyList<BlockHeader?> headers = await chain.Node.GetBlocksAsync(
            [.. Enumerable.Range(0, (int)head.Number + 1).Select(number => BlockTag.AtNumber(number))], CancellationToken.None);
        Assert.All(headers, header => Assert.Equal(header!.Hash, HeaderCodec.HashOf(header)));
        Assert.NotEqual(head.Hash, HeaderCodec.HashOf(head with { Timestamp = head.Timestamp + 1 }));
        Assert.NotEqual(head.Hash, HeaderCodec.HashOf(head with { ReceiptsRoot = Hash32.Zero }));
        Assert.NotEqual(head.Hash, HeaderCodec.HashOf(head with { Fields = head.Fields! with { GasUsed = head.Fields!.GasUsed + 1 } }));
        Assert.Null(HeaderCodec.HashOf(head with { Fields = null }));
    }

    [Fact]
    public async Task Receipts_have_the_root_and_the_filter_of_their_header()
    {
        Address token = await chain.DeployTokenAsync("Bond", "KBOND", 18);
        TransactionReceipt mined = await chain.SendAsync(chain.Accounts[0], token,
            TokenMessages.Mint(chain.Accounts[1].Address, 5UL));
        BlockHeader header = (await chain.Node.GetBlockAsync(BlockTag.AtHash(mined.BlockHash), CancellationToken.None))!;
        IReadOnlyList<TransactionReceipt> receipts = (await chain.Node.GetBlockReceiptsAsync(BlockTag.AtHash(mined.BlockHash), CancellationToken.None))!;
        Assert.Equal(header.ReceiptsRoot, ReceiptCodec.RootOf(receipts));
        Assert.Equal(header.LogsBloom.ToArray(), LogsBloom.Of(receipts.SelectMany(receipt => receipt.Logs)));
        Assert.True(LogsBloom.MayHold(header.LogsBloom.Span, LogsBloom.BitsOf(token.ToBytes())));
        Assert.False(LogsBloom.MayHold(header.LogsBloom.Span, LogsBloom.BitsOf(chain.Accounts[3].Address.ToBytes())));
        TransactionReceipt only = Assert.Single(receipts);
        Assert.NotEqual(header.ReceiptsRoot, ReceiptCodec.RootOf([only with { Logs = [] }]));
        Assert.NotEqual(header.ReceiptsRoot, ReceiptCodec.RootOf([only with { CumulativeGasUsed = only.CumulativeGasUsed + 1 }]));
        Assert.NotEqual(header.ReceiptsRoot, ReceiptCodec.RootOf([only with { Succeeded = false }]));
        Assert.NotEqual(header.ReceiptsRoot, ReceiptCodec.RootOf([]));
    }
}
