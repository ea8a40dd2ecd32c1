using System.Net;
using System.Text.Json.Nodes;
using Keystone.Client.Models;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Dev.Demo;

// Inside the namespace, where it comes before the namespace of that name.
using Settlement = Keystone.Client.Models.Settlement;

/// <summary>
/// The guides as they are lived: two platforms with their credentials and listening endpoints, parties with their wallets, the public API and the
/// chain. The demo plays these stories, and so do the tests.
/// </summary>
internal sealed class StoryBook : IAsyncDisposable
{
    /// <summary>Longest wait for anything that takes blocks.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    static readonly string[] Way =
        ["INSTRUCTED", "COMPLIANCE_CHECKING", "COMPLIANCE_CLEARED", "REGISTERING_ESCROW", "AWAITING_DEPOSITS", "EXECUTING_SWAP", "SETTLED", "FINALIZED"];

    static readonly string[] CrossWay = ["INSTRUCTED", "AWAITING_CONFIRMATION", .. Way[1..]];

    readonly Stack<IAsyncDisposable> _hooks = new();
    readonly List<Wallet> _wallets = [];
    readonly List<(PlatformClient Platform, Guid Endpoint)> _endpoints = [];
    readonly DevFile _system;
    readonly Narrator _narrator;
    readonly StoryRequests _requests;
    IPAddress _reachableAt = IPAddress.Loopback;

    StoryBook(DevFile system, IEthereumNode node, Narrator narrator, TimeProvider time)
    {
        (_system, _narrator) = (system, narrator);
        Chain = new ChainView(node, system.ChainId, Address.Parse(system.Escrow));
        (Bond, Cash) = (system.Token("KBOND"), system.Token("USDC"));
        _requests = new StoryRequests(system, Bond, time);
        (Alice, Bob, Acme, Beta, Carol, Dave) = (Open("Alice", 1, node), Open("Bob", 2, node), Open("Acme", 3, node), Open("Beta", 4, node), Open("Carol", 5, node), Open("Dave", 6, node));
    }

    public ChainView Chain { get; }

    public DevToken Bond { get; }

    public DevToken Cash { get; }

    public PlatformClient A { get; private set; } = null!;

    public PlatformClient B { get; private set; } = null!;

    public WebhookReceiver HooksOfA { get; private set; } = null!;

    public WebhookReceiver HooksOfB { get; private set; } = null!;

    /// <summary>Buyer and seller of the single-platform story.</summary>
    public Wallet Alice { get; }

    /// <inheritdoc cref="Alice"/>
    public Wallet Bob { get; }

    /// <summary>Seller and buyer of the cross-platform story.</summary>
    public Wallet Acme { get; }

    /// <inheritdoc cref="Acme"/>
    public Wallet Beta { get; }

    /// <summary>Seller and buyer of the story that times out.</summary>
    public Wallet Carol { get; }

    /// <inheritdoc cref="Carol"/>
    public Wallet Dave { get; }

