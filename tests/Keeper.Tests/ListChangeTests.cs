using Keystone.Compliance;
using Keystone.Compliance.Changes;
using Keystone.Compliance.Lists;
using Keystone.Compliance.Providers;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Screening;
using Keystone.Testing;
using Keystone.Transactions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Tests;

/// <summary>A list changes while settlements are live: those whom the change touches are screened again, and nobody else is asked.</summary>
public sealed class ListChangeTests(TestDatabase database) : EngineScene(database)
{
    readonly string _file = Path.GetTempFileName();

    [Fact]
    public async Task Only_settlements_that_the_change_touches_are_asked_again_and_a_hit_holds_the_swap_back_until_a_person_decides()
    {
        SanctionsLists lists = await ListsAsync();
        Guid touched = await NamedAsync("Anton Velkov"), other = await NamedAsync("Lea Marn");
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(touched))!);
        long asked = await AskedAsync(other);

        await ChangeAsync(lists, "1,Borimir TESTOVSKY", "2,Anton VELKOV");
        Screens.Answer = subject => new ScreeningVerdict(subject.Layer == ScreeningLayer.Entity && subject.Name == "Anton Velkov" ? ScreeningStatus.Flagged : ScreeningStatus.Pass, "list");
        Assert.True(await CompareAsync());
        Assert.False(await CompareAsync());
        Assert.Equal("2:added", await Book.ScalarAsync("select string_agg(entry || ':' || action, ' ') from compliance.list_change_hit where settlement_id = $1", touched));
        Assert.Equal(0L, await Book.ScalarAsync("select count(*) from compliance.list_change_hit where settlement_id = $1", other));

        // All deposits come in at the same time: the swap waits for the decision.
        await Mirror.EscrowAsync(terms, state: 1, block: 101, "deposited", "deposited");
        await SettleDownAsync();
        Assert.Equal("review", await ComplianceAsync(touched));
        Assert.Equal("REGISTERING_ESCROW", await Book.StateAsync(touched));
        Assert.Equal(0L, await IntentsAsync(terms, "execute_swap"));
        Assert.Equal(asked, await AskedAsync(other));
        Assert.Equal("cleared", await ComplianceAsync(other));
        int round = (int)(await Book.ScalarAsync("select max(round) from compliance.screening where settlement_id = $1", touched))!;
        // The first answers stand as they were.
        Assert.Equal("pass", await Book.ScalarAsync("select string_agg(distinct status, ' ') from compliance.answer where settlement_id = $1 and round = 1", touched));

        Time.Now += TimeSpan.FromSeconds(1);
        await DecideAsync(touched, round);
        await SettleDownAsync(touched);
        Assert.Equal("EXECUTING_SWAP", await Book.StateAsync(touched));
        Assert.Equal(1L, await IntentsAsync(terms, "execute_swap"));
        await HashesHoldAsync(touched);
    }

    [Fact]
    public async Task A_refusal_after_publication_is_a_rollback_and_before_it_the_end()
    {
        SanctionsLists lists = await ListsAsync();
        Guid published = await NamedAsync("Anton Velkov");
        await SettleDownAsync();
        Screens.Answer = subject => new ScreeningVerdict(subject.Layer == ScreeningLayer.Wallet ? ScreeningStatus.Flagged : ScreeningStatus.Pass, "list");
        Guid inReview = await NamedAsync("Anton Velkov");
        await SettleDownAsync();
        Assert.Equal("review", await ComplianceAsync(inReview));

        await ChangeAsync(lists, "1,Borimir TESTOVSKY", "2,Anton VELKOV");
        Screens.Answer = subject => new ScreeningVerdict(subject.Name == "Anton Velkov" ? ScreeningStatus.Fail : ScreeningStatus.Pass, "list");
        Assert.True(await CompareAsync());
        await SettleDownAsync();
        Assert.Equal("compliance", await Book.ScalarAsync("select rollback_reason from settlement.settlement where id = $1", published));
        Assert.Equal("ROLLED_BACK", await Book.StateAsync(inReview));
        Assert.Equal("Not completed.", await Book.ScalarAsync("select failure::json ->> 'message' from settlement.settlement where id = $1", inReview));
    }

    [Fact]
    public async Task A_decision_from_before_the_change_does_not_count_and_an_entry_that_went_asks_as_well()
    {
        SanctionsLists lists = await ListsAsync("2,Anton VELKOV");
        Screens.Answer = subject => new ScreeningVerdict(subject.Layer == ScreeningLayer.Entity && subject.Name == "Anton Velkov" ? ScreeningStatus.Flagged : ScreeningStatus.Pass, "list");
        Guid id = await NamedAsync("Anton Velkov");
        await Book.RunAsync("update settlement.settlement set template_id = $2 where id = $1", id, Gated.Id);
        await SettleDownAsync();
        await DecideAsync(id, 1);
        await SettleDownAsync(id);
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        await Mirror.EscrowAsync(terms, state: 1, block: 101, "deposited", "deposited");
        await SettleDownAsync(id);
        Assert.Equal("review", await ComplianceAsync(id));
        await DecideAsync(id, 6);

        // Before the engine goes on with it, the list changes about this party.
        await ChangeAsync(lists, "2,Anton VELKOV", "3,Anton Petrovich VELKOV");
        Assert.True(await CompareAsync());
        await SettleDownAsync(id);
        Assert.Equal("review", await ComplianceAsync(id));
        Assert.Equal(0L, await IntentsAsync(terms, "execute_swap"));

        Screens.Answer = _ => new ScreeningVerdict(ScreeningStatus.Pass, "list");
        await ChangeAsync(lists, "1,Borimir TESTOVSKY");
        Assert.True(await CompareAsync());
        Assert.Equal("removed", await Book.ScalarAsync(
            "select string_agg(distinct h.action, ' ') from compliance.list_change_hit h where h.settlement_id = $1 and h.change = (select id from compliance.list_change order by made_at desc limit 1)", id));
        await SettleDownAsync(id);
        Assert.Equal("cleared", await ComplianceAsync(id));
        Assert.Equal(1L, await IntentsAsync(terms, "execute_swap"));
    }

    [Fact]
    public async Task A_comparison_that_was_interrupted_goes_on_and_asks_nobody_twice()
    {
        SanctionsLists lists = await ListsAsync();
        List<Guid> ids = [];
        for (int i = 0; i < 3; i++) ids.Add(await NamedAsync("Anton Velkov"));
        await SettleDownAsync();
        await ChangeAsync(lists, "1,Borimir TESTOVSKY", "2,Anton VELKOV");
        Assert.True(await CompareAsync());
        // The page was done and its end was not noted.
        await Book.RunAsync("update compliance.list_change set finished_at = null, cursor = '00000000-0000-0000-0000-000000000000' where id = (select id from compliance.list_change order by made_at desc, id desc limit 1)");
        Assert.True(await CompareAsync());
        foreach (Guid id in ids) Assert.Equal(1L, await Book.ScalarAsync("select count(*) from settlement.rescreen where settlement_id = $1", id));
    }

    [Fact]
    public async Task S10_A_list_that_is_missing_stale_empty_or_halved_holds_the_settlement_and_readiness_names_it()
    {
        const string name = "of-the-ministry";
        string[] whole = [.. Enumerable.Range(1, 10).Select(at => $"{at},Invented{(char)('a' + at)}name Bearer{(char)('a' + at)}")];
        IOptions<ScreeningOptions> options = Options.Create(new ScreeningOptions { Lists = { new ListOptions { Name = name, Format = ListFormat.Csv, File = _file, MaxAgeHours = 1 } }, DenyList = _file + ".deny" });
        await File.WriteAllTextAsync(options.Value.DenyList, "# nobody\n");
        using SanctionsLists lists = new(new ListFileStore(Database), new ListChangeStore(Database), options, Time, NullLogger<SanctionsLists>.Instance);
        LayeredScreening layers = new(new BuiltInLists(new DenyListProvider(options, Time), lists, new ListFileStore(Database), options, Time), []);
        Screens.Answer = subject => layers.ScreenAsync(subject, default).GetAwaiter().GetResult();
        using WorkHealth health = new(new MirrorReader(Database), layers, new DenyListProvider(options, Time), lists, new TransactionsHealth(Time, NullLogger<TransactionsHealth>.Instance), Time,
            NullLogger<WorkHealth>.Instance);
        await WriteAsync(whole);
        foreach ((string fault, Func<Task> fail) in ((string, Func<Task>)[])
        [
            ("does not exist", () => { File.Delete(_file); return Task.CompletedTask; }),
            ("MaxAgeHours", () => { Time.Now += TimeSpan.FromMinutes(61); return Task.CompletedTask; }),
            ("has no entry", () => WriteAsync()),
            ("is empty", () => File.WriteAllTextAsync(_file, "")),
            ("has 4 entries", () => WriteAsync(whole[..4])),
        ])
        {
            await fail();
            await lists.RefreshAsync(default);
            await health.CheckAsync(default);
            string? said = (await health.CheckHealthAsync(new())).Description;
            Assert.Contains(name, said, StringComparison.Ordinal);
            Assert.Contains(fault, said, StringComparison.Ordinal);
            Guid id = await Book.InstructAsync(Chain, A, "dvp-single", [new BookParty("buyer", A, Buyer), new BookParty("seller", A, Seller, "Anton Velkov")], Legs, Time.Now.AddHours(5), Time.Now);
            await SettleDownAsync();
            Assert.Equal("COMPLIANCE_CHECKING", await Book.StateAsync(id));
            Assert.Equal(0L, await Book.ScalarAsync("select count(*) from compliance.screening where settlement_id = $1 and status in ('pass', 'flagged', 'fail')", id));

            await WriteAsync(whole);
            await health.CheckAsync(default);
            Assert.Null((await health.CheckHealthAsync(new())).Description);
            Time.Now += TimeSpan.FromMinutes(1);
            await SettleDownAsync(id);
            Assert.Equal("cleared", await ComplianceAsync(id));
        }

        async Task WriteAsync(params string[] lines)
        {
            Time.Now += TimeSpan.FromSeconds(1);
            await File.WriteAllTextAsync(_file, "id,name\n" + string.Concat(lines.Select(line => line + "\n")));
            File.SetLastWriteTimeUtc(_file, Time.Now.UtcDateTime);
            await lists.RefreshAsync(default);
        }
    }

    async Task<SanctionsLists> ListsAsync(string second = "1,Borimir TESTOVSKY")
    {
        await Book.RunAsync("update compliance.list_change set finished_at = now() where finished_at is null");
        SanctionsLists lists = new(new ListFileStore(Database), new ListChangeStore(Database),
            Options.Create(new ScreeningOptions { Lists = { new ListOptions { Name = "l" + Guid.NewGuid().ToString("n"), Format = ListFormat.Csv, File = _file, MaxAgeHours = 0 } } }), Time,
            NullLogger<SanctionsLists>.Instance);
        await ChangeAsync(lists, "1,Borimir TESTOVSKY", second == "1,Borimir TESTOVSKY" ? "9,Nobody INVENTED" : second);
        await Book.RunAsync("update compliance.list_change set finished_at = now() where finished_at is null");
        return lists;
    }

    async Task ChangeAsync(SanctionsLists lists, params string[] lines)
    {
        Time.Now += TimeSpan.FromSeconds(1);
        await File.WriteAllTextAsync(_file, "id,name\n" + string.Join('\n', lines) + "\n");
        File.SetLastWriteTimeUtc(_file, Time.Now.UtcDateTime);
        Assert.Single(await lists.RefreshAsync(default));
    }

    Task<bool> CompareAsync() =>
        new CompareListChange(Database, new ListChangeStore(Database), Options.Create(new ScreeningOptions()), new WakeSignals(), Time).ExecuteAsync(default);

    Task<Guid> NamedAsync(string seller) => Book.InstructAsync(Chain, A, "dvp-single", [new BookParty("buyer", A, Buyer), new BookParty("seller", A, Seller, seller)], Legs, Start.AddHours(1), Time.Now);

    async Task<string?> ComplianceAsync(Guid id) => (string?)await Book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id);

    async Task<long> AskedAsync(Guid id) => (long)(await Book.ScalarAsync("select count(*) from compliance.answer where settlement_id = $1", id))!;
}
