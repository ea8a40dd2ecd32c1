using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Settlements.Operations;
using Keystone.Testing;
using Keystone.Transactions;

namespace Keystone.Keeper.Tests;

/// <summary>Ready settlements leave together, and one that fails does not take the others along.</summary>
public sealed class BatchTests(TestDatabase database, TestChain chain) : IClassFixture<TestDatabase>, IClassFixture<TestChain>
{
    const int Count = 9;
    static readonly UInt256 Bonds = 1_000UL, Cash = 50UL;

    readonly SettlementBook _book = new(database.Source);

    PrivateKeySigner Seller => chain.Accounts[1];

    PrivateKeySigner Buyer => chain.Accounts[2];

    [Fact]
    public async Task Ready_settlements_leave_together_and_the_one_that_a_stranger_executed_first_fails_alone()
    {
        Guid environment = await _book.EnvironmentAsync("batches", TestChain.ChainId);
        Address bond = await chain.DeployTokenAsync("Keystone Bond", "KBOND", 18), money = await chain.DeployTokenAsync("USD Coin", "USDC", 6);
        foreach ((PrivateKeySigner owner, Address token, UInt256 amount) in new[] { (Seller, bond, Bonds), (Buyer, money, Cash) })
        {
            await chain.SendAsync(owner, token, TokenMessages.Mint(owner.Address, Count * (ulong)amount));
            await chain.SendAsync(owner, token, TokenMessages.Approve(chain.Escrow, Count * (ulong)amount));
        }
        List<Guid> ids = [];
        List<EscrowTerms> terms = [];
        await using (await KeeperHost.StartAsync(database, chain, jobs: false, indexer: true))
        {
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            for (int i = 0; i < Count; i++)
                ids.Add(await _book.InstructAsync(TestChain.ChainId, environment, "dvp-single",
                    [new BookParty("buyer", environment, Buyer.Address), new BookParty("seller", environment, Seller.Address)],
                    [new BookLeg("asset", bond, "seller", "buyer", Bonds), new BookLeg("payment", money, "buyer", "seller", Cash, Decimals: 6)],
                    DateTimeOffset.FromUnixTimeSeconds((now + TimeSpan.FromHours(1)).ToUnixTimeSeconds()), now));
            foreach (Guid id in ids) await Eventually.TrueAsync(async () => await _book.StateAsync(id) == "AWAITING_DEPOSITS", TimeSpan.FromSeconds(60));
        }
        foreach (Guid id in ids)
        {
            terms.Add(EscrowTerms.Decode((await _book.TermsAsync(id))!));
            Assert.True((await chain.SendAsync(Seller, chain.Escrow, EscrowMessages.Deposit(terms[^1], 0))).Succeeded);
            Assert.True((await chain.SendAsync(Buyer, chain.Escrow, EscrowMessages.Deposit(terms[^1], 1))).Succeeded);
        }

        // From here on blocks are made when the test says so: everything waits in the pool.
        await chain.SetAutomineAsync(false);
        await using KeeperHost keeper = await KeeperHost.StartAsync(database, chain, jobs: false, indexer: true);
        await Eventually.TrueAsync(async () => await RestingAsync() == Count, TimeSpan.FromSeconds(60));
        byte[]? shared = (byte[]?)await _book.ScalarAsync("""
            select subject from transactions.intent i join transactions.nonce_intent si on si.intent_id = i.id
            where purpose = 'execute_swap' and (select count(*) from transactions.nonce_intent o where o.nonce = si.nonce) > 1 limit 1
            """);
        Assert.NotNull(shared);
        EscrowTerms raced = terms.Single(one => one.Id == new Hash32(shared));
        // A higher tip, so it comes first in the block.
        Hash32 stranger = await chain.BroadcastAsync(chain.Accounts[3], chain.Escrow, EscrowMessages.ExecuteSwap(raced));
        await chain.MineAsync();
        TransactionReceipt alone = (await chain.Node.GetTransactionReceiptAsync(stranger, CancellationToken.None))!;
        Assert.True(alone.Succeeded);

        foreach (Guid id in ids)
            await Eventually.TrueAsync(async () =>
            {
                await chain.MineAsync();
                return await _book.StateAsync(id) == "FINALIZED";
            }, TimeSpan.FromSeconds(60));
        await chain.SetAutomineAsync(true);
        // Else there would be no reason to share; and this one even carries an item that fails.
        List<IntentCost> swaps = [];
        foreach (Guid id in ids) swaps.AddRange((await new WorkStore(database.Source).CostAsync(id, CancellationToken.None)).Where(row => row is { Name.Purpose: "execute_swap", SharedBy: > 1 }));
        Assert.NotEmpty(swaps);
        Assert.All(swaps, swap => Assert.InRange(swap.Gas, 1, (long)alone.GasUsed - 1));
        Assert.Equal((UInt256)(Count * (ulong)Bonds), await chain.BalanceAsync(bond, Buyer.Address));
        Assert.Equal((UInt256)(Count * (ulong)Cash), await chain.BalanceAsync(money, Seller.Address));

        EscrowEvent?[] events = [.. (await chain.Node.GetLogsAsync(new LogFilter([chain.Escrow], [], 0, (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number),
            CancellationToken.None)).Select(log => EscrowLogs.Decode(TestChain.ChainId, log))];
        Assert.Equal(raced.Id, Assert.Single(events.OfType<EscrowEvent.SwapFailed>()).Id);
        foreach (EscrowTerms one in terms) Assert.Single(events.OfType<EscrowEvent.Executed>(), executed => executed.Id == one.Id);
        Assert.True(Convert.ToInt64(await _book.ScalarAsync("select count(distinct nonce) from transactions.nonce_intent si join transactions.intent i on i.id = si.intent_id where purpose = 'execute_swap'"),
            System.Globalization.CultureInfo.InvariantCulture) < Count);
    }

    async Task<long> RestingAsync() => (long)(await _book.ScalarAsync("select count(*) from transactions.intent where purpose = 'execute_swap' and status = 'resting'"))!;
}