    /// <summary>Signs both platforms in, opens their endpoints, and gives each party what it will deliver.</summary>
    /// <param name="system">The system.</param>
    /// <param name="node">Its chain.</param>
    /// <param name="narrator">Says what happens.</param>
    /// <param name="time">The clock of timeouts.</param>
    /// <param name="cancellationToken">Cancels the preparation.</param>
    /// <param name="reachableAt">Address of this machine at which the keeper reaches the platforms' endpoints; default: the loopback address.</param>
    public static async Task<StoryBook> OpenAsync(
        DevFile system, IEthereumNode node, Narrator narrator, TimeProvider time, CancellationToken cancellationToken, IPAddress? reachableAt = null)
    {
        StoryBook book = new(system, node, narrator, time) { _reachableAt = reachableAt ?? IPAddress.Loopback };
        try
        {
            book.A = await PlatformClient.SignInAsync(system.ApiUrl, system.Platform("platform-a"), cancellationToken);
            book.B = await PlatformClient.SignInAsync(system.ApiUrl, system.Platform("platform-b"), cancellationToken);
            book.HooksOfA = await book.ListenAsync(book.A, cancellationToken);
            book.HooksOfB = await book.ListenAsync(book.B, cancellationToken);
            await Task.WhenAll(
                book.FundAsync(book.Bob, book.Bond, 1_000, cancellationToken), book.FundAsync(book.Acme, book.Bond, 1_000, cancellationToken),
                book.FundAsync(book.Carol, book.Bond, 1_000, cancellationToken), book.FundAsync(book.Alice, book.Cash, 1_000_000, cancellationToken),
                book.FundAsync(book.Beta, book.Cash, 1_000_000, cancellationToken), book.FundAsync(book.Dave, book.Cash, 1_000_000, cancellationToken));
            return book;
        }
        catch
        {
            await book.DisposeAsync();
            throw;
        }
    }

    /// <summary>Who has how much, from the chain.</summary>
    public async Task<IReadOnlyList<Balance>> BalancesAsync(CancellationToken cancellationToken)
    {
        List<Balance> balances = [];
        foreach (Wallet wallet in _wallets)
            balances.Add(new Balance(wallet.Name, await Chain.BalanceAsync(Bond.Contract, wallet.Address, cancellationToken), await Chain.BalanceAsync(Cash.Contract, wallet.Address, cancellationToken)));
        balances.Add(new Balance("escrow", await Chain.BalanceAsync(Bond.Contract, Chain.Escrow, cancellationToken), await Chain.BalanceAsync(Cash.Contract, Chain.Escrow, cancellationToken)));
        return balances;
    }

    /// <summary>The single-platform guide, to FINALIZED.</summary>
    public async Task SinglePlatformAsync(CancellationToken cancellationToken)
    {
        const string story = "single";
        (UInt256 bonds, UInt256 cash) = (Units(Bond, 100), Units(Cash, 50_000));
        BalanceChange change = await BalanceChange.BeginAsync(this, Bob, Alice, cancellationToken);
        string id = await InstructSingleAsync(story, Alice, Bob, "100", "50000", 3_600, cancellationToken);
        EscrowTerms terms = await AwaitTermsAsync(story, A, id, cancellationToken);
        await DepositAsync(story, Bob, terms, 0, cancellationToken);
        await DepositAsync(story, Alice, terms, 1, cancellationToken);
        await ReachAsync(story, A, id, "FINALIZED", cancellationToken);
        await RequireSwapAsync(story, terms, cancellationToken);
        await change.RequireAsync(bonds, cash, cancellationToken);
        await RequireWebhooksAsync(story, HooksOfA, A, id, Way, cancellationToken);
    }

    /// <summary>Instructs for platform A with both parties inline, as the guide does.</summary>
    /// <returns>The settlement's id.</returns>
    public async Task<string> InstructSingleAsync(string story, Wallet buyer, Wallet seller, string bonds, string cash, int seconds, CancellationToken cancellationToken)
    {
        Settlement settlement = await A.CreateAsync(new CreateSettlementRequest
        {
            IdempotencyKey = _requests.NewKey(story),
            TemplateId = "dvp-single",
            TimeoutAt = _requests.TimeoutIn(seconds),
            Parties = [_requests.Party("buyer", buyer, "alice-001"), _requests.Party("seller", seller, "bob-001")],
            Legs = _requests.Legs(bonds, cash),
        }, cancellationToken);
        StoryFault.Unless(settlement is { State: "INSTRUCTED", SettlementType: "single_platform" }, $"The answer to the instruction was {settlement}.");
        string id = settlement.Id.ToString();
        _narrator.Step(story, $"platform-a instructs: {seller.Name} delivers {bonds} KBOND, {buyer.Name} pays {cash} USDC  ({id})");
        return id;
    }

