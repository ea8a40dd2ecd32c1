using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Settlements.Operations;
using Keystone.Testing;

namespace Keystone.Keeper.Tests;

/// <summary>Between the estimate of a call and its block others act, and what it costs then is not what it cost before.</summary>
public abstract class GasMarginScene<TChain>(TestDatabase database, TChain chain) : KeeperScene<TChain>(database, chain)
    where TChain : TestChain
{
    [Fact]
    public async Task A_swap_whose_recipients_empty_their_balances_before_it_in_the_same_block_succeeds_at_once()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        // Both receive a token of which they have some: the cheap case, which the estimate sees.
        await MintAsync(Bond, Buyer.Address);
        await MintAsync(Money, Seller.Address);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await Chain.SetAutomineAsync(false);
        await Chain.BroadcastAsync(Buyer, Chain.Escrow, EscrowMessages.Deposit(terms, 1));
        await Chain.MineAsync();
        await Eventually.TrueAsync(async () => await Chain.Node.GetTransactionCountAsync(Operator, Ethereum.Nodes.BlockTag.Pending, CancellationToken.None)
            > await Chain.Node.GetTransactionCountAsync(Operator, Ethereum.Nodes.BlockTag.Latest, CancellationToken.None));
        // With a higher tip, so they come first in the block.
        Hash32 bonds = await Chain.BroadcastAsync(Buyer, Bond, TokenMessages.Transfer(Chain.Accounts[3].Address, 1));
        Hash32 cash = await Chain.BroadcastAsync(Seller, Money, TokenMessages.Transfer(Chain.Accounts[3].Address, 1));
        await Chain.MineAsync();
        Assert.All(await Task.WhenAll(new[] { bonds, cash }.Select(hash => Chain.Node.GetTransactionReceiptAsync(hash, CancellationToken.None))), receipt => Assert.True(receipt!.Succeeded));
        await StateAsync(id, "FINALIZED", mine: true);
        await Chain.SetAutomineAsync(true);
        // One transaction: had it run out of gas there would be two.
        Assert.Equal(["register", "execute_swap"], (await new WorkStore(Database.Source).CostAsync(id, CancellationToken.None)).Select(row => row.Name.Purpose));
    }

    async Task MintAsync(Address token, Address owner) => Assert.True((await Chain.SendAsync(
        Chain.Accounts[0], token, TokenMessages.Mint(owner, 1))).Succeeded);
}

/// <summary>Under the rules of anvil's default fork.</summary>
public sealed class GasMarginTests(TestDatabase database, TestChain chain)
    : GasMarginScene<TestChain>(database, chain), IClassFixture<TestDatabase>, IClassFixture<TestChain>;

/// <summary>Under the rules of Amsterdam, where a new slot costs five times as much: indexer and keeper follow, register, settle and pay on such a chain.</summary>
public sealed class AmsterdamGasMarginTests(TestDatabase database, AmsterdamChain chain)
    : GasMarginScene<AmsterdamChain>(database, chain), IClassFixture<TestDatabase>, IClassFixture<AmsterdamChain>;
