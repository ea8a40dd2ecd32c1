using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Settlement.Escrow;
using Keystone.Support;

namespace Keystone.Keeper.Tests;

/// <summary>Indexer and keeper on a real Postgres and a real chain; the parties send their own transactions. Money is counted on the chain.</summary>
public sealed class SettlesWithoutHttpTests(TestDatabase database, TestChain chain) : IClassFixture<TestDatabase>, IClassFixture<TestChain>, IAsyncLifetime
{
    static readonly UInt256 Bonds = UInt256.Parse("100000000000000000000"); // 100 with 18 decimals
    static readonly UInt256 Cash = 50_000_000_000UL; // 50,000 with 6 decimals

    readonly SettlementBook _book = new(database.Source);
    Address _bond, _money;
    Guid _environment;

    PrivateKeySigner Seller => chain.Accounts[1];

    PrivateKeySigner Buyer => chain.Accounts[2];

    Address Operator => chain.Accounts[0].Address;

    public async Task InitializeAsync()
    {
        _environment = await _book.EnvironmentAsync("p-" + Guid.NewGuid().ToString("n"), TestChain.ChainId);
        _bond = await chain.DeployTokenAsync("Keystone Bond", "KBOND", 18);
        _money = await chain.DeployTokenAsync("USD Coin", "USDC", 6);
        foreach ((PrivateKeySigner owner, Address token, UInt256 amount) in new[] { (Seller, _bond, Bonds), (Buyer, _money, Cash) })
        {
            await chain.SendAsync(owner, token, AbiCall.Encode("mint(address,uint256)", AbiValue.Address(owner.Address), AbiValue.Uint(amount)));
            await chain.SendAsync(owner, token, AbiCall.Encode("approve(address,uint256)", AbiValue.Address(chain.Escrow), AbiValue.Uint(amount + amount)));
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_funded_settlement_reaches_finality_with_and_without_scheduled_jobs(bool jobs)
    {
        await using KeeperHost keeper = await StartAsync(jobs);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "FINALIZED", mine: true);

        Assert.Equal(Bonds, await chain.BalanceAsync(_bond, Buyer.Address));
        Assert.Equal(Cash, await chain.BalanceAsync(_money, Seller.Address));
        Assert.Equal(UInt256.Zero, await chain.BalanceAsync(_bond, chain.Escrow));
        Assert.Equal(
            ["INSTRUCTED", "COMPLIANCE_CHECKING", "COMPLIANCE_CLEARED", "REGISTERING_ESCROW", "AWAITING_DEPOSITS", "EXECUTING_SWAP", "SETTLED", "FINALIZED"],
            await _book.StatesAsync(id));
        Assert.Equal((1, 1), (await OursAsync(terms, "register"), await OursAsync(terms, "execute")));
    }

    [Fact]
    public async Task A_lone_deposit_comes_back_after_the_deadline()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromMinutes(10));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        Assert.Equal(UInt256.Zero, await chain.BalanceAsync(_bond, Seller.Address));