    /// <summary>The cross-platform guide: A instructs with hints, B is asked, confirms, to FINALIZED.</summary>
    public async Task CrossPlatformAsync(CancellationToken cancellationToken)
    {
        const string story = "cross";
        (UInt256 bonds, UInt256 cash) = (Units(Bond, 500), Units(Cash, 125_000));
        BalanceChange change = await BalanceChange.BeginAsync(this, Acme, Beta, cancellationToken);
        string id = await InstructCrossAsync(story, cancellationToken);
        JsonObject asked = await AwaitRequestAsync(story, id, cancellationToken);
        StoryFault.Unless((string?)asked["data"]?["counterparty_reference"] == "Acme Fund LLC", $"B was asked without the hints: {asked}");
        Settlement confirmed = await B.ConfirmAsync(id, new ConfirmSettlementRequest
        {
            ExternalReference = "buyer-acct-042",
            Name = "Beta Capital",
            WalletAddress = Beta.Address.ToString(),
            ChainId = _system.ChainId,
        }, cancellationToken);
        StoryFault.Unless(confirmed.Parties.All(party => party.Status == "confirmed"), $"After the confirmation: {string.Join(", ", confirmed.Parties)}");
        _narrator.Step(story, "platform-b confirms with its buyer Beta Capital");
        EscrowTerms terms = await AwaitTermsAsync(story, B, id, cancellationToken);
        await DepositAsync(story, Beta, terms, 1, cancellationToken);
        await DepositAsync(story, Acme, terms, 0, cancellationToken);
        await ReachAsync(story, A, id, "FINALIZED", cancellationToken);
        await RequireSwapAsync(story, terms, cancellationToken);
        await change.RequireAsync(bonds, cash, cancellationToken);
        await RequireWebhooksAsync(story, HooksOfA, A, id, CrossWay, cancellationToken);
        await RequireWebhooksAsync(story, HooksOfB, B, id, CrossWay, cancellationToken);
    }

    /// <summary>B rejects: ROLLED_BACK, A receives the message, nothing is on the chain.</summary>
    public async Task RejectedAsync(CancellationToken cancellationToken)
    {
        const string story = "reject", reason = "Entity not eligible";
        BalanceChange change = await BalanceChange.BeginAsync(this, Acme, Beta, cancellationToken);
        string id = await InstructCrossAsync(story, cancellationToken);
        await AwaitRequestAsync(story, id, cancellationToken);
        await B.RejectAsync(id, reason, cancellationToken);
        _narrator.Step(story, $"platform-b rejects: {reason}");
        Settlement settlement = await ReachAsync(story, A, id, "ROLLED_BACK", cancellationToken);
        StoryFault.Unless(settlement.Failure?.Code == "rejected" && settlement.Failure.Message == reason, $"The failure reads {settlement.Failure}.");
        StoryFault.Unless(settlement.Escrow is null && await Chain.CountByReferenceAsync(Guid.Parse(id), cancellationToken) == 0, "A rejected settlement is on the chain.");
        await change.RequireAsync(UInt256.Zero, UInt256.Zero, cancellationToken);
        string[] states = ["INSTRUCTED", "AWAITING_CONFIRMATION", "ROLLED_BACK"];
        await RequireWebhooksAsync(story, HooksOfA, A, id, states, cancellationToken);
        await RequireWebhooksAsync(story, HooksOfB, B, id, states, cancellationToken);
        JsonObject message = HooksOfA.Of(id).Last(message => (string?)message["event"] == "settlement.state.rolled_back");
        StoryFault.Unless((string?)message["data"]?["failure"]?["code"] == "rejected", $"A was told {message}.");
        _narrator.Step(story, "platform-a is told by webhook; nothing is on the chain");
    }

