using Keystone.Domain.Escrow;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Testing;
using Keystone.Testing.Scripted;

namespace Keystone.Keeper.Tests;

/// <summary>
/// Indexer and keeper on a chain that crosses the Amsterdam fork while they work: a real node, whose blocks are shown with the headers and the ether logs of the fork
/// (<see cref="AmsterdamProxy"/>). Contracts, calls and money are real; gas prices are those of the node.
/// </summary>
public sealed class AmsterdamTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    [Fact]
    public async Task A_settlement_is_settled_and_another_refunded_while_the_chain_crosses_the_fork()
    {
        long before = (await Chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;
        // The fork comes between the registration and the deposits.
        await using AmsterdamProxy proxy = await AmsterdamProxy.StartAsync(Chain.Url, Chain.Escrow, before + 2);
        await using KeeperHost keeper = await StartAsync(jobs: false, ("Chains:0:RpcUrls:0", proxy.Url.ToString()));
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "FINALIZED", mine: true);
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Buyer.Address));
        Assert.Equal(Cash, await Chain.BalanceAsync(Money, Seller.Address));
        Assert.Equal((1, 1), (await OursAsync(terms, "register"), await OursAsync(terms, "execute")));

        // One deposit, and the deadline passes.
        await Chain.SendAsync(Seller, Bond, AbiCall.Encode("mint(address,uint256)", AbiValue.Address(Seller.Address), AbiValue.Uint(Bonds)));
        Guid back = await InstructAsync(TimeSpan.FromMinutes(10));
        await StateAsync(back, "AWAITING_DEPOSITS");
        EscrowTerms lone = await TermsAsync(back);
        await DepositAsync(lone, 0, Seller);
        await LegAsync(lone, 0, "deposited");
        await Chain.MoveTimeToAsync(lone.Header.Deadline.Seconds + 1);
        await StateAsync(back, "ROLLED_BACK", mine: true);
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Seller.Address));

        // Both sides of the fork, each block proved from its header.
        Assert.Equal("receipts", await Book.ScalarAsync("select string_agg(distinct proof, ' ') from chain.block where canonical"));
        Assert.True((long)(await Book.ScalarAsync("select min(number) from chain.block where canonical"))! < proxy.From);
        Assert.True((long)(await Book.ScalarAsync("select min(opened_block) from chain.escrow"))! < proxy.From, "the first registration is not before the fork");
        // What the protocol says of ether is mirrored where it is the escrow's, and is no token.
        long mirrored = (long)(await Book.ScalarAsync(@"select count(*) from chain.log l join chain.block b on b.hash = l.block_hash where b.canonical and l.address = '\xfffffffffffffffffffffffffffffffffffffffe'"))!;
        Assert.InRange(mirrored, 4, long.MaxValue);
        Assert.Equal(0L, await Book.ScalarAsync("select count(*) from chain.stray_transfer"));
        // The logs of the escrow stand two places further up for them, and so they are mirrored.
        Assert.True((int)(await Book.ScalarAsync("select max(l.log_index) from chain.escrow_leg l where l.escrow_id = $1", terms.Id.ToBytes()))! >= 2);
    }
}
