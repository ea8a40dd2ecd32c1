using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Testing;

namespace Keystone.Keeper.Tests;

/// <summary>Indexer and keeper on a real Postgres and a real chain; the parties send their own transactions. Money is counted on the chain.</summary>
public abstract class KeeperScene(TestDatabase database, TestChain chain)
    : KeeperScene<TestChain>(database, chain), IClassFixture<TestDatabase>, IClassFixture<TestChain>;

/// <inheritdoc cref="KeeperScene"/>
/// <typeparam name="TChain">The chain, with the rules that its node executes.</typeparam>
public abstract class KeeperScene<TChain>(TestDatabase database, TChain chain) : IAsyncLifetime
    where TChain : TestChain
{
    protected static readonly UInt256 Bonds = UInt256.Parse("100000000000000000000"); // 100 with 18 decimals
    protected static readonly UInt256 Cash = 50_000_000_000UL; // 50,000 with 6 decimals

    protected TChain Chain => chain;

    /// <summary>Slug of the template that settlements are made with.</summary>
    protected virtual string Template => "dvp-single";

    protected TestDatabase Database => database;

    protected SettlementBook Book { get; } = new(database.Source);
    protected Address Bond { get; private set; }

    protected Address Money { get; private set; }

    protected Guid Environment { get; private set; }

    protected PrivateKeySigner Seller => chain.Accounts[1];

    protected PrivateKeySigner Buyer => chain.Accounts[2];

    protected Address Operator => chain.Accounts[0].Address;

    public async Task InitializeAsync()
    {
        Environment = await Book.EnvironmentAsync("p-" + Guid.NewGuid().ToString("n"), TestChain.ChainId);
        Bond = await chain.DeployTokenAsync("Keystone Bond", "KBOND", 18);
        Money = await chain.DeployTokenAsync("USD Coin", "USDC", 6);
        foreach ((PrivateKeySigner owner, Address token, UInt256 amount) in new[] { (Seller, Bond, Bonds), (Buyer, Money, Cash) })
        {
            await chain.SendAsync(owner, token, TokenMessages.Mint(owner.Address, amount));
            await chain.SendAsync(owner, token, TokenMessages.Approve(chain.Escrow, amount + amount));
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private protected Task<KeeperHost> StartAsync(bool jobs, params (string, string)[] settings) =>
        KeeperHost.StartAsync(database, chain, jobs, indexer: true, settings);

    protected Task<Guid> InstructAsync(TimeSpan time) => InstructAsync(
        time, new BookLeg("asset", Bond, "seller", "buyer", Bonds), new BookLeg("payment", Money, "buyer", "seller", Cash, Decimals: 6));

    protected async Task<Guid> InstructAsync(TimeSpan time, params BookLeg[] legs)
    {
        // The chain's clock may have been moved ahead by a test before.
        ulong head = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Timestamp;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        DateTimeOffset start = now.ToUnixTimeSeconds() > (long)head ? now : DateTimeOffset.FromUnixTimeSeconds((long)head);
        return await Book.InstructAsync(TestChain.ChainId, Environment, Template,
            [new BookParty("buyer", Environment, Buyer.Address), new BookParty("seller", Environment, Seller.Address)],
            legs,
            DateTimeOffset.FromUnixTimeSeconds((start + time).ToUnixTimeSeconds()), now);
    }

    protected async Task DepositAsync(EscrowTerms terms, int leg, PrivateKeySigner from) =>
        Assert.True((await chain.SendAsync(from, chain.Escrow, EscrowMessages.Deposit(terms, leg))).Succeeded);

    protected async Task<EscrowTerms> TermsAsync(Guid id) => EscrowTerms.Decode((await Book.TermsAsync(id))!);

    protected async Task StateAsync(Guid id, string state, bool mine = false)
    {
        string seen = "";
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                // Depth and finality need blocks, and this chain makes none by itself.
                if (mine) await chain.MineAsync();
                return (seen = await Book.StateAsync(id)) == state;
            }, TimeSpan.FromSeconds(60));
        }
        catch (Xunit.Sdk.FailException)
        {
            Assert.Fail($"The settlement is in {seen}, not in {state}; {await Book.ScalarAsync("select last_error from settlement.settlement where id = $1", id)}; "
                + $"mirror at {await Book.ScalarAsync("select number || coalesce(' halted: ' || halted, '') from chain.position")}, feed {await Book.ScalarAsync("select c.revision || ' of ' || p.revision from settlement.feed_cursor c, chain.position p")}, "
                + $"due {await Book.ScalarAsync("select due_at::text from settlement.settlement where id = $1", id)}, "
                + $"legs {await Book.ScalarAsync("select string_agg(status, ' ') from chain.escrow_leg where escrow_id = (select escrow_id from settlement.settlement where id = $1)", id)}, "
                + $"intents: {await Book.ScalarAsync("select string_agg(purpose || ' ' || status || ' ' || coalesce(last_reason, ''), ', ') from transactions.intent")}");
        }
    }

    protected Task LegAsync(EscrowTerms terms, int leg, string status) => Eventually.TrueAsync(async () =>
        (string?)await Book.ScalarAsync("select status from chain.escrow_leg where escrow_id = $1 and leg_index = $2", terms.Id.ToBytes(), (short)leg) == status,
        because: $"leg {leg} never became {status}");

    /// <summary>Successful registrations or swaps by the keeper's account, counted on the chain.</summary>
    protected async Task<int> OursAsync(EscrowTerms terms, string action)
    {
        long head = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;
        IReadOnlyList<LogEntry> logs = await chain.Node.GetLogsAsync(new LogFilter([chain.Escrow], [null, [terms.Id]], 0, head), CancellationToken.None);
        return logs.Select(log => EscrowLogs.Decode(terms.ChainId, log)).Count(happened => action == "register"
            ? happened is EscrowEvent.Registered { By: var registrar } && registrar == Operator
            : happened is EscrowEvent.Executed { By: var executor } && executor == Operator);
    }
}