    /// <summary>The first half of the story that times out: only the seller deposits.</summary>
    public async Task<LoneDeposit> DepositAloneAsync(int seconds, CancellationToken cancellationToken)
    {
        const string story = "timeout";
        BalanceChange change = await BalanceChange.BeginAsync(this, Carol, Dave, cancellationToken);
        string id = await InstructSingleAsync(story, Dave, Carol, "10", "5000", seconds, cancellationToken);
        EscrowTerms terms = await AwaitTermsAsync(story, A, id, cancellationToken);
        await DepositAsync(story, Carol, terms, 0, cancellationToken);
        UInt256 held = await Chain.BalanceAsync(Bond.Contract, Chain.Escrow, cancellationToken);
        StoryFault.Unless(held >= Units(Bond, 10), $"The escrow holds {held} of KBOND after the deposit.");
        _narrator.Step(story, $"Dave does not pay; the deadline is in at most {seconds} s");
        return new LoneDeposit(id, terms, change);
    }

    /// <summary>The second half: the deposit comes back, ROLLED_BACK, balances as before.</summary>
    public async Task TimeOutAsync(LoneDeposit lone, CancellationToken cancellationToken)
    {
        const string story = "timeout";
        ulong reported = ulong.MaxValue;
        await Patience.UntilAsync(async () =>
        {
            BlockHeader? head = await Chain.Node.GetBlockAsync(BlockTag.Latest, cancellationToken);
            if (head is null || ((ChainTime)head.Timestamp).IsPast(lone.Terms.Header.Deadline)) return head;
            ulong left = lone.Terms.Header.Deadline.Seconds - head.Timestamp;
            if (left / 5 < reported) _narrator.Step(story, $"{left} s of block time until the deadline");
            reported = left / 5;
            return null;
        }, Limit, () => $"{story}: block time does not reach the deadline.", cancellationToken);
        Settlement settlement = await ReachAsync(story, A, lone.Id, "ROLLED_BACK", cancellationToken);
        StoryFault.Unless(settlement.Failure?.Code == "timeout", $"The failure reads {settlement.Failure}.");
        IReadOnlyList<(EscrowEvent Event, LogEntry Log)> events = await Chain.EventsAsync(lone.Terms.Id, cancellationToken);
        (EscrowEvent Event, LogEntry Log)[] refunds = [.. events.Where(happened => happened.Event is EscrowEvent.Refunded { Index: 0 } refund && refund.To == Carol.Address)];
        StoryFault.Unless(refunds.Length == 1 && !events.Any(happened => happened.Event is EscrowEvent.Executed), $"The chain says {string.Join(", ", events.Select(e => e.Event.GetType().Name))}.");
        await lone.Change.RequireAsync(UInt256.Zero, UInt256.Zero, cancellationToken);
        await RequireWebhooksAsync(story, HooksOfA, A, lone.Id, [.. Way[..5], "ROLLED_BACK"], cancellationToken);
        _narrator.Step(story, "the deposit is back with Carol", refunds[0].Log.TransactionHash);
    }

    /// <summary>The terms of a settlement as the chain has them, once it awaits deposits.</summary>
    public async Task<EscrowTerms> AwaitTermsAsync(string story, PlatformClient reader, string id, CancellationToken cancellationToken)
    {
        Settlement settlement = await ReachAsync(story, reader, id, "AWAITING_DEPOSITS", cancellationToken);
        EscrowTerms terms = await Chain.TermsAsync(Hash32.Parse(settlement.Escrow!.Id), cancellationToken);
        foreach (Leg leg in settlement.Legs)
        {
            EscrowLeg published = terms.Legs[leg.Index];
            StoryFault.Unless(published.Token.ToString() == leg.Token.Address && published.Amount.ToString() == leg.Amount
                && published.To.ToString() == leg.Recipient, $"The terms on the chain differ from the instruction: {published} instead of {leg}.");
        }
        return terms;
    }

