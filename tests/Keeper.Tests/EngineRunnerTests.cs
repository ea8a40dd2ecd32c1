using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Compliance;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Keeper.Engine;
using Keystone.Keeper.EscrowTransactions;
using Keystone.Keeper.Screening;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Templates;
using Keystone.Mirror;
using Keystone.Settlements.Advance;
using Keystone.Settlements.Operations;
using Keystone.Postgres;
using Keystone.Settlements.Screening;
using Keystone.Settlements.Templates;
using Keystone.Testing;
using Keystone.Transactions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Keeper.Tests;

/// <summary>The runner on a real Postgres, with a mirror that the test writes: what is stored, told and asked for, and what is not.</summary>
public sealed class EngineRunnerTests(TestDatabase fixture) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    static readonly DateTimeOffset Start = new(2026, 3, 16, 12, 0, 0, TimeSpan.Zero);
    static readonly Address Buyer = AnyAddress(), Seller = AnyAddress(), Bond = AnyAddress(), Cash = AnyAddress(), Contract = AnyAddress();

    readonly SettlementBook _book = new(fixture.Source);
    readonly ManualTime _time = new(Start);
    readonly WakeSignals _signals = new();
    readonly PrivateKeySigner _signer = new(RandomNumberGenerator.GetBytes(32));
    readonly long _chain = RandomNumberGenerator.GetInt32(1, int.MaxValue);
    EngineRunner _engine = null!;
    ScreeningWorker _screening = null!;
    ListProvider _list = null!;
    Template _gated = null!, _gatedEarly = null!;
    Guid _a, _b;

    public async Task InitializeAsync()
    {
        string suffix = Guid.NewGuid().ToString("n");
        _a = await _book.EnvironmentAsync("a-" + suffix, _chain);
        _b = await _book.EnvironmentAsync("b-" + suffix, _chain);
        await _book.RunAsync("""
            insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number, head_time, finalized, finalized_time, revision)
            values ($1, $2, $3, $2, 0, 100, $4, 98, $4, 1)
            """, _chain, new byte[32], Contract.ToBytes(), Start.ToUnixTimeSeconds());
        _list = new ListProvider();
        IOptions<KeeperOptions> options = Options.Create(new KeeperOptions());
        ChainOptions chain = new() { ChainId = _chain, RpcUrls = ["http://127.0.0.1:1"], Escrow = Contract.ToString(), SettleDepth = 2 };
        IEthereumNodes nodes = EthereumNodesRegistration.Create([chain]);
        _engine = new EngineRunner(new AdvanceSettlement(new AdvanceStore(fixture.Source, new MirrorReader(fixture.Source), new IntentStore(_time), new TemplateStore(fixture.Source)), nodes, _signer, _time),
            _signals, new TransactionSignal(), new ClockGuard(nodes, options, _time, NullLogger<ClockGuard>.Instance), options, _time, NullLogger<EngineRunner>.Instance);
        _gated = await _book.AddTemplateAsync(_a, GatedTemplate.With(Contract, "EXECUTING_SWAP"));
        _gatedEarly = await _book.AddTemplateAsync(_a, GatedTemplate.With(Contract, "AWAITING_DEPOSITS") with { Slug = GatedTemplate.Slug + "-early" });
        _screening = new ScreeningWorker(new ScreeningStore(fixture.Source), new PartyScreeningStore(fixture.Source), _list, _signals, Options.Create(new ScreeningOptions()), options, _time,
            NullLogger<ScreeningWorker>.Instance);
    }

    public Task DisposeAsync()
    {
        _signer.Dispose();
        _engine.Dispose();
        _screening.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_single_platform_settlement_walks_the_eight_states_of_the_guide()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        Assert.Equal("REGISTERING_ESCROW", await _book.StateAsync(id));
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        Assert.Equal(Contract, terms.Contract);
        Assert.Equal(_signer.Address, terms.Header.Operator);
        Assert.Equal((ulong)Start.AddHours(1).ToUnixTimeSeconds(), terms.Header.Deadline.Seconds);
        Assert.Equal((Seller, Buyer, Seller), (terms.Legs[0].From, terms.Legs[0].To, terms.Legs[0].RefundTo));
        Assert.Equal(1L, await IntentsAsync(terms, "register"));

        await MirrorAsync(terms, state: 1, block: 101, "pending", "pending");
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await _book.StateAsync(id));
        await MirrorAsync(terms, state: 1, block: 102, "deposited", "pending");
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await _book.StateAsync(id));
        await MirrorAsync(terms, state: 1, block: 103, "deposited", "deposited");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await _book.StateAsync(id));
        Assert.Equal(1L, await IntentsAsync(terms, "execute_swap"));

        await MirrorAsync(terms, state: 2, block: 104, "released", "released");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await _book.StateAsync(id));
        Assert.Equal(106L, await _book.ScalarAsync("select wake_block from settlement.settlement where id = $1", id));
        await HeadAsync(106, finalized: 98);
        await SettleDownAsync(id);
        Assert.Equal("SETTLED", await _book.StateAsync(id));
        await HeadAsync(110, finalized: 104);
        await SettleDownAsync(id);
        Assert.Equal(
            ["INSTRUCTED", "COMPLIANCE_CHECKING", "COMPLIANCE_CLEARED", "REGISTERING_ESCROW", "AWAITING_DEPOSITS", "EXECUTING_SWAP", "SETTLED", "FINALIZED"],
            await _book.StatesAsync(id));
        Assert.Equal(
            [
                "settlement.state.compliance_checking", "settlement.state.compliance_cleared", "settlement.state.registering_escrow",
                "settlement.state.awaiting_deposits", "settlement.leg.deposited", "settlement.leg.deposited", "settlement.state.executing_swap",
                "settlement.state.settled", "settlement.state.finalized",
            ], await _book.MessagesAsync(id, _a));
        Assert.Equal(true, await _book.ScalarAsync("select closed_at is not null and outcome = 'finalized' and due_at is null from settlement.settlement where id = $1", id));
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task A_counterparty_is_asked_and_its_yes_goes_on()
    {
        Guid id = await CrossAsync();
        await SettleDownAsync();
        Assert.Equal("AWAITING_CONFIRMATION", await _book.StateAsync(id));
        Assert.Equal(["settlement.state.awaiting_confirmation", "settlement.confirmation_required"], await _book.MessagesAsync(id, _b));
        Assert.Equal(["settlement.state.awaiting_confirmation"], await _book.MessagesAsync(id, _a));
        Assert.Null(await _book.TermsAsync(id));

        await _book.ConfirmAsync(id, "buyer", Buyer, _time.Now);
        await SettleDownAsync(id);
        Assert.Equal("REGISTERING_ESCROW", await _book.StateAsync(id));
        Assert.Equal(Buyer, EscrowTerms.Decode((await _book.TermsAsync(id))!).Legs[1].From);
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task A_hard_fail_a_decision_and_an_order_on_a_flag_read_the_same_to_the_other_side()
    {
        List<string> others = [], owners = [];
        foreach (string kind in (string[])["fail", "decision", "order"])
        {
            _list.Answer = subject => new ScreeningVerdict(
                subject.Layer == ScreeningLayer.Entity && subject.Name == "Stopped AG" ? kind == "fail" ? ScreeningStatus.Fail : ScreeningStatus.Flagged : ScreeningStatus.Pass, "list line 7");
            Guid id = await CrossAsync(seller: "Stopped AG");
            await SettleDownAsync();
            await _book.ConfirmAsync(id, "buyer", Buyer, _time.Now);
            await SettleDownAsync(id);
            if (kind == "decision")
                await _book.RunAsync("""
                    insert into settlement.fact (id, settlement_id, kind, check_round, actor, body, created_at) values ($1, $2, 'decision', 1, 'officer', '{"decision":"reject"}', now())
                    """, Guid.NewGuid(), id);
            if (kind == "order")
                await _book.RunAsync("""
                    insert into settlement.fact (id, settlement_id, kind, actor, body, created_at) values ($1, $2, 'order', 'operator', '{"order":"rollback","reason":"flagged"}', now())
                    """, Guid.NewGuid(), id);
            await SettleDownAsync(id);
            Assert.Equal("ROLLED_BACK", await _book.StateAsync(id));
            others.Add(await SeenAsync(id, _b));
            owners.Add(await SeenAsync(id, _a));
            await HashesHoldAsync(id);
        }
        Assert.Single(others.Distinct());
        Assert.Contains("\"failure\":{\"code\":\"compliance\",\"message\":\"Not completed.\"}", others[0], StringComparison.Ordinal);
        foreach (string secret in (string[])["flag", "decision", "officer", "order", "operator", "list line", "stopped", "entity"])
            Assert.DoesNotContain(secret, others[0], StringComparison.OrdinalIgnoreCase);
        // The owner reads which party and which layer, and who decided.
        Assert.All(owners, seen => Assert.Contains("\"stopped\":[{\"layer\":\"entity\",\"role\":\"seller\"}]", seen, StringComparison.Ordinal));
        Assert.Contains("officer", owners[1], StringComparison.Ordinal);
        Assert.All(owners, seen => Assert.DoesNotContain("list line", seen, StringComparison.Ordinal));
    }

    /// <summary>Events and messages of a reader, without ids, times and hashes.</summary>
    async Task<string> SeenAsync(Guid id, Guid reader)
    {
        StringBuilder seen = new();
        await using NpgsqlCommand select = fixture.Source.CreateCommand("""
            select 'event ' || sequence || ' ' || type || ' ' || triggered_by || ' ' || payload from settlement.event where settlement_id = $1 and environment_id = $2
            union all select 'message ' || sequence || ' ' || type || ' ' || payload from webhooks.message where settlement_id = $1 and environment_id = $2 order by 1
            """);
        select.Parameters.AddWithValue(id);
        select.Parameters.AddWithValue(reader);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            seen.AppendLine(System.Text.RegularExpressions.Regex.Replace(rows.GetString(0).Replace("evt_", "", StringComparison.Ordinal),
                @"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|0x[0-9a-fA-F]{64}|\d{4}-\d\d-\d\dT[0-9:.]+Z", "*"));
        return seen.ToString();
    }

    [Fact]
    public async Task A_reorg_that_removes_a_second_deposit_is_told_as_one_and_names_no_transaction()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        foreach ((string leg, long block) in (IEnumerable<(string, long)>)[("pending", 101), ("deposited", 102), ("withdrawn", 103), ("redeposited", 104), ("withdrawn", 103)])
        {
            await MirrorAsync(terms, state: 1, block, leg == "redeposited" ? "deposited" : leg, "pending");
            if (leg == "redeposited") await LogsAsync(terms, 1, ["redeposited", "pending"]);
            await SettleDownAsync(id);
        }
        Assert.Equal(["settlement.leg.deposited", "settlement.leg.withdrawn", "settlement.leg.deposited", "settlement.leg.retreated"],
            (await _book.MessagesAsync(id, _a)).Where(name => name.StartsWith("settlement.leg.", StringComparison.Ordinal)));
        JsonNode told = JsonNode.Parse((string)(await _book.ScalarAsync("select payload from webhooks.message where settlement_id = $1 and type = 'settlement.leg.retreated'", id))!)!;
        Assert.Equal((true, "reorg", "pending"), ((bool)told["data"]!["retreat"]!, (string)told["data"]!["cause"]!, (string)told["data"]!["status"]!));
        Assert.Null(told["data"]!["transaction"]);
        Assert.Equal("reorg", await _book.ScalarAsync("select triggered_by from settlement.event where settlement_id = $1 and environment_id = $2 and type = 'leg' order by sequence desc limit 1", id, _a));
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task What_the_terms_commit_to_is_a_text_that_both_sides_hold()
    {
        Guid id = await CrossAsync();
        await SettleDownAsync();
        await _book.ConfirmAsync(id, "buyer", Buyer, _time.Now);
        await SettleDownAsync(id);
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        Hash32 salt = new((byte[])(await _book.ScalarAsync("select salt from settlement.settlement where id = $1", id))!);
        List<string> texts = [];
        foreach (Guid reader in (Guid[])[_a, _b])
            texts.Add((string)JsonNode.Parse((string)(await _book.ScalarAsync(
                "select payload from settlement.event where settlement_id = $1 and environment_id = $2 and type = 'agreement'", id, reader))!)!["agreement"]!);
        Assert.Equal(texts[0], texts[1]);
        Assert.Equal(terms.Header.Commitment, TermsDraft.CommitmentOf(salt, Encoding.UTF8.GetBytes(texts[0])));
        JsonNode agreed = JsonNode.Parse(texts[0])!;
        Assert.Equal(["seller", "buyer"], agreed["parties"]!.AsArray().Select(party => (string)party!["role"]!));
        Assert.Equal(["instruction", "confirmation"], agreed["parties"]!.AsArray().Select(party => (string)party!["confirmed_by"]!));
        Assert.Equal(2, agreed["legs"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_flood_of_one_environment_delays_another_by_one_settlement()
    {
        for (int i = 0; i < 50; i++) await SingleAsync();
        Guid other = await _book.InstructAsync(_chain, _b, "dvp-single", [new BookParty("buyer", _b, Buyer), new BookParty("seller", _b, Seller)], Legs, Start.AddHours(1), _time.Now);
        for (int i = 0; i < 3 && await _book.StateAsync(other) == "INSTRUCTED"; i++) Assert.True(await _engine.RunOneAsync(default));
        Assert.Equal("COMPLIANCE_CHECKING", await _book.StateAsync(other));
    }

    [Fact]
    public async Task A_rejection_ends_it_with_nothing_on_the_chain()
    {
        Guid id = await CrossAsync();
        await SettleDownAsync();
        await _book.RejectAsync(id, "buyer", "Entity not eligible", _time.Now);
        await SettleDownAsync(id);
        Assert.Equal("ROLLED_BACK", await _book.StateAsync(id));
        Assert.Null(await _book.TermsAsync(id));
        JsonObject failure = (JsonObject)JsonNode.Parse((string)(await _book.ScalarAsync("select failure from settlement.settlement where id = $1", id))!)!;
        Assert.Equal("rejected", (string?)failure["code"]);
        Assert.Equal("Entity not eligible", (string?)failure["message"]);
        Assert.Equal("buyer", (string?)failure["role"]);
        Assert.Contains("settlement.state.rolled_back", await _book.MessagesAsync(id, _a));
    }

    [Fact]
    public async Task Nobody_confirms_in_time()
    {
        Guid id = await CrossAsync();
        await SettleDownAsync();
        // Nobody looks at it before: settlements of other tests are about in the same database.
        Assert.Equal(Start.AddHours(1), new DateTimeOffset((DateTime)(await _book.ScalarAsync("select due_at from settlement.settlement where id = $1", id))!));
        _time.Now = Start.AddHours(1);
        await SettleDownAsync();
        Assert.Equal("ROLLED_BACK", await _book.StateAsync(id));
    }

    [Fact]
    public async Task A_sanctioned_party_ends_it_and_a_provider_that_is_down_clears_nobody()
    {
        _list.Answer = _ => new ScreeningVerdict(ScreeningStatus.Error, "down");
        Guid id = await SingleAsync();
        await SettleDownAsync();
        Assert.Equal("COMPLIANCE_CHECKING", await _book.StateAsync(id));

        _list.Answer = subject => new ScreeningVerdict(
            subject.Layer == ScreeningLayer.Wallet && subject.Wallets.Contains(Buyer) ? ScreeningStatus.Fail : ScreeningStatus.Pass, "list");
        _time.Now += TimeSpan.FromSeconds(31);
        await SettleDownAsync();
        Assert.Equal("ROLLED_BACK", await _book.StateAsync(id));
        Assert.Null(await _book.TermsAsync(id));
        JsonObject failure = (JsonObject)JsonNode.Parse((string)(await _book.ScalarAsync("select failure from settlement.settlement where id = $1", id))!)!;
        Assert.Equal("compliance", (string?)failure["code"]);
        Assert.Equal("Not completed.", (string?)failure["message"]);
    }

    [Fact]
    public async Task A_flag_waits_for_a_decision_and_is_reported_to_its_owner_once()
    {
        _list.Answer = subject => new ScreeningVerdict(
            subject.Layer == ScreeningLayer.Entity && subject.Name == "Flagged Ltd" ? ScreeningStatus.Flagged : ScreeningStatus.Pass, "list");
        Guid id = await CrossAsync("Flagged Ltd");
        await SettleDownAsync();
        await _book.ConfirmAsync(id, "buyer", Buyer, _time.Now);
        Func<ScreeningSubject, ScreeningVerdict> judge = _list.Answer;
        _list.Answer = subject =>
        {
            _time.Now += TimeSpan.FromSeconds(5);
            return judge(subject);
        };
        await SettleDownAsync(id);
        await SettleDownAsync(id);
        Assert.Equal("COMPLIANCE_CHECKING", await _book.StateAsync(id));
        Assert.Single(await _book.MessagesAsync(id, _a), name => name == "settlement.compliance.flagged");
        Assert.DoesNotContain("settlement.compliance.flagged", await _book.MessagesAsync(id, _b));
        Assert.Equal("review", await _book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id));
        // When it was flagged is not to be read from the object, which both sides see.
        Assert.Equal(true, await _book.ScalarAsync(
            "select (select updated_at from settlement.audit_head where settlement_id = $1 and environment_id = $2) < (select updated_at from settlement.audit_head where settlement_id = $1 and environment_id = $3)",
            id, _b, _a));

        await DecideAsync(id, 1);
        await SettleDownAsync(id);
        Assert.Equal("REGISTERING_ESCROW", await _book.StateAsync(id));
    }

    [Fact]
    public async Task A_recheck_is_a_round_of_its_own_in_which_no_earlier_decision_counts_and_the_transaction_manager_is_held_back()
    {
        Guid id = await SingleAsync();
        await _book.RunAsync("update settlement.settlement set template_id = $2 where id = $1", id, _gated.Id);
        _list.Answer = subject => new ScreeningVerdict(subject.Layer == ScreeningLayer.Wallet && subject.Wallets.Contains(Buyer) ? ScreeningStatus.Flagged : ScreeningStatus.Pass, "list");
        await SettleDownAsync();
        await DecideAsync(id, 1);
        await SettleDownAsync(id);
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        Assert.Equal(Contract, terms.Header.Gate);
        Assert.Equal("cleared", await _book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id));

        _list.Answer = _ => new ScreeningVerdict(ScreeningStatus.Error, "down");
        await MirrorAsync(terms, state: 1, block: 101, "deposited", "deposited");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await _book.StateAsync(id));
        Assert.Equal("checking", await _book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id));
        Assert.Equal("1:4 6:4", await _book.ScalarAsync(
            "select string_agg(round || ':' || n, ' ' order by round) from (select round, count(*) as n from compliance.screening where settlement_id = $1 group by round) r", id));
        Assert.Equal(0L, await IntentsAsync(terms, "execute_swap"));
        Assert.True((await new TransactionSubjectStore(fixture.Source).OfAsync(_chain, [terms.Id], default))[terms.Id].Paused);

        // The buyer is flagged again; the decision of the first round was about another moment.
        _list.Answer = subject => new ScreeningVerdict(subject.Layer == ScreeningLayer.Wallet && subject.Wallets.Contains(Buyer) ? ScreeningStatus.Flagged : ScreeningStatus.Pass, "list");
        _time.Now += TimeSpan.FromSeconds(31);
        await SettleDownAsync(id);
        Assert.Equal("review", await _book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id));
        Assert.Equal(2, (await _book.MessagesAsync(id, _a)).Count(name => name == "settlement.compliance.flagged"));
        Assert.Equal(0L, await IntentsAsync(terms, "execute_swap"));

        await DecideAsync(id, 6);
        await SettleDownAsync(id);
        Assert.Equal(1L, await IntentsAsync(terms, "execute_swap"));
        Assert.False((await new TransactionSubjectStore(fixture.Source).OfAsync(_chain, [terms.Id], default))[terms.Id].Paused);

        // A reorg takes a deposit away and brings it back: what was asked before the second stay is old.
        await MirrorAsync(terms, state: 1, block: 102, "deposited", "pending");
        await SettleDownAsync(id);
        await MirrorAsync(terms, state: 1, block: 103, "deposited", "deposited");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await _book.StateAsync(id));
        Assert.Equal("review", await _book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id));
        // The intent of the stay before is there, and is not what it waits for.
        Assert.Equal(1L, await IntentsAsync(terms, "execute_swap"));
        Assert.Equal("a decision on compliance", Assert.Single(
            await new WorkStore(fixture.Source).StuckAsync(DateTimeOffset.MaxValue, 1_000, default), row => row.Id == id).Waits);
        await HashesHoldAsync(id);
    }

    [Theory]
    [InlineData(ScreeningStatus.Error, "checking")]
    [InlineData(ScreeningStatus.Flagged, "review")]
    public async Task A_recheck_that_a_reorg_overtakes_holds_no_registration_back_and_is_not_asked_for_any_more(ScreeningStatus answer, string status)
    {
        (Guid id, EscrowTerms terms) = await RecheckedAsync(answer);
        Assert.Equal(status, await ComplianceAsync(id));

        // The whole escrow is gone: it has to be registered again, and that is no moment at which parties are screened.
        await _book.RunAsync("delete from chain.escrow where chain_id = $1", _chain);
        await HeadAsync(103, finalized: 98);
        await SettleDownAsync(id);
        Assert.Equal("REGISTERING_ESCROW", await _book.StateAsync(id));
        Assert.Equal("none", await ComplianceAsync(id));
        TransactionSubject subject = (await new TransactionSubjectStore(fixture.Source).OfAsync(_chain, [terms.Id], default))[terms.Id];
        MirrorView view = (await new MirrorReader(fixture.Source).ReadAsync(_chain, [terms.Id], default))!;
        Assert.Equal(IntentVerdict.Wanted, EscrowVerdicts.Judge(subject, view.Of(terms), view.Head, EscrowIntents.Register, -1, 30));

        // Back again they are screened anew, and nobody answers for the stay before.
        await MirrorAsync(terms, state: 1, block: 104, "deposited", "deposited");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await _book.StateAsync(id));
        Assert.Equal(status, await ComplianceAsync(id));
        await AskedNoMoreAsync(id, "round < (select max(round) from compliance.screening where settlement_id = $1)");
    }

    [Fact]
    public async Task A_swap_past_a_recheck_ends_it_and_a_failed_one_holds_ours_back_until_then()
    {
        (Guid id, EscrowTerms terms) = await RecheckedAsync(ScreeningStatus.Fail);
        Assert.Equal("compliance", await _book.ScalarAsync("select rollback_reason from settlement.settlement where id = $1", id));
        await MirrorAsync(terms, state: 2, block: 103, "released", "released");
        await SettleDownAsync(id);
        // Until it is deep enough a reorg may take that swap back, and then ours must not take its place.
        Assert.Equal("failed", await ComplianceAsync(id));
        Assert.True((await new TransactionSubjectStore(fixture.Source).OfAsync(_chain, [terms.Id], default))[terms.Id].Paused);
        await HeadAsync(105, finalized: 98);
        await SettleDownAsync(id);
        Assert.Equal("SETTLED", await _book.StateAsync(id));
        Assert.Equal("none", await ComplianceAsync(id));
    }

    [Fact]
    public async Task A_recheck_that_a_swap_went_past_is_made_up_for_when_a_reorg_takes_the_swap_back()
    {
        Guid id = await SingleAsync();
        await _book.RunAsync("update settlement.settlement set template_id = $2 where id = $1", id, _gatedEarly.Id);
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        // Deposited and executed by others between two looks.
        await MirrorAsync(terms, state: 2, block: 101, "released", "released");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await _book.StateAsync(id));
        await MirrorAsync(terms, state: 1, block: 102, "deposited", "deposited");
        _list.Answer = _ => new ScreeningVerdict(ScreeningStatus.Error, "down");
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await _book.StateAsync(id));
        Assert.Equal("checking", await ComplianceAsync(id));
        Assert.Equal(0L, await IntentsAsync(terms, "execute_swap"));
        _list.Answer = _ => new ScreeningVerdict(ScreeningStatus.Pass, "list");
        _time.Now += TimeSpan.FromSeconds(31);
        await SettleDownAsync();
        Assert.Equal("EXECUTING_SWAP", await _book.StateAsync(id));
        Assert.Equal(1L, await IntentsAsync(terms, "execute_swap"));
    }

    [Fact]
    public async Task A_provider_that_is_down_until_the_deadline_leaves_no_check_open_and_is_not_asked_after_the_end()
    {
        (Guid id, EscrowTerms terms) = await RecheckedAsync(ScreeningStatus.Error);
        Assert.StartsWith("screening: ", Assert.Single(
            await new WorkStore(fixture.Source).StuckAsync(DateTimeOffset.MaxValue, 1_000, default), row => row.Id == id).Waits, StringComparison.Ordinal);
        long past = (long)terms.Header.Deadline.Seconds + 1;
        await HeadAsync(200, finalized: 150, time: past, finalizedTime: past - 100);
        await SettleDownAsync(id);
        Assert.Equal(2L, await IntentsAsync(terms, "refund"));
        await MirrorAsync(terms, state: 1, block: 201, "refunded", "refunded");
        await HeadAsync(230, finalized: 202, time: past + 30, finalizedTime: past + 2);
        await SettleDownAsync(id);
        Assert.Equal("ROLLED_BACK", await _book.StateAsync(id));
        Assert.Equal("none", await ComplianceAsync(id));
        await AskedNoMoreAsync(id, "true");
    }

    /// <summary>A settlement of the gated template, screened again with all deposits in; what the provider said of the buyer.</summary>
    async Task<(Guid Id, EscrowTerms Terms)> RecheckedAsync(ScreeningStatus answer)
    {
        Guid id = await SingleAsync();
        await _book.RunAsync("update settlement.settlement set template_id = $2 where id = $1", id, _gated.Id);
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        _list.Answer = subject => new ScreeningVerdict(subject.Wallets.Contains(Buyer) ? answer : ScreeningStatus.Pass, "list");
        await MirrorAsync(terms, state: 1, block: 101, "deposited", "deposited");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await _book.StateAsync(id));
        return (id, terms);
    }

    async Task<object?> ComplianceAsync(Guid id) => await _book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id);

    /// <summary>Whoever was asked before is asked once more at most.</summary>
    async Task AskedNoMoreAsync(Guid id, string which)
    {
        _time.Now += TimeSpan.FromSeconds(31);
        await SettleDownAsync();
        Assert.Equal(0L, await _book.ScalarAsync(
            $"select count(*) from compliance.screening where settlement_id = $1 and status in ('pending', 'error') and due_at < 'infinity' and {which}", id));
    }

    [Fact]
    public async Task After_the_deadline_every_deposit_goes_back_before_the_end_is_reported()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        await MirrorAsync(terms, state: 1, block: 101, "deposited", "pending");
        await SettleDownAsync(id);
        long past = (long)terms.Header.Deadline.Seconds + 1;
        await HeadAsync(200, finalized: 150, time: past, finalizedTime: past - 100);
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await _book.StateAsync(id));
        Assert.Equal("timeout", await _book.ScalarAsync("select rollback_reason from settlement.settlement where id = $1", id));
        Assert.Equal(1L, await IntentsAsync(terms, "refund"));

        await MirrorAsync(terms, state: 1, block: 201, "refunded", "pending");
        await HeadAsync(210, finalized: 190, time: past + 10, finalizedTime: past - 1);
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await _book.StateAsync(id));
        await HeadAsync(230, finalized: 202, time: past + 30, finalizedTime: past + 2);
        await SettleDownAsync(id);
        Assert.Equal("ROLLED_BACK", await _book.StateAsync(id));
        Assert.Equal(
            ["settlement.leg.deposited", "settlement.state.awaiting_deposits", "settlement.rollback.started", "settlement.leg.refunded", "settlement.state.rolled_back"],
            (await _book.MessagesAsync(id, _a)).Skip(3));
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task A_refund_that_is_refused_again_and_again_is_reported_once_and_ends_with_the_refund()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        await MirrorAsync(terms, state: 3, block: 101, "deposited", "pending");
        await _book.RunAsync("update chain.escrow set cancelled_block = 101, cancelled_tx = escrow_id where chain_id = $1", _chain);
        await SettleDownAsync(id);
        await _book.RunAsync("update transactions.intent set attempts = 3, last_reason = 'would revert' where chain_id = $1 and purpose = 'refund'", _chain);
        await SettleDownAsync(id);
        await SettleDownAsync(id);
        Assert.Single(await _book.MessagesAsync(id, _a), name => name == "settlement.rollback.blocked");
        Assert.Equal(true, await _book.ScalarAsync("select rollback_blocked from settlement.settlement where id = $1", id));

        await MirrorAsync(terms, state: 3, block: 102, "refunded", "pending");
        await _book.RunAsync("update chain.escrow set cancelled_block = 101, cancelled_tx = escrow_id where chain_id = $1", _chain);
        await HeadAsync(120, finalized: 110);
        await SettleDownAsync(id);
        Assert.Equal("ROLLED_BACK", await _book.StateAsync(id));
        Assert.Equal("cancelled", (string?)JsonNode.Parse((string)(await _book.ScalarAsync("select failure from settlement.settlement where id = $1", id))!)!["code"]);
    }

    [Fact]
    public async Task A_registration_that_would_revert_again_and_again_is_cancelled_before_the_deadline()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        // Money or a node that is missing is no word of the chain.
        await _book.RunAsync("update transactions.intent set attempts = 9, last_reason = 'insufficient funds: ...' where chain_id = $1 and purpose = 'register'", _chain);
        _time.Now += SettlementEngine.RegistrationRecheck;
        await SettleDownAsync();
        Assert.Equal(0L, await IntentsAsync(terms, "cancel"));
        await _book.RunAsync("update transactions.intent set last_reason = 'would revert 0x12345678: InvalidLeg' where chain_id = $1 and purpose = 'register'", _chain);
        // Nobody wakes it: it looks by itself.
        _time.Now += SettlementEngine.RegistrationRecheck;
        await SettleDownAsync();
        Assert.Equal("registration_failed", await _book.ScalarAsync("select rollback_reason from settlement.settlement where id = $1", id));
        Assert.Equal(1L, await IntentsAsync(terms, "cancel"));

        await MirrorAsync(terms, state: 3, block: 101, "pending", "pending");
        await _book.RunAsync("update chain.escrow set cancelled_block = 101, cancelled_tx = escrow_id where chain_id = $1", _chain);
        await HeadAsync(120, finalized: 110);
        await SettleDownAsync(id);
        Assert.Equal("ROLLED_BACK", await _book.StateAsync(id));
        Assert.Equal("registration_failed", (string?)JsonNode.Parse((string)(await _book.ScalarAsync("select failure from settlement.settlement where id = $1", id))!)!["code"]);
    }

    [Fact]
    public async Task A_reorg_takes_the_state_back_with_its_event_and_forward_again()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        await MirrorAsync(terms, state: 2, block: 101, "released", "released");
        await HeadAsync(110, finalized: 98);
        await SettleDownAsync(id);
        Assert.Equal("SETTLED", await _book.StateAsync(id));

        await MirrorAsync(terms, state: 1, block: 102, "deposited", "pending");
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await _book.StateAsync(id));
        Assert.Equal("reorg", await _book.ScalarAsync(
            "select triggered_by from settlement.event where settlement_id = $1 and environment_id = '00000000-0000-0000-0000-000000000000' and type = 'state' order by sequence desc limit 1", id));
        string told = (string)(await _book.ScalarAsync(
            "select payload from webhooks.message where settlement_id = $1 and type = 'settlement.state.awaiting_deposits' order by sequence desc limit 1", id))!;
        Assert.Contains("\"retreat\":true,\"cause\":\"reorg\"", told, StringComparison.Ordinal);
        await MirrorAsync(terms, state: 2, block: 103, "released", "released");
        await HeadAsync(120, finalized: 110);
        await SettleDownAsync(id);
        Assert.Equal("FINALIZED", await _book.StateAsync(id));
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task A_mirror_that_fell_behind_decides_nothing()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        await _book.RunAsync("update settlement.audit_head set chain_revision = 1000 where settlement_id = $1", id);
        await MirrorAsync(terms, state: 1, block: 101, "pending", "pending");
        await _book.WakeAsync(id, _time.Now);
        Assert.True(await _engine.RunOneAsync(default));
        Assert.Equal("REGISTERING_ESCROW", await _book.StateAsync(id));
    }

    [Fact]
    public async Task One_that_cannot_be_decided_does_not_keep_others_waiting()
    {
        Guid broken = await SingleAsync();
        await _book.RunAsync("update settlement.settlement set template_version = 77 where id = $1", broken);
        Guid id = await SingleAsync();
        await SettleDownAsync();
        Assert.Equal("REGISTERING_ESCROW", await _book.StateAsync(id));
        Assert.Equal("INSTRUCTED", await _book.StateAsync(broken));
        Assert.Contains("77", (string)(await _book.ScalarAsync("select last_error from settlement.settlement where id = $1", broken))!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_cannot_even_be_read_does_not_keep_others_waiting()
    {
        Guid broken = await SingleAsync();
        await _book.RunAsync("update settlement.settlement set terms = '\\x01', salt = $2, escrow_id = $2, escrow_contract = $3 where id = $1", broken, new byte[32], new byte[20]);
        Guid id = await SingleAsync();
        await SettleDownAsync();
        Assert.Equal("REGISTERING_ESCROW", await _book.StateAsync(id));
        Assert.Equal("INSTRUCTED", await _book.StateAsync(broken));
        Assert.Equal(true, await _book.ScalarAsync("select attempts > 0 and last_error is not null from settlement.settlement where id = $1", broken));
    }

    [Fact]
    public async Task Many_at_once_are_each_moved_once()
    {
        List<Guid> ids = [];
        for (int i = 0; i < 20; i++) ids.Add(await SingleAsync());
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            while (await _engine.RunOneAsync(default))
            {
            }
        }));
        foreach (Guid id in ids) Assert.Equal(["INSTRUCTED", "COMPLIANCE_CHECKING"], await _book.StatesAsync(id));
        // Instructed, agreed, checking.
        Assert.Equal(60L, await _book.ScalarAsync("select count(*) from settlement.environment_event where environment_id = $1", _a));
    }

    Task<Guid> SingleAsync() => _book.InstructAsync(_chain, _a, "dvp-single",
        [new BookParty("buyer", _a, Buyer), new BookParty("seller", _a, Seller)], Legs, Start.AddHours(1), _time.Now);

    Task<Guid> CrossAsync(string? seller = null) => _book.InstructAsync(_chain, _a, "dvp-cross-platform",
        [new BookParty("seller", _a, Seller, seller), new BookParty("buyer", _b, null)], Legs, Start.AddHours(1), _time.Now);

    static BookLeg[] Legs => [new("asset", Bond, "seller", "buyer", UInt256.Parse("100")), new("payment", Cash, "buyer", "seller", UInt256.Parse("5000"))];

    /// <summary>Runs engine and screening until neither has anything to do.</summary>
    /// <summary>
    /// Fold and position are read together. Between that read and those that follow, the mirror commits a step in which the swap is executed and the head
    /// goes past the deadline: with the old fold and the new head the run would begin a rollback.
    /// </summary>
    [Theory]
    [InlineData("settlement.party")]
    [InlineData("settlement.event")]
    [InlineData("transactions.intent")]
    public async Task A_mirror_step_between_the_reads_of_a_run_gives_the_same_decision_and_then_a_second_look(string readLater)
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await _book.TermsAsync(id))!);
        await MirrorAsync(terms, 1, 101, "deposited", "deposited");
        await _book.WakeAsync(id, _time.Now);
        await using NpgsqlConnection other = await fixture.Source.OpenConnectionAsync();
        await using NpgsqlTransaction held = await other.BeginTransactionAsync();
        await using (NpgsqlCommand hold = new($"lock table {readLater} in access exclusive mode", other, held)) await hold.ExecuteNonQueryAsync();
        Task<bool> run = _engine.RunOneAsync(default);
        await Eventually.TrueAsync(async () => run.IsCompleted || (bool)(await _book.ScalarAsync(
            "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())"))!);
        Assert.False(run.IsCompleted);
        await MirrorAsync(terms, 2, 102, "released", "released");
        await HeadAsync(102, 98, time: (long)terms.Header.Deadline.Seconds + 1);
        await held.CommitAsync();
        Assert.True(await run);

        // What was so at the revision that was read.
        Assert.Equal("EXECUTING_SWAP", await _book.StateAsync(id));
        Assert.Equal(true, await _book.ScalarAsync("select rollback_since is null from settlement.settlement where id = $1", id));
        Assert.True((bool)(await _book.ScalarAsync("select e.chain_revision < p.revision from settlement.event e, chain.position p where e.settlement_id = $1 and p.chain_id = $2 order by e.sequence desc limit 1", id, _chain))!);
        // And what came after it, at the next look.
        await SettleDownAsync(id);
        Assert.Equal(0L, await _book.ScalarAsync("select count(*) from settlement.event where settlement_id = $1 and type = 'rollback'", id));
        await HeadAsync(105, 98, time: (long)terms.Header.Deadline.Seconds + 9);
        await SettleDownAsync(id);
        Assert.Equal("SETTLED", await _book.StateAsync(id));
    }

    async Task SettleDownAsync(Guid? woken = null)
    {
        if (woken is { } id) await _book.WakeAsync(id, _time.Now);
        while (true)
        {
            bool ran = false;
            while (await _engine.RunOneAsync(default)) ran = true;
            if (await _screening.RunAsync(default) == 0 && !ran) return;
        }
    }

    Task DecideAsync(Guid id, int round) => _book.RunAsync("""
        insert into settlement.fact (id, settlement_id, kind, check_round, actor, body, created_at) values ($1, $2, 'decision', $3, 'officer', '{"decision":"approve"}', now())
        """, Guid.NewGuid(), id, round);

    async Task MirrorAsync(EscrowTerms terms, int state, long block, params string[] legs)
    {
        await _book.RunAsync("update chain.position set revision = revision + 1, number = greatest(number, $2) where chain_id = $1", _chain, block);
        await _book.RunAsync("delete from chain.escrow where chain_id = $1 and escrow_id = $2", _chain, terms.Id.ToBytes());
        await _book.RunAsync("""
            insert into chain.escrow (chain_id, escrow_id, contract, state, registered, deadline, opened_block, registered_block, registered_tx, executed_block, executed_tx, legs)
            select $1, $2, $3, $4, true, $5, $6, $6, $8, case when $4 = 2 then $6 end, case when $4 = 2 then $8 end,
              array(select row(null, null, null, null, null, null, status, $6, $8::bytea, 0, $6, $8::bytea, 0)::chain.leg from unnest($7::text[]) with ordinality leg (status, place) order by place)
            """, _chain, terms.Id.ToBytes(), Contract.ToBytes(), (short)state, (long)terms.Header.Deadline.Seconds, block, legs, new byte[32]);
        await LogsAsync(terms, state, legs);
    }

    /// <summary>The canonical logs that lead to these legs; those of an earlier call are gone, as after a reorg.</summary>
    async Task LogsAsync(EscrowTerms terms, int state, string[] legs)
    {
        byte[] block = SHA256.HashData(terms.Id.ToBytes());
        await _book.RunAsync("""
            insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) values ($1, $2, $3, $1, 0, true, 'linked') on conflict do nothing
            """, block, _chain, (long)RandomNumberGenerator.GetInt32(int.MaxValue));
        await _book.RunAsync("delete from chain.log where chain_id = $1 and escrow_id = $2", _chain, terms.Id.ToBytes());
        int place = 0;
        for (int i = 0; i < legs.Length; i++)
        {
            EscrowLeg leg = terms.Legs[i];
            byte[] index = AbiValue.Uint((ulong)i).Encode();
            if (legs[i] is not "pending")
                await LogAsync(legs[i] == "armed" ? EscrowLogs.Armed : EscrowLogs.Deposited, i, AbiValue.Tuple(AbiValue.Uint((ulong)i), AbiValue.Uint((byte)leg.Kind), AbiValue.Uint((byte)leg.Mode),
                    AbiValue.Address(leg.Token), AbiValue.Address(leg.From), AbiValue.Address(leg.To), AbiValue.Address(leg.RefundTo), AbiValue.Uint(leg.TokenId), AbiValue.Uint(leg.Amount)).Encode());
            if (legs[i] is "withdrawn" or "redeposited") await LogAsync(EscrowLogs.Withdrawn, i, index);
            if (legs[i] == "redeposited")
                await LogAsync(EscrowLogs.Deposited, i + 100, AbiValue.Tuple(AbiValue.Uint((ulong)i), AbiValue.Uint((byte)leg.Kind), AbiValue.Uint((byte)leg.Mode), AbiValue.Address(leg.Token),
                    AbiValue.Address(leg.From), AbiValue.Address(leg.To), AbiValue.Address(leg.RefundTo), AbiValue.Uint(leg.TokenId), AbiValue.Uint(leg.Amount)).Encode());
            if (legs[i] == "refunded") await LogAsync(EscrowLogs.Refunded, i, index);
        }
        if (state == 2) await LogAsync(EscrowLogs.Executed, 0, AbiValue.Uint(0UL).Encode());

        Task LogAsync(Hash32 topic, int leg, byte[] data) => _book.RunAsync("""
            insert into chain.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id) values ($1, $2, $3, $4, 0, $5, $6, $7, true, $8)
            """, block, place++, _chain, SHA256.HashData([.. terms.Id.ToBytes(), .. topic.ToBytes(), (byte)leg]), terms.Contract.ToBytes(),
            new byte[][] { topic.ToBytes(), terms.Id.ToBytes(), new byte[32] }, data, terms.Id.ToBytes());
    }

    Task HeadAsync(long number, long finalized, long? time = null, long? finalizedTime = null) => _book.RunAsync(
        "update chain.position set number = $2, finalized = $3, head_time = coalesce($4::bigint, head_time), finalized_time = coalesce($5::bigint, finalized_time), revision = revision + 1 where chain_id = $1",
        _chain, number, finalized, time, finalizedTime);

    async Task<long> IntentsAsync(EscrowTerms terms, string purpose) =>
        (long)(await _book.ScalarAsync("select count(*) from transactions.intent where chain_id = $1 and subject = $2 and purpose = $3", _chain, terms.Id.ToBytes(), purpose))!;

    /// <summary>Recomputes the settlement's chain of hashes from what is stored.</summary>
    async Task HashesHoldAsync(Guid id)
    {
        await using NpgsqlCommand select = fixture.Source.CreateCommand(
            "select sequence, payload, previous_hash, content_hash, environment_id from settlement.event where settlement_id = $1 order by environment_id, sequence");
        select.Parameters.AddWithValue(id);
        Dictionary<Guid, (int Sequence, byte[] Hash)> chains = [];
        await using (NpgsqlDataReader rows = await select.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                (int sequence, byte[] previous) = chains.GetValueOrDefault(rows.GetGuid(4), (0, new byte[32]));
                Assert.Equal(++sequence, rows.GetInt32(0));
                Assert.Equal(previous, rows.GetFieldValue<byte[]>(2));
                previous = SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(rows.GetString(1))]);
                Assert.Equal(previous, rows.GetFieldValue<byte[]>(3));
                chains[rows.GetGuid(4)] = (sequence, previous);
            }
        }
        Assert.True(chains.Count >= 2, "One chain for each reader and the operator's.");
        foreach ((Guid reader, (int sequence, byte[] hash)) in chains)
        {
            Assert.Equal(hash, await _book.ScalarAsync("select hash from settlement.audit_head where settlement_id = $1 and environment_id = $2", id, reader));
            Assert.Equal(sequence, await _book.ScalarAsync("select sequence from settlement.audit_head where settlement_id = $1 and environment_id = $2", id, reader));
        }
    }

    static Address AnyAddress() => new(RandomNumberGenerator.GetBytes(20));

    sealed class ListProvider : IScreeningProvider
    {
        public Func<ScreeningSubject, ScreeningVerdict> Answer { get; set; } = _ => new ScreeningVerdict(ScreeningStatus.Pass, "list");

        public Task<ScreeningVerdict> ScreenAsync(ScreeningSubject subject, CancellationToken cancellationToken) => Task.FromResult(Answer(subject));
    }
}
