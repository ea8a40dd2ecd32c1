using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Escrow.Contracts.Erc721;
using Keystone.Escrow.Contracts.TestTokens;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Hosting.Reports;
using Keystone.Postgres.Migrations;
using Keystone.Testing;
using Nethereum.Contracts;

namespace Keystone.Keeper.Tests;

/// <summary>Days on a real chain whose clock the test moves, an indexer that mirrors them, and settlements of two platforms.</summary>
public sealed class StatementScene : IAsyncLifetime
{
    /// <summary>Days with movements.</summary>
    public const int Days = 30;

    readonly TestDatabase _database = new();
    readonly TestChain _chain = new();
    readonly List<(int Day, EscrowTerms Terms, int Leg, string Name)> _refunds = [];
    readonly List<(int Day, EscrowTerms Terms, string Name)> _swaps = [];

    KeeperHost? _indexer;
    int _salt;

    internal TestDatabase Database => _database;

    internal TestChain Chain => _chain;

    internal SettlementBook Book { get; private set; } = null!;

    /// <summary>First day.</summary>
    public DateOnly First { get; private set; }

    public Guid Selling { get; private set; }

    public Guid Buying { get; private set; }

    public Address Bond { get; private set; }

    public Address Money { get; private set; }

    public Address Deeds { get; private set; }

    public Address Lots { get; private set; }

    /// <summary>Transactions by what they did.</summary>
    public Dictionary<string, Hash32> Transactions { get; } = new(StringComparer.Ordinal);

    /// <summary>Settlements by name.</summary>
    public Dictionary<string, (Guid Id, EscrowTerms Terms)> Deals { get; } = new(StringComparer.Ordinal);

    /// <summary>Block that a reorg removed, with the deposit in it.</summary>
    public Hash32 DeadBlock { get; private set; }

    /// <summary>Day of that reorg.</summary>
    public int DeadDay { get; private set; }

    PrivateKeySigner Seller => _chain.Accounts[1];

    PrivateKeySigner Buyer => _chain.Accounts[2];

    PrivateKeySigner Stranger => _chain.Accounts[3];

    public async Task InitializeAsync()
    {
        await _chain.InitializeAsync();
        await _database.InitializeAsync();
        await new MigrationStore(_database.Source, TimeProvider.System, [.. Keystone.Settlements.Schemas.All, HostingSchema.Migrations]).ApplyAsync(CancellationToken.None);
        Book = new SettlementBook(_database.Source);
        (Selling, Buying) = (await Book.EnvironmentAsync("selling", TestChain.ChainId), await Book.EnvironmentAsync("buying", TestChain.ChainId));
        Bond = await _chain.DeployTokenAsync("Keystone Bond", "KBOND", 18);
        Money = await _chain.DeployTokenAsync("USD Coin", "USDC", 6);
        Deeds = await _chain.DeployAsync(new MintableDeedDeployment());
        Lots = await _chain.DeployAsync(new MintableLotsDeployment());
        string escrow = _chain.Escrow.ToString(), seller = Seller.Address.ToString();
        foreach ((PrivateKeySigner owner, Address token) in new[] { (Seller, Bond), (Buyer, Money), (Stranger, Money), (Buyer, Bond) })
        {
            await CallAsync(owner, token, TokenMessages.Mint(owner.Address, 1_000_000_000UL));
            await CallAsync(owner, token, TokenMessages.Approve(_chain.Escrow, 1_000_000_000UL));
        }
        await CallAsync(Seller, Lots, new MintableLotsMintFunction { To = seller, TokenId = 3, Amount = 1_000 });
        await CallAsync(Seller, Lots, new Escrow.Contracts.Erc1155.SetApprovalForAllFunction { Operator = escrow, IsApproved = true });
        _indexer = await KeeperHost.StartIndexerAsync(_database, _chain);
        First = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(1);
        for (int day = 0; day < Days; day++) await LiveAsync(day);
    }

    public async Task DisposeAsync()
    {
        if (_indexer is not null) await _indexer.DisposeAsync();
        await _database.DisposeAsync();
        await _chain.DisposeAsync();
    }