    /// <summary>A party's approval and deposit.</summary>
    public async Task<TransactionReceipt> DepositAsync(string story, Wallet wallet, EscrowTerms terms, int leg, CancellationToken cancellationToken)
    {
        TransactionReceipt receipt = await wallet.DepositAsync(terms.Contract, terms.Id, leg, cancellationToken);
        DevToken token = terms.Legs[leg].Token == Bond.Contract ? Bond : Cash;
        _narrator.Step(story, $"{wallet.Name} deposits {Narrator.Amount(terms.Legs[leg].Amount, token.Decimals)} {token.Symbol}", receipt.TransactionHash);
        return receipt;
    }

    /// <summary>Follows a settlement through its states, telling each one once.</summary>
    /// <returns>The settlement in the wanted state, or beyond AWAITING_DEPOSITS when that was wanted.</returns>
    public async Task<Settlement> ReachAsync(string story, PlatformClient reader, string id, string state, CancellationToken cancellationToken)
    {
        string seen = "";
        return await Patience.UntilAsync(async () =>
        {
            Settlement settlement = await reader.GetAsync(id, cancellationToken);
            string now = settlement.State;
            if (now != seen)
            {
                foreach (string passed in await NewStatesAsync(reader, id, cancellationToken))
                    _narrator.Step(story, passed, TransactionOf(settlement, passed));
                seen = now;
            }
            StoryFault.Unless(now == state || !settlement.IsTerminal, $"{story}: the settlement ended in {now}, not in {state}: {settlement.Failure}");
            return now == state ? settlement : null;
        }, Limit, () => $"{story}: settlement {id} is in {seen}, not in {state}.", cancellationToken);
    }

    /// <summary>States that a settlement went through, in order, from its events.</summary>
    public static async Task<IReadOnlyList<string>> StatesAsync(PlatformClient reader, string id, CancellationToken cancellationToken) =>
        [.. (await reader.EventsAsync(id, cancellationToken)).Where(entry => entry.Type == "state" || entry.FromState is null)
            .OrderBy(entry => entry.Sequence).Select(entry => entry.ToState)];

    public async ValueTask DisposeAsync()
    {
        foreach ((PlatformClient platform, Guid endpoint) in _endpoints)
        {
            try
            {
                await platform.ForgetAsync(endpoint, CancellationToken.None);
            }
            catch (Exception gone) when (gone is HttpRequestException or StoryFault or OperationCanceledException)
            {
                // The API may have ended first.
            }
        }
        while (_hooks.TryPop(out IAsyncDisposable? hooks)) await hooks.DisposeAsync();
        foreach (Wallet wallet in _wallets) wallet.Dispose();
        A?.Dispose();
        B?.Dispose();
    }

    readonly Dictionary<string, int> _reported = [];

    async Task<IReadOnlyList<string>> NewStatesAsync(PlatformClient reader, string id, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> states = await StatesAsync(reader, id, cancellationToken);
        int reported = _reported.GetValueOrDefault(id);
        _reported[id] = states.Count;
        return [.. states.Skip(reported)];
    }

    static Hash32? TransactionOf(Settlement settlement, string state)
    {
        Transaction? transaction = state switch { "AWAITING_DEPOSITS" => settlement.Escrow?.RegisterTx, "SETTLED" => settlement.Escrow?.ExecuteTx, _ => null };
        return transaction is null ? null : Hash32.Parse(transaction.Hash);
    }

    async Task<string> InstructCrossAsync(string story, CancellationToken cancellationToken)
    {
        Settlement settlement = await A.CreateAsync(new CreateSettlementRequest
        {
            IdempotencyKey = _requests.NewKey(story),
            TemplateId = "CROSS_PLATFORM_DvP_TEMPLATE",
            TimeoutAt = _requests.TimeoutIn(3_600),
            Parties = [_requests.Party("seller", Acme, "seller-001")],
            CounterpartyParties =
            [
                new CounterpartyRequest { PlatformSlug = "platform-b", Role = "buyer", WalletAddressHint = Beta.Address.ToString(), CounterpartyReference = "Acme Fund LLC" },
            ],
            Legs = _requests.Legs("500", "125000"),
        }, cancellationToken);
        StoryFault.Unless(settlement.SettlementType == "cross_platform", $"The answer to the instruction was {settlement}.");
        string id = settlement.Id.ToString();
        _narrator.Step(story, $"platform-a instructs with hints for platform-b: 500 KBOND against 125000 USDC  ({id})");
        return id;
    }

