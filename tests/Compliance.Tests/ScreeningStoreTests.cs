using Keystone.Domain.Engine;
using Keystone.Ethereum;
using Keystone.Settlements.Screening;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Compliance.Tests;

/// <summary>Claims and answers of screenings on a real Postgres, under the role of the keeper.</summary>
public sealed class ScreeningStoreTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    const long Chain = 7;
    static readonly Guid Lane = Guid.NewGuid();
    static readonly TimeSpan Hold = TimeSpan.FromMinutes(1);
    static readonly Address Buyer = Address.Parse("0x00000000000000000000000000000000000000b1"), Seller = Address.Parse("0x00000000000000000000000000000000000000b2");

    readonly SettlementBook _book = new(database.Source);
    NpgsqlDataSource _keeper = null!;

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async Task InitializeAsync()
    {
        _keeper = await database.OpenAsync("keystone_keeper");
        // A claim takes whatever is due, whosever it is.
        await _book.RunAsync("delete from compliance.screening");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Two_workers_never_hold_one_screening_and_an_answer_after_the_claim_is_another_s_to_give()
    {
        Guid settlement = await ScreenedAsync(round: 1);
        ScreeningStore store = new(_keeper);
        IReadOnlyList<ClaimedScreening>[] claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.ClaimAsync(4, Hold, Now, CancellationToken.None)));
        ClaimedScreening[] all = [.. claims.SelectMany(one => one)];
        Assert.Equal((4, 4), (all.Length, all.Select(one => one.Id).Distinct().Count()));
        PartyScreeningStore answers = new(_keeper);
        IReadOnlyDictionary<Guid, ScreeningSubject> subjects = await answers.SubjectsAsync(all, CancellationToken.None);
        Assert.Equal(all.Select(one => $"{one.PartyId} {one.Layer}").Order(), subjects.Values.Select(one => $"{one.PartyId} {one.Layer}").Order());
        Assert.Equal([Buyer, Seller], subjects.Values.SelectMany(one => one.Wallets).Distinct().OrderBy(wallet => wallet.ToString(), StringComparer.Ordinal));
        Assert.All(subjects.Values, one => Assert.Equal(Chain, one.ChainId));

        // The first worker was suspended, and the claim ran out.
        await _book.RunAsync("update compliance.screening set claimed_until = clock_timestamp() - interval '1 second' where id = $1", all[0].Id);
        ClaimedScreening second = Assert.Single(await store.ClaimAsync(4, Hold, Now, CancellationToken.None));
        Assert.False(await answers.AnswerAsync(all[0], new ScreeningVerdict(ScreeningStatus.Pass, "late"), Now, Now, CancellationToken.None));
        Assert.Equal("pending", await StatusAsync(all[0].Id));
        await _book.RunAsync("update settlement.settlement set due_at = 'infinity' where id = $1", settlement);
        Assert.True(await answers.AnswerAsync(second, new ScreeningVerdict(ScreeningStatus.Fail, "in time"), Now, Now, CancellationToken.None));
        Assert.Equal("fail", await StatusAsync(all[0].Id));
        // The engine looks again.
        Assert.True((bool)(await _book.ScalarAsync("select due_at <= now() from settlement.settlement where id = $1", settlement))!);
    }

    [Fact]
    public async Task A_provider_is_asked_no_more_where_nobody_waits_for_its_answer()
    {
        Guid open = await ScreenedAsync(round: 1), ended = await ScreenedAsync(round: 1), checkedAgain = await ScreenedAsync(round: 1);
        await _book.RunAsync("update settlement.settlement set closed_at = now() where id = $1", ended);
        await ScreenAsync(checkedAgain, round: 2);
        await _book.RunAsync("update compliance.screening set due_at = 'infinity' where settlement_id = $1 and round = 2", checkedAgain);
        ScreeningStore store = new(_keeper);
        PartyScreeningStore answers = new(_keeper);
        foreach (ClaimedScreening claimed in await store.ClaimAsync(100, Hold, Now, CancellationToken.None))
            Assert.True(await answers.AnswerAsync(claimed, new ScreeningVerdict(ScreeningStatus.Error, "down"), Now.AddSeconds(-1), Now, CancellationToken.None));
        IReadOnlyList<ClaimedScreening> again = await store.ClaimAsync(100, Hold, Now, CancellationToken.None);
        Assert.Equal([open], again.Select(one => one.SettlementId).Distinct());
    }

    // With a provider that takes a second for an answer, a flood that came first would keep everybody waiting for minutes.
    [Fact]
    public async Task A_flood_of_one_environment_takes_no_more_of_a_claim_than_its_turn()
    {
        Guid flood = Guid.NewGuid(), other = Guid.NewGuid(), third = Guid.NewGuid();
        for (int i = 0; i < 12; i++) await ScreenedAsync(round: 1, flood);
        Guid late = await ScreenedAsync(round: 1, other), last = await ScreenedAsync(round: 1, third);
        ScreeningStore store = new(_keeper);
        // Four for each settlement: of six places each of the three has two.
        IReadOnlyList<ClaimedScreening> first = await store.ClaimAsync(6, Hold, Now, CancellationToken.None);
        Assert.Equal((2, 2), (first.Count(one => one.SettlementId == late), first.Count(one => one.SettlementId == last)));
        IReadOnlyList<ClaimedScreening> second = await store.ClaimAsync(6, Hold, Now, CancellationToken.None);
        Assert.Equal((2, 2), (second.Count(one => one.SettlementId == late), second.Count(one => one.SettlementId == last)));
        // Nobody else waits: all places are the flood's, and each is made once.
        List<ClaimedScreening> rest = [];
        while (await store.ClaimAsync(6, Hold, Now, CancellationToken.None) is { Count: > 0 } more) rest.AddRange(more);
        Assert.Equal(44, rest.Select(one => one.Id).Distinct().Count());
        Assert.Equal(56, rest.Count + first.Count + second.Count);
    }

    async Task<Guid> ScreenedAsync(int round, Guid? lane = null)
    {
        Guid environment = await _book.EnvironmentAsync("s-" + Guid.NewGuid().ToString("n"), Chain);
        Guid settlement = await _book.InstructAsync(Chain, environment, "dvp-single", [new BookParty("buyer", environment, Buyer, "B"), new BookParty("seller", environment, Seller, "S")],
            [new BookLeg("asset", Seller, "seller", "buyer", 1UL)], Now.AddHours(1), Now);
        await ScreenAsync(settlement, round, lane);
        return settlement;
    }

    async Task ScreenAsync(Guid settlement, int round, Guid? lane = null)
    {
        await using NpgsqlConnection connection = await _keeper.OpenConnectionAsync();
        foreach (string role in (string[])["buyer", "seller"])
        {
            Guid party = (Guid)(await _book.ScalarAsync("select id from settlement.party where settlement_id = $1 and role = $2", settlement, role))!;
            foreach (ScreeningLayer layer in Enum.GetValues<ScreeningLayer>())
            {
                Assert.Equal(1, await ScreeningStore.WantAsync(connection, settlement, party, layer, round, lane ?? Lane, Now, CancellationToken.None));
                Assert.Equal(0, await ScreeningStore.WantAsync(connection, settlement, party, layer, round, lane ?? Lane, Now, CancellationToken.None));
            }
        }
    }

    async Task<string?> StatusAsync(Guid screening) => (string?)await _book.ScalarAsync("select status from compliance.screening where id = $1", screening);
}
