using Keystone.Ethereum.Abi;
using Keystone.Testing;

namespace Keystone.Ethereum.Nodes.Tests;

public sealed class RealChainTests(TestChain chain) : IClassFixture<TestChain>
{
    [Fact]
    public async Task Reads_what_was_mined_the_same_way_by_every_road()
    {
        Address token = await chain.DeployTokenAsync("Bond", "KBOND", 18);
        Address holder = chain.Accounts[1].Address;
        TransactionReceipt receipt = await chain.SendAsync(chain.Accounts[0], token,
            TokenMessages.Mint(holder, 5UL));
        Assert.True(receipt.Succeeded);
        BlockTag block = BlockTag.AtHash(receipt.BlockHash);
        Hash32 topic = AbiCall.Topic("Transfer(address,address,uint256)");
        IReadOnlyList<LogEntry> byHash = await chain.Node.GetLogsAsync(new LogFilter([token], [[topic]], BlockHash: receipt.BlockHash), CancellationToken.None);
        IReadOnlyList<LogEntry> byRange = await chain.Node.GetLogsAsync(
            new LogFilter([token], [[topic]], receipt.BlockNumber, receipt.BlockNumber), CancellationToken.None);
        LogEntry log = Assert.Single(byHash);
        Assert.Equal(log.Data.ToArray(), Assert.Single(byRange).Data.ToArray());
        Assert.Equal(receipt.TransactionHash, log.TransactionHash);
        IReadOnlyList<TransactionReceipt>? receipts = await chain.Node.GetBlockReceiptsAsync(block, CancellationToken.None);
        Assert.Contains(receipts!, known => known.TransactionHash == receipt.TransactionHash && known.Logs.Length == receipt.Logs.Length);
        BlockHeader header = (await chain.Node.GetBlockAsync(block, CancellationToken.None))!;
        Assert.Equal(receipt.BlockNumber, header.Number);
        Assert.Equal(5UL, await chain.BalanceAsync(token, holder));
        Assert.Null(await chain.Node.GetBlockAsync(BlockTag.AtNumber(1_000_000), CancellationToken.None));
    }

    [Fact]
    public async Task A_revert_of_the_escrow_is_told_from_a_fault()
    {
        // No function has this selector.
        await Assert.ThrowsAsync<CallRevertedException>(() => chain.Node.CallAsync(
            new CallRequest(chain.Accounts[1].Address, chain.Escrow, new byte[] { 0xff, 0xff, 0xff, 0xff }), BlockTag.Latest, CancellationToken.None));
    }

    [Fact]
    public async Task Identity_tells_chains_and_escrows_apart()
    {
        ChainIdentity identity = await ChainIdentityReader.ReadAsync(chain.Node, chain.Escrow, CancellationToken.None);
        Assert.Equal(TestChain.ChainId, identity.ChainId);
        ChainOptions settings = new()
        {
            ChainId = TestChain.ChainId,
            RpcUrls = [chain.Url.ToString()],
            Escrow = chain.Escrow.ToString(),
            EscrowCodeHash = identity.EscrowCodeHash.ToString(),
        };
        Assert.Equal(identity, await ChainIdentityReader.ReadAsync(chain.Node, settings, CancellationToken.None));
        identity.RequireSameAs(identity);
        ChainIdentityException other = Assert.Throws<ChainIdentityException>(() => identity.RequireSameAs(identity with { GenesisHash = Hash32.Zero }));
        Assert.Contains("block 0", other.Message, StringComparison.Ordinal);

        settings.EscrowCodeHash = Hash32.Zero.ToString();
        await Refused("EscrowCodeHash");
        settings.Escrow = chain.Accounts[3].Address.ToString();
        await Refused("no contract");
        settings.ChainId = 1;
        await Refused("chain 11155111");

        async Task Refused(string words) => Assert.Contains(words, (await Assert.ThrowsAsync<ChainIdentityException>(
            () => ChainIdentityReader.ReadAsync(chain.Node, settings, CancellationToken.None))).Message, StringComparison.Ordinal);
    }
}