    /// <summary>Moves the chain to an hour of a day.</summary>
    public Task HourAsync(int day, int hour) => _chain.MoveTimeToAsync((ulong)new DateTimeOffset(First.AddDays(day), new TimeOnly(hour, 0), TimeSpan.Zero).ToUnixTimeSeconds());

    /// <summary>Waits until the mirror has the head of the chain.</summary>
    public async Task MirroredAsync()
    {
        BlockHeader head = (await _chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!;
        await Eventually.TrueAsync(async () => await CountAsync("select count(*) from chain.position where number = $1 and hash = $2", head.Number, head.Hash.ToBytes()) == 1,
            TimeSpan.FromSeconds(60), "the mirror did not reach the head");
    }

    async Task<long> CountAsync(string sql, params object?[] values) => (long)(await Book.ScalarAsync(sql, values))!;

    async Task LiveAsync(int day)
    {
        await HourAsync(day, 9);
        foreach ((_, EscrowTerms terms, int leg, string name) in _refunds.Where(one => one.Day == day)) await SendAsync($"refund {name}", Stranger, EscrowMessages.Refund(terms, leg));
        foreach ((_, EscrowTerms terms, string name) in _swaps.Where(one => one.Day == day)) await SendAsync($"swap {name}", Stranger, EscrowMessages.ExecuteSwap(terms));
        // A swap within the day.
        EscrowTerms swapped = await DealAsync($"swap{day}", day, Leg(Bond, 1_000 + day), Payment(50_000 + day));
        await DepositAsync($"swap{day}", swapped, 0, Seller);
        await DepositAsync($"swap{day}", swapped, 1, Buyer);
        await SendAsync($"swap swap{day}", Stranger, EscrowMessages.ExecuteSwap(swapped));
        // One that fails and comes back two days later.
        if (day % 3 == 0)
        {
            EscrowTerms failed = await DealAsync($"fail{day}", day, Leg(Bond, 200 + day), Payment(7_000 + day));
            await DepositAsync($"fail{day}", failed, 0, Seller);
            _refunds.Add((day + 2, failed, 0, $"fail{day}"));
        }
        if (day % 4 == 1)
        {
            EscrowTerms undone = await DealAsync($"undo{day}", day, Leg(Bond, 300 + day), Payment(8_000 + day));
            await DepositAsync($"undo{day}", undone, 0, Seller);
            await SendAsync($"withdraw undo{day}", Seller, EscrowMessages.WithdrawLeg(undone, 0));
        }
        if (day % 5 == 2) Transactions[$"stray {day}"] = await CallAsync(Buyer, Bond, TokenMessages.Transfer(_chain.Escrow, (ulong)(11 + day)));
        if (day % 7 == 4)
        {
            await CallAsync(Seller, Deeds, new MintableDeedMintFunction { To = Seller.Address.ToString(), TokenId = 100 + day });
            await CallAsync(Seller, Deeds, new ApproveFunction { Account = _chain.Escrow.ToString(), Id = 100 + day });
            EscrowTerms goods = await DealAsync($"goods{day}", day, new BookLeg("asset", Deeds, "seller", "buyer", 1UL, "ERC-721", (ulong)(100 + day)),
                new BookLeg("asset", Lots, "seller", "buyer", (ulong)(5 + day), "ERC-1155", 3), Payment(9_000 + day));
            await DepositAsync($"goods{day}", goods, 0, Seller);
            await DepositAsync($"goods{day}", goods, 1, Seller);
            await DepositAsync($"goods{day}", goods, 2, Buyer);
            _swaps.Add((day + 1, goods, $"goods{day}"));
        }
        if (day == 10) await DepositAsync("stranger", await StrangersAsync(day), 0, Stranger);
        if (day % 6 == 3)
        {
            // The deposit is lost in a reorg and is made again.
            EscrowTerms again = await DealAsync($"again{day}", day, Leg(Bond, 400 + day), Payment(6_000 + day));
            await _chain.MineAsync();
            await DepositAsync($"dead{day}", again, 0, Seller);
            await MirroredAsync();
            (DeadBlock, DeadDay) = ((await _chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Hash, day);
            await _chain.ReorgAsync(1);
            await DepositAsync($"again{day}", again, 0, Seller);
            _refunds.Add((day + 2, again, 0, $"again{day}"));
        }
        await MirroredAsync();
    }

    /// <summary>A settlement of both platforms, registered on the chain.</summary>
    async Task<EscrowTerms> DealAsync(string name, int day, params BookLeg[] legs)
    {
        DateTimeOffset deadline = new(First.AddDays(day + 1), new TimeOnly(20, 0), TimeSpan.Zero);
        EscrowTerms terms = Terms(deadline, [.. legs.Select(leg => new EscrowLeg(
            leg.Standard switch { "ERC-721" => TokenKind.Erc721, "ERC-1155" => TokenKind.Erc1155, _ => TokenKind.Erc20 }, CustodyMode.Custody, leg.Token,
            leg.Giver == "seller" ? Seller.Address : Buyer.Address, leg.Giver == "seller" ? Buyer.Address : Seller.Address, leg.Giver == "seller" ? Seller.Address : Buyer.Address, leg.TokenId, leg.Amount))]);
        Guid id = await Book.InstructAsync(TestChain.ChainId, Selling, "dvp-single", [new BookParty("seller", Selling, Seller.Address), new BookParty("buyer", Buying, Buyer.Address)], legs, deadline, deadline.AddDays(-1));
        await Book.RunAsync("update settlement.settlement set escrow_id = $2, escrow_contract = $3, terms = '\\x00', external_reference = $4 where id = $1", id, terms.Id.ToBytes(), _chain.Escrow.ToBytes(), name);
        await Book.RunAsync("insert into transactions.intent (id, chain_id, purpose, subject, due_at, created_at, updated_at) values (gen_random_uuid(), $1, 'register', $2, now(), now(), now())",
            TestChain.ChainId, terms.Id.ToBytes());
        await SendAsync($"register {name}", Stranger, EscrowMessages.Register(terms));
        Deals[name] = (id, terms);
        return terms;
    }

    // The contract takes settlements of anybody.
    async Task<EscrowTerms> StrangersAsync(int day)
    {
        EscrowTerms terms = Terms(new DateTimeOffset(First.AddDays(day + 90), TimeOnly.MinValue, TimeSpan.Zero),
            [new EscrowLeg(TokenKind.Erc20, CustodyMode.Custody, Money, Stranger.Address, Buyer.Address, Stranger.Address, UInt256.Zero, 777UL),
                new EscrowLeg(TokenKind.Erc20, CustodyMode.Custody, Bond, Buyer.Address, Stranger.Address, Buyer.Address, UInt256.Zero, 1UL)]);
        await SendAsync("register stranger", Stranger, EscrowMessages.Register(terms));
        return terms;
    }

    EscrowTerms Terms(DateTimeOffset deadline, ImmutableArray<EscrowLeg> legs) => new(TestChain.ChainId, _chain.Escrow,
        new EscrowHeader(Keccak256.Hash(BitConverter.GetBytes(++_salt)), 0, (ulong)deadline.ToUnixTimeSeconds(), Address.Zero, Address.Zero, Hash32.Zero), legs);

    BookLeg Leg(Address token, int amount) => new("asset", token, "seller", "buyer", (ulong)amount);

    BookLeg Payment(int amount) => new("payment", Money, "buyer", "seller", (ulong)amount, Decimals: 6);

    Task DepositAsync(string name, EscrowTerms terms, int leg, PrivateKeySigner from) => SendAsync($"deposit {name} {leg}", from, EscrowMessages.Deposit(terms, leg));

    async Task SendAsync<T>(string name, PrivateKeySigner from, T message) where T : FunctionMessage, new() => Transactions[name] = await CallAsync(from, _chain.Escrow, message);

    internal async Task<Hash32> CallAsync<T>(PrivateKeySigner from, Address to, T message) where T : FunctionMessage, new()
    {
        TransactionReceipt receipt = await _chain.SendAsync(from, to, message);
        Assert.True(receipt.Succeeded);
        return receipt.TransactionHash;
    }
}
