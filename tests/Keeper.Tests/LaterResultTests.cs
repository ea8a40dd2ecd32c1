using Keystone.Compliance;
using Keystone.Compliance.Providers;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Postgres;
using Keystone.Settlements.Screening;
using Keystone.Testing;

namespace Keystone.Keeper.Tests;

/// <summary>A provider changes its mind about a party that was cleared: what is worse is acted on while the settlement is live, what is better is not.</summary>
public sealed class LaterResultTests(TestDatabase database) : EngineScene(database)
{
    [Fact]
    public async Task A_worse_result_that_comes_later_has_the_party_screened_again_and_holds_the_swap_back()
    {
        Guid id = await NamedAsync("Anton Velkov"), other = await NamedAsync("Lea Marn");
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        Guid check = await CheckAsync(id);
        Time.Now += TimeSpan.FromSeconds(5);
        await ResultAsync(check, 1, "clear");
        await ResultAsync(await CheckAsync(other), 1, "clear");
        Assert.Equal(0, await ApplyAsync());
        Assert.Equal("cleared", await ComplianceAsync(id));

        await ResultAsync(check, 2, "block");
        Screens.Answer = subject => new ScreeningVerdict(subject.Layer == ScreeningLayer.Entity && subject.Name == "Anton Velkov" ? ScreeningStatus.Fail : ScreeningStatus.Pass, "vendor");
        long asked = await AnsweredAsync(other);
        Assert.Equal(1, await ApplyAsync());
        // Each result is looked at once.
        Assert.Equal(0, await ApplyAsync());
        await Mirror.EscrowAsync(terms, state: 1, block: 101, "deposited", "deposited");
        await SettleDownAsync();
        Assert.Equal("failed", await ComplianceAsync(id));
        Assert.Equal(0L, await IntentsAsync(terms, "execute_swap"));
        Assert.Equal(asked, await AnsweredAsync(other));
        Assert.Equal(check, await Book.ScalarAsync("select change_id from settlement.rescreen where settlement_id = $1", id));
    }

    [Fact]
    public async Task A_result_about_a_settlement_that_has_ended_is_kept_and_changes_nothing()
    {
        Guid id = await NamedAsync("Anton Velkov");
        await SettleDownAsync();
        await Book.RunAsync("update settlement.settlement set closed_at = now(), outcome = 'finalized', is_terminal = true, state = 'FINALIZED' where id = $1", id);
        Time.Now += TimeSpan.FromSeconds(5);
        await ResultAsync(await CheckAsync(id), 1, "block");
        Assert.Equal(0, await ApplyAsync());
        Assert.Equal(0L, await Book.ScalarAsync("select count(*) from settlement.rescreen where settlement_id = $1", id));
        Assert.Equal(0L, await Book.ScalarAsync("select count(*) from compliance.provider_result where seen_at is null"));
    }

    Task<Guid> NamedAsync(string seller) => Book.InstructAsync(Chain, A, "dvp-single", [new BookParty("buyer", A, Buyer), new BookParty("seller", A, Seller, seller)], Legs, Start.AddHours(1), Time.Now);

    // As the API stores what a provider posts.
    Task ResultAsync(Guid check, long sequence, string verdict) => Book.RunAsync("""
        insert into compliance.provider_result (layer, reference, sequence, check_id, body, made_at) values ('entity', 'v-' || $1::text, $2, $1, $3, $4)
        """, check, sequence, $$"""{"ref":"v-{{check}}","check_id":"{{check}}","sequence":{{sequence}},"status":"complete","verdict":"{{verdict}}"}""", Time.Now);

    Task<int> ApplyAsync() => new ApplyLaterResults(Database, new ProviderResultStore(Database), new WakeSignals(), Time).ExecuteAsync(default);

    async Task<Guid> CheckAsync(Guid id) => (Guid)(await Book.ScalarAsync("""
        select c.id from compliance.screening c join settlement.party y on y.id = c.party_id where c.settlement_id = $1 and c.layer = 'entity' and y.role = 'seller' order by c.round desc limit 1
        """, id))!;

    async Task<string?> ComplianceAsync(Guid id) => (string?)await Book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id);

    async Task<long> AnsweredAsync(Guid id) => (long)(await Book.ScalarAsync("select count(*) from compliance.answer where settlement_id = $1", id))!;
}
