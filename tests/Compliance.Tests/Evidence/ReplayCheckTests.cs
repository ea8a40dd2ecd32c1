using Keystone.Compliance.Evidence;
using Keystone.Compliance.Lists;
using Keystone.Domain.Engine;
using Keystone.Ethereum;
using Keystone.Settlements.Screening;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Compliance.Tests.Evidence;

/// <summary>An answer is given again from what was kept, bit for bit, or it is said why not.</summary>
public sealed class ReplayCheckTests(TestDatabase database) : ListScene(database)
{
    static readonly Address Wallet = Address.Parse("0x3333333333333333333333333333333333333333");

    [Fact]
    public async Task An_answer_is_the_same_bit_for_bit_after_the_lists_have_changed_and_each_reason_for_another_is_named()
    {
        await WriteAsync("1,Borimir TESTOVSKY,,0x3333333333333333333333333333333333333333,", "2,Borislav TESTOVSKY,,,");
        await Lists.RefreshAsync(CancellationToken.None);
        await File.WriteAllTextAsync(Options.DenyList, "flag name Borimir Testovski\n");
        GivenAnswer[] given = [.. await ScreenedAsync("Borimir Testovski")];
        Assert.Equal([ScreeningStatus.Flagged, ScreeningStatus.Fail], given.Select(one => one.Status));
        GivenAnswer entity = given[0];
        Assert.Equal(["deny-list", "own"], entity.Evidence!.Hits.Select(hit => hit.List).Distinct().Order(StringComparer.Ordinal));
        Assert.NotNull(entity.ListHash);

        // The lists of today find other things.
        Clock.Advance(TimeSpan.FromHours(1));
        await WriteAsync("3,Anton VELKOV,,,", "4,Lea MARN");
        await File.WriteAllTextAsync(Options.DenyList, "# nobody any more\n");
        await Lists.RefreshAsync(CancellationToken.None);
        foreach (GivenAnswer one in given)
        {
            ReplayOutcome again = await ReplayAsync(one.Id);
            Assert.Equal(ReplayResult.Same, again.Result);
            Assert.Equal(one.Evidence!.ToJson(), again.Again!.ToJson());
            Assert.Equal(ReplayResult.Same, (await ReplayAsync(one.ScreeningId)).Result);
        }
        Assert.Equal(ReplayResult.Unknown, (await ReplayAsync(Guid.CreateVersion7())).Result);

        // Somebody who changes the evidence, the party or the version is found out.
        await Book.RunAsync("update compliance.answer set evidence = replace(evidence, '\"score\":10000', '\"score\":9000') where id = $1", entity.Id);
        Assert.Equal(ReplayResult.Different, (await ReplayAsync(entity.Id)).Result);
        await Book.RunAsync("update compliance.answer set evidence = $2 where id = $1", entity.Id, entity.Evidence.ToJson());
        await Book.RunAsync("update settlement.party set name = 'Anton Velkov' where id = $1", entity.PartyId);
        Assert.Equal(ReplayResult.Different, (await ReplayAsync(entity.Id)).Result);
        await Book.RunAsync("update settlement.party set name = null where id = $1", entity.PartyId);
        ReplayOutcome erased = await ReplayAsync(entity.Id);
        Assert.Equal(ReplayResult.PartyGone, erased.Result);
        Assert.Contains("erased", erased.Text, StringComparison.Ordinal);
        await Book.RunAsync("update compliance.answer set evidence = $2 where id = $1", entity.Id, (entity.Evidence with { Matcher = 0 }).ToJson());
        ReplayOutcome gone = await ReplayAsync(entity.Id);
        Assert.Equal(ReplayResult.VersionGone, gone.Result);
        Assert.Contains("version 0 of the matcher", gone.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_kept_while_an_answer_rests_on_them_and_deleted_when_its_time_is_over()
    {
        await WriteAsync("1,Borimir TESTOVSKY,,,");
        await Lists.RefreshAsync(CancellationToken.None);
        GivenAnswer given = (await ScreenedAsync("Borimir Testovsky"))[0];
        await Book.RunAsync("delete from compliance.list_change");
        Clock.Advance(TimeSpan.FromHours(1));
        await WriteAsync("1,Borimir TESTOVSKY,,,", "2,Anton VELKOV,,,");
        await Lists.RefreshAsync(CancellationToken.None);
        await Book.RunAsync("delete from compliance.list_change");
        ListFileStore store = new(Keeper);
        Assert.Equal(0, await store.DeleteBeforeAsync(given.AnsweredAt, CancellationToken.None));
        Assert.Equal(ReplayResult.Same, (await ReplayAsync(given.Id)).Result);
        Assert.Equal(2, await store.DeleteBeforeAsync(Clock.GetUtcNow() + TimeSpan.FromDays(1), CancellationToken.None));
        Assert.Equal(ReplayResult.ListsGone, (await ReplayAsync(given.Id)).Result);
        // The one in use stays.
        Assert.Equal(1L, await Book.ScalarAsync("select count(*) from compliance.list_file"));
    }

    [Fact]
    public async Task Evidence_holds_no_name_wallet_or_identifier_of_the_party_and_stands_when_it_is_asked_again()
    {
        await WriteAsync("1,Borimir TESTOVSKY,,0x3333333333333333333333333333333333333333,");
        await Lists.RefreshAsync(CancellationToken.None);
        IReadOnlyList<GivenAnswer> given = await ScreenedAsync("Borimir Testovsky");
        string rows = (string)(await Book.ScalarAsync("select string_agg(a::text, ' ') from compliance.answer a where a.settlement_id = $1", given[0].SettlementId))!;
        Assert.DoesNotContain("Testovsky", rows, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("3333333333", rows, StringComparison.Ordinal);
        await using (NpgsqlConnection connection = await Keeper.OpenConnectionAsync())
            Assert.Equal(2, await ScreeningStore.AskAgainAsync(connection, given[0].SettlementId, given[0].PartyId, Clock.GetUtcNow(), CancellationToken.None));
        Assert.Equal(given.Select(one => (one.Id, one.Status)).Order(), (await Answers.OfAsync(given[0].SettlementId, CancellationToken.None)).Select(one => (one.Id, one.Status)).Order());
    }

    [Fact]
    public async Task A_birth_and_a_country_that_contradict_the_list_clear_a_near_name_and_the_answer_is_given_again_with_them()
    {
        await WriteAsync("1,Borimir TESTOVSKY,,,,BG,1961");
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal(ScreeningStatus.Flagged, (await ScreenedAsync("Borimer Testofski"))[0].Status);
        Assert.Equal(ScreeningStatus.Flagged, (await ScreenedAsync("Borimer Testofski", "1961-04-30", "BG"))[0].Status);
        GivenAnswer cleared = (await ScreenedAsync("Borimer Testofski", "1999-04-30", "CA"))[0];
        Assert.Equal(ScreeningStatus.Pass, cleared.Status);
        Assert.Equal(ReplayResult.Same, (await ReplayAsync(cleared.Id)).Result);
        // The listed name itself stays a matter for a person.
        Assert.Equal(ScreeningStatus.Flagged, (await ScreenedAsync("Borimir Testovsky", "1999-04-30", "CA"))[0].Status);
        await Book.RunAsync("update settlement.party set date_of_birth = null, country = null where id = $1", cleared.PartyId);
        ReplayOutcome erased = await ReplayAsync(cleared.Id);
        Assert.Equal(ReplayResult.Different, erased.Result);
        Assert.Contains("date of birth or country was erased", erased.Text, StringComparison.Ordinal);
    }

    Task<ReplayOutcome> ReplayAsync(Guid check) =>
        new ReplayCheck(Answers, new ListFileStore(Keeper)).ExecuteAsync(check, new PartyScreeningStore(Keeper).SubjectAsync, CancellationToken.None);

    // Both layers of one party, the entity first.
    async Task<IReadOnlyList<GivenAnswer>> ScreenedAsync(string name, string? born = null, string? country = null)
    {
        DateTimeOffset now = Clock.GetUtcNow();
        Guid environment = await Book.EnvironmentAsync("r-" + Guid.NewGuid().ToString("n"), 7);
        Guid settlement = await Book.InstructAsync(7, environment, "dvp-single", [new BookParty("buyer", environment, Wallet, name), new BookParty("seller", environment, Wallet, "S")],
            [new BookLeg("asset", Wallet, "seller", "buyer", 1UL)], now.AddHours(1), now);
        Guid party = (Guid)(await Book.ScalarAsync("select id from settlement.party where settlement_id = $1 and role = 'buyer'", settlement))!;
        if (born is not null) await Book.RunAsync("update settlement.party set date_of_birth = $2, country = $3 where id = $1", party, born, country);
        await using (NpgsqlConnection connection = await Keeper.OpenConnectionAsync())
            foreach (ScreeningLayer layer in Enum.GetValues<ScreeningLayer>())
                await ScreeningStore.WantAsync(connection, settlement, party, layer, 1, environment, now, CancellationToken.None);
        PartyScreeningStore parties = new(Keeper);
        IReadOnlyList<ClaimedScreening> claimed = await new ScreeningStore(Keeper).ClaimAsync(10, TimeSpan.FromMinutes(1), now, CancellationToken.None);
        IReadOnlyDictionary<Guid, ScreeningSubject> subjects = await parties.SubjectsAsync(claimed, CancellationToken.None);
        foreach (ClaimedScreening one in claimed.OrderBy(one => one.Layer))
            Assert.True(await parties.AnswerAsync(one, await Provider.ScreenAsync(subjects[one.Id], CancellationToken.None), now, now, CancellationToken.None));
        return [.. (await Answers.OfAsync(settlement, CancellationToken.None)).OrderBy(one => one.Layer)];
    }
}