        await chain.MoveTimeToAsync(terms.Header.Deadline + 1);
        await StateAsync(id, "ROLLED_BACK", mine: true);
        Assert.Equal(Bonds, await chain.BalanceAsync(_bond, Seller.Address));
        Assert.Equal(Cash, await chain.BalanceAsync(_money, Buyer.Address));
        Assert.Contains("settlement.rollback.started", await _book.MessagesAsync(id, _environment));
        Assert.Contains("settlement.leg.refunded", await _book.MessagesAsync(id, _environment));
    }

    [Fact]
    public async Task A_reorg_that_removes_a_deposit_is_followed_and_the_deposit_can_come_again()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await chain.MineAsync(3);
        await DepositAsync(terms, 0, Seller);
        await LegAsync(terms, 0, "deposited");
        await chain.MineAsync(2);
        await chain.ReorgAsync(3);
        await LegAsync(terms, 0, "pending");
        Assert.Equal(Bonds, await chain.BalanceAsync(_bond, Seller.Address));

        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "FINALIZED", mine: true);
        Assert.Equal(Bonds, await chain.BalanceAsync(_bond, Buyer.Address));
    }

    [Fact]
    public async Task A_swap_by_a_stranger_counts_like_ours()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false, ("Keeper:SwapMarginSeconds", "3600"));
        // With a margin as long as the settlement the keeper itself never offers the swap.
        Guid id = await InstructAsync(TimeSpan.FromMinutes(30));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "EXECUTING_SWAP");
        Assert.True((await chain.SendAsync(chain.Accounts[3], chain.Escrow, EscrowCalls.ExecuteSwap(terms))).Succeeded);
        await StateAsync(id, "FINALIZED", mine: true);
        Assert.Equal(0, await OursAsync(terms, "execute"));
    }

    Task<KeeperHost> StartAsync(bool jobs, params (string, string)[] settings) =>
        KeeperHost.StartAsync(database, chain, jobs, indexer: true, settings);

    async Task<Guid> InstructAsync(TimeSpan time)
    {
        // The chain's clock may have been moved ahead by a test before.
        ulong head = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Timestamp;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        DateTimeOffset start = now.ToUnixTimeSeconds() > (long)head ? now : DateTimeOffset.FromUnixTimeSeconds((long)head);
        return await _book.InstructAsync(TestChain.ChainId, _environment, "dvp-single",
            [new BookParty("buyer", _environment, Buyer.Address), new BookParty("seller", _environment, Seller.Address)],
            [new BookLeg("asset", _bond, "seller", "buyer", Bonds), new BookLeg("payment", _money, "buyer", "seller", Cash)],
            DateTimeOffset.FromUnixTimeSeconds((start + time).ToUnixTimeSeconds()), now);
    }

    async Task DepositAsync(EscrowTerms terms, int leg, PrivateKeySigner from) =>
        Assert.True((await chain.SendAsync(from, chain.Escrow, EscrowCalls.Deposit(terms, leg))).Succeeded);

    async Task<EscrowTerms> TermsAsync(Guid id) => EscrowTerms.Decode((await _book.TermsAsync(id))!);

    async Task StateAsync(Guid id, string state, bool mine = false)
    {
        string seen = "";
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                // Depth and finality need blocks, and this chain makes none by itself.
                if (mine) await chain.MineAsync();
                return (seen = await _book.StateAsync(id)) == state;
            }, TimeSpan.FromSeconds(60));
        }
        catch (Xunit.Sdk.FailException)
        {
            Assert.Fail($"The settlement is in {seen}, not in {state}; {await _book.ScalarAsync("select last_error from settlement.settlement where id = $1", id)}; "
                + $"intents: {await _book.ScalarAsync("select string_agg(purpose || ' ' || status || ' ' || coalesce(last_reason, ''), ', ') from desk.intent")}");
        }
    }

    Task LegAsync(EscrowTerms terms, int leg, string status) => Eventually.TrueAsync(async () =>
        (string?)await _book.ScalarAsync("select status from chain.escrow_leg where escrow_id = $1 and leg_index = $2", terms.Id.ToBytes(), (short)leg) == status,
        because: $"leg {leg} never became {status}");

    /// <summary>Successful registrations or swaps by the keeper's account, counted on the chain.</summary>
    async Task<int> OursAsync(EscrowTerms terms, string action)
    {
        long head = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;
        IReadOnlyList<LogEntry> logs = await chain.Node.GetLogsAsync(new LogFilter([chain.Escrow], [null, [terms.Id]], 0, head), CancellationToken.None);
        return logs.Select(log => EscrowLogs.Decode(terms.ChainId, log)).Count(happened => action == "register"
            ? happened is EscrowEvent.Registered { By: var registrar } && registrar == Operator
            : happened is EscrowEvent.Executed { By: var executor } && executor == Operator);
    }
}