    async Task<JsonObject> AwaitRequestAsync(string story, string id, CancellationToken cancellationToken)
    {
        JsonObject asked = await Patience.UntilAsync(
            () => Task.FromResult(HooksOfB.Of(id).FirstOrDefault(message => (string?)message["event"] == "settlement.confirmation_required")),
            Limit, () => $"{story}: B was told only {string.Join(", ", HooksOfB.EventsOf(id))}.", cancellationToken);
        _narrator.Step(story, "platform-b is asked by webhook: settlement.confirmation_required");
        return asked;
    }

    async Task RequireSwapAsync(string story, EscrowTerms terms, CancellationToken cancellationToken)
    {
        IReadOnlyList<(EscrowEvent Event, LogEntry Log)> events = await Chain.EventsAsync(terms.Id, cancellationToken);
        string[] kinds = [.. events.Select(happened => happened.Event.GetType().Name).Order(StringComparer.Ordinal)];
        StoryFault.Unless(kinds is ["Deposited", "Deposited", "Executed", "Registered"], $"{story}: the chain says {string.Join(", ", kinds)}.");
    }

    async Task RequireWebhooksAsync(
        string story, WebhookReceiver hooks, PlatformClient platform, string id, IReadOnlyList<string> states, CancellationToken cancellationToken)
    {
        // Names of events are lower case on the wire.
#pragma warning disable CA1308
        string[] expected = [.. states.Select(state => "settlement.state." + state.ToLowerInvariant())];
#pragma warning restore CA1308
        string[] got = [];
        await Patience.UntilAsync(() =>
        {
            got = [.. hooks.EventsOf(id).Where(name => name.StartsWith("settlement.state.", StringComparison.Ordinal))];
            return Task.FromResult(got.Length >= expected.Length ? got : null);
        }, Limit, () => $"{story}: {platform.Slug} was told {string.Join(", ", got)}.", cancellationToken);
        StoryFault.Unless(got.SequenceEqual(expected), $"{story}: {platform.Slug} was told {string.Join(", ", got)} instead of {string.Join(", ", expected)}.");
        StoryFault.Unless(hooks.Forged == 0, $"{story}: {hooks.Forged} webhooks had a wrong signature.");
        _narrator.Step(story, $"{platform.Slug} got a signed webhook at each of {got.Length} states");
    }

    async Task<WebhookReceiver> ListenAsync(PlatformClient platform, CancellationToken cancellationToken)
    {
        WebhookReceiver hooks = await WebhookReceiver.StartAsync(_reachableAt, cancellationToken);
        _hooks.Push(hooks);
        (Guid endpoint, string secret) = await platform.ListenAsync(hooks.Url, cancellationToken);
        hooks.Trust(secret);
        _endpoints.Add((platform, endpoint));
        return hooks;
    }

    Wallet Open(string name, int number, IEthereumNode node)
    {
        Wallet wallet = new(name, DevAccounts.Party(number), node);
        _wallets.Add(wallet);
        return wallet;
    }

    async Task FundAsync(Wallet wallet, DevToken token, ulong amount, CancellationToken cancellationToken) =>
        await wallet.MintAsync(token.Contract, Units(token, amount), cancellationToken);

    internal static UInt256 Units(DevToken token, ulong amount)
    {
        UInt256 unit = 1UL;
        for (int i = 0; i < token.Decimals; i++) unit *= 10UL;
        return unit * amount;
    }
}
