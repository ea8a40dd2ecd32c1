using System.Security.Cryptography;
using Keystone.Compliance.Lists;
using Keystone.Domain.Engine;
using Keystone.Ethereum;
using Keystone.Testing;

namespace Keystone.Compliance.Tests.Lists;

/// <summary>S10: a list that is missing, stale, empty or suddenly halved clears nobody, and says so.</summary>
public sealed class SanctionsListsTests(TestDatabase database) : ListScene(database)
{
    static readonly Address Listed = Address.Parse("0x3333333333333333333333333333333333333333");

    [Fact]
    public async Task S10_Before_the_lists_are_read_and_while_one_is_missing_nobody_is_cleared()
    {
        Assert.Equal(ScreeningStatus.Error, (await AskAsync("Somebody Else")).Status);
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal(ScreeningStatus.Error, (await AskAsync("Somebody Else")).Status);
        ListState state = Assert.Single(Lists.States);
        Assert.Equal((false, "missing"), (state.IsUsable, state.Reason));
        Assert.Contains(Own, state.Fault, StringComparison.Ordinal);
        await WriteAsync("1,Borimir TESTOVSKY");
        Assert.Equal(["own"], await Lists.RefreshAsync(CancellationToken.None));
        Assert.Equal(ScreeningStatus.Pass, (await AskAsync("Somebody Else")).Status);
        Assert.Null(Assert.Single(Lists.States).Fault);
    }

    [Fact]
    public async Task S10_A_list_that_is_older_than_its_age_clears_nobody_until_it_is_checked_again()
    {
        await WriteAsync("1,Borimir TESTOVSKY");
        await Lists.RefreshAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromHours(48));
        Assert.Equal(ScreeningStatus.Pass, (await AskAsync("Somebody Else")).Status);
        Clock.Advance(TimeSpan.FromMinutes(1));
        ScreeningVerdict stale = await AskAsync("Somebody Else");
        Assert.Equal(ScreeningStatus.Error, stale.Status);
        Assert.Contains("MaxAgeHours", stale.Reference, StringComparison.Ordinal);
        Assert.Equal((false, "stale"), (Lists.States[0].IsUsable, Lists.States[0].Reason));
        // A listed name is not found to be one either: there is no answer.
        Assert.Equal(ScreeningStatus.Error, (await AskAsync("Borimir Testovsky")).Status);
        Touch();
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal(ScreeningStatus.Flagged, (await AskAsync("Borimir Testovsky")).Status);
    }

    [Theory]
    [InlineData("id,name\n1,\"Borimir", "truncated")]
    [InlineData("<html>busy</html>", "wrong_document")]
    public async Task S10_A_file_that_is_no_whole_list_leaves_the_one_before_in_use_until_that_is_stale(string content, string reason)
    {
        await WriteAsync("1,Borimir TESTOVSKY");
        await Lists.RefreshAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromHours(1));
        await File.WriteAllTextAsync(Own, content);
        Touch();
        Assert.Empty(await Lists.RefreshAsync(CancellationToken.None));
        ListState state = Assert.Single(Lists.States);
        Assert.Equal((true, reason), (state.IsUsable, state.Reason));
        Assert.Equal(ScreeningStatus.Flagged, (await AskAsync("Borimir Testovsky")).Status);
        // A system that starts with such a file has the last good one from its database, and not more time.
        Clock.Advance(TimeSpan.FromHours(46));
        Restart();
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal((true, reason), (Lists.States[0].IsUsable, Lists.States[0].Reason));
        Assert.Equal(ScreeningStatus.Flagged, (await AskAsync("Borimir Testovsky")).Status);
        Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1));
        Assert.Equal(ScreeningStatus.Error, (await AskAsync("Somebody Else")).Status);
    }

    [Theory]
    [InlineData(ListFormat.Csv, "own.csv", "")]
    [InlineData(ListFormat.Csv, "own.csv", "id,name\n")]
    [InlineData(ListFormat.Ofac, "ofac.xml", "<Sanctions xmlns='http://www.un.org/sanctions/1.0'><DateOfIssue><Year>2026</Year><Month>11</Month><Day>28</Day></DateOfIssue><DistinctParties/><SanctionsEntries/></Sanctions>")]
    [InlineData(ListFormat.Eu, "eu.xml", "<export xmlns='http://eu.europa.ec/fpi/fsd/export' generationDate='2026-11-28T00:00:00.000+01:00'/>")]
    [InlineData(ListFormat.Un, "un.xml", "<CONSOLIDATED_LIST dateGenerated='2026-11-28T00:00:00.000Z'><INDIVIDUALS/><ENTITIES/></CONSOLIDATED_LIST>")]
    [InlineData(ListFormat.Uk, "uk.csv", "Report Date: 28-Nov-2026\nUnique ID,Name 6,Name type\n")]
    public async Task S10_A_list_of_nobody_clears_nobody_however_well_it_is_formed_until_the_file_is_whole_again(ListFormat format, string whole, string empty)
    {
        Options.Lists[0] = new ListOptions { Name = "own", Format = format, File = Own };
        Restart();
        for (int turn = 0; turn < 2; turn++)
        {
            // Also where there never was another file, and after a restart.
            await File.WriteAllTextAsync(Own, empty);
            Touch();
            foreach (bool restarted in (bool[])[false, true])
            {
                if (restarted) Restart();
                await Lists.RefreshAsync(CancellationToken.None);
                ListState state = Assert.Single(Lists.States);
                Assert.Equal(("own", false, "empty"), (state.Name, state.IsUsable, state.Reason));
                Assert.Contains(Own, state.Fault, StringComparison.Ordinal);
                Assert.Equal(ScreeningStatus.Error, (await AskAsync("Somebody Else")).Status);
                Assert.Equal(ScreeningStatus.Error, (await WalletAsync(Listed)).Status);
            }
            Clock.Advance(TimeSpan.FromMinutes(1));
            File.Copy("data/" + whole, Own, overwrite: true);
            Touch();
            await Lists.RefreshAsync(CancellationToken.None);
            Assert.Equal((true, null), (Lists.States[0].IsUsable, Lists.States[0].Reason));
            Assert.Equal(ScreeningStatus.Pass, (await AskAsync("Somebody Else")).Status);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task S10_A_list_whose_file_went_away_clears_nobody_until_it_is_back()
    {
        await WriteAsync("1,Borimir TESTOVSKY");
        await Lists.RefreshAsync(CancellationToken.None);
        File.Delete(Own);
        foreach (bool restarted in (bool[])[false, true])
        {
            if (restarted) Restart();
            await Lists.RefreshAsync(CancellationToken.None);
            Assert.Equal((false, "missing"), (Lists.States[0].IsUsable, Lists.States[0].Reason));
            Assert.Equal(ScreeningStatus.Error, (await AskAsync("Somebody Else")).Status);
        }
        await WriteAsync("1,Borimir TESTOVSKY");
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal(ScreeningStatus.Flagged, (await AskAsync("Borimir Testovsky")).Status);
    }

    [Fact]
    public async Task S10_A_list_that_has_lost_half_of_itself_clears_nobody_until_it_is_whole_again()
    {
        await WriteAsync(Many(200));
        await Lists.RefreshAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromHours(1));
        // Half is not less than half.
        await WriteAsync(Many(100));
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal((true, 100), (Lists.States[0].IsUsable, Lists.States[0].Entries));
        Clock.Advance(TimeSpan.FromHours(1));
        await WriteAsync(Many(49));
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal((false, "halved"), (Lists.States[0].IsUsable, Lists.States[0].Reason));
        Assert.Equal(ScreeningStatus.Error, (await AskAsync("Somebody Else")).Status);
        await WriteAsync(Many(100));
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal(ScreeningStatus.Pass, (await AskAsync("Somebody Else")).Status);
    }

    [Fact]
    public async Task S10_A_list_that_has_lost_half_of_itself_is_refused_also_after_a_restart_until_an_operator_names_its_hash()
    {
        await WriteAsync(Many(200));
        await Lists.RefreshAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromHours(1));
        await WriteAsync(Many(99));
        foreach (bool restarted in (bool[])[false, true])
        {
            if (restarted) Restart();
            await Lists.RefreshAsync(CancellationToken.None);
            ListState state = Assert.Single(Lists.States);
            Assert.Equal((false, "halved", 200), (state.IsUsable, state.Reason, state.Entries));
            Assert.Equal(ScreeningStatus.Error, (await AskAsync("Somebody Else")).Status);
        }
        string hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Own)));
        Assert.Contains(hash, Lists.States[0].Fault, StringComparison.Ordinal);
        Options.Lists[0].AcceptSha256 = hash;
        Restart();
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal((99, null), (Lists.States[0].Entries, Lists.States[0].Reason));
    }

    [Fact]
    public async Task S10_A_copy_that_is_older_than_the_list_in_use_is_refused()
    {
        await WriteAsync("1,Borimir TESTOVSKY,,,,,,2026-11-27");
        await Lists.RefreshAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromHours(1));
        await WriteAsync("1,Borimir TESTOVSKY,,,,,,2026-11-20", "2,Anton VELKOV,,,,,,2026-11-20");
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal("stale_copy", Lists.States[0].Reason);
        Assert.Equal(ScreeningStatus.Pass, (await AskAsync("Anton Velkov")).Status);
    }

    [Fact]
    public async Task An_equal_wallet_or_identifier_fails_a_name_waits_for_a_person_and_a_weak_alias_never_fails()
    {
        await WriteAsync("1,Borimir TESTOVSKY,,0x3333333333333333333333333333333333333333,9999KEYSTONEDEMO0092", "2,Bobo Tarnov,true,,");
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal(ScreeningStatus.Fail, (await WalletAsync(Listed)).Status);
        Assert.Equal(ScreeningStatus.Pass, (await WalletAsync(Address.Parse("0x3333333333333333333333333333333333333334"))).Status);
        Assert.Equal(ScreeningStatus.Fail, (await AskAsync("Nobody at all", "9999keystonedemo0092")).Status);
        Assert.Equal(ScreeningStatus.Flagged, (await AskAsync("Testovski, Borimir")).Status);
        Options.FailScore = 1;
        Assert.Equal(ScreeningStatus.Fail, (await AskAsync("Borimir Testovsky")).Status);
        Assert.Equal(ScreeningStatus.Flagged, (await AskAsync("Borimir Testovski")).Status);
        Assert.Equal(ScreeningStatus.Flagged, (await AskAsync("Bobo Tarnov")).Status);
        // Reasons that are about a person are in the evidence and not in the reference, which leaves the system.
        ScreeningVerdict verdict = await AskAsync("Borimir Testovsky");
        Assert.Equal("lists", verdict.Reference);
        Assert.Equal(("own", "1", "name", 10_000), (verdict.Evidence!.Hits[0].List, verdict.Evidence.Hits[0].Entry, verdict.Evidence.Hits[0].By, verdict.Evidence.Hits[0].Score));
        Assert.DoesNotContain("orimir", verdict.Evidence.ToJson(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_deny_list_counts_beside_the_lists_and_its_lines_are_exact()
    {
        await WriteAsync("1,Borimir TESTOVSKY");
        await Lists.RefreshAsync(CancellationToken.None);
        await File.WriteAllTextAsync(Options.DenyList, "fail name Anton Velkov\nflag name Lea Marn\n");
        Assert.Equal(ScreeningStatus.Fail, (await AskAsync("anton VELKOV")).Status);
        Assert.Equal(ScreeningStatus.Flagged, (await AskAsync("Lea Marn")).Status);
        Assert.Equal(ScreeningStatus.Pass, (await AskAsync("Anton Velkow")).Status);
    }

    [Fact]
    public async Task The_same_file_twice_is_no_new_version_and_two_keepers_note_a_change_once()
    {
        await WriteAsync("1,Borimir TESTOVSKY");
        await Lists.RefreshAsync(CancellationToken.None);
        Clock.Advance(TimeSpan.FromHours(1));
        Touch();
        await Lists.RefreshAsync(CancellationToken.None);
        Restart();
        await Lists.RefreshAsync(CancellationToken.None);
        Assert.Equal(1L, await Book.ScalarAsync("select count(*) from compliance.list_file"));
        Assert.Equal(1L, await Book.ScalarAsync("select count(*) from compliance.list_change"));

        SanctionsLists first = Lists;
        await WriteAsync("1,Borimir TESTOVSKI", "2,Anton VELKOV");
        Clock.Advance(TimeSpan.FromHours(1));
        Touch();
        await first.RefreshAsync(CancellationToken.None);
        Assert.Equal(2L, await Book.ScalarAsync("select count(*) from compliance.list_change"));
        Assert.Equal("1:changed 2:added", await Book.ScalarAsync("select string_agg(entry || ':' || action, ' ' order by entry) from compliance.list_change_entry"));
        using SanctionsLists second = new(new ListFileStore(Keeper), new Compliance.Changes.ListChangeStore(Keeper), Microsoft.Extensions.Options.Options.Create(Options), Clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<SanctionsLists>.Instance);
        await second.RefreshAsync(CancellationToken.None);
        Assert.Equal(2L, await Book.ScalarAsync("select count(*) from compliance.list_change"));
        Assert.Equal(first.States[0].Hash, second.States[0].Hash);
    }

    [Fact]
    public async Task A_keeper_whose_own_file_is_older_uses_the_one_that_another_keeper_has_taken_into_use()
    {
        await WriteAsync("1,Borimir TESTOVSKY");
        string copy = Path.Combine(Folder, "own-of-the-other.csv");
        File.Copy(Own, copy);
        ScreeningOptions options = new() { DenyList = Options.DenyList };
        options.Lists.Add(new ListOptions { Name = "own", Format = ListFormat.Csv, File = copy });
        Microsoft.Extensions.Options.IOptions<ScreeningOptions> ofOther = Microsoft.Extensions.Options.Options.Create(options);
        using SanctionsLists other = new(new ListFileStore(Keeper), new Compliance.Changes.ListChangeStore(Keeper), ofOther, Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<SanctionsLists>.Instance);
        BuiltInLists behind = new(new DenyListProvider(ofOther, Clock), other, new ListFileStore(Keeper), ofOther, Clock);
        await Lists.RefreshAsync(CancellationToken.None);
        await other.RefreshAsync(CancellationToken.None);

        Clock.Advance(TimeSpan.FromHours(1));
        await WriteAsync("1,Borimir TESTOVSKY", "2,Anton VELKOV");
        await Lists.RefreshAsync(CancellationToken.None);
        // Live parties are compared with this change once: whoever is cleared by the old list afterwards is never looked at again.
        Assert.Equal(["own"], await other.RefreshAsync(CancellationToken.None));
        ScreeningSubject listed = new(Guid.CreateVersion7(), ScreeningLayer.Entity, "Anton Velkov", null, [], 1);
        Assert.Equal(ScreeningStatus.Flagged, (await behind.ScreenAsync(listed, CancellationToken.None)).Status);
        Assert.Empty(await other.RefreshAsync(CancellationToken.None));
        // Its own next file counts as ever.
        Clock.Advance(TimeSpan.FromHours(1));
        await File.WriteAllTextAsync(copy, "id,name\n1,Borimir TESTOVSKY\n3,Lea MARN\n");
        File.SetLastWriteTimeUtc(copy, Clock.GetUtcNow().UtcDateTime);
        Assert.Equal(["own"], await other.RefreshAsync(CancellationToken.None));
        Assert.Equal(["own"], await Lists.RefreshAsync(CancellationToken.None));
        Assert.Equal(ScreeningStatus.Flagged, (await AskAsync("Lea Marn")).Status);
        Assert.Equal(2L, await Book.ScalarAsync("select count(*) - 1 from compliance.list_change"));
    }

    [Theory]
    [InlineData("Name", "Bad Name", "Name must")]
    [InlineData("Url", "http://lists.example/sdn.xml", "https")]
    [InlineData("ChecksumUrl", "https://lists.example/sum", "need Url")]
    [InlineData("AcceptSha256", "12", "64 hexadecimal digits")]
    [InlineData("MaxAgeHours", "-1", "MaxAgeHours")]
    [InlineData("SignatureKeyFile", "/nowhere.pem", "need each other")]
    public void A_setting_that_cannot_be_is_named(string setting, string value, string says)
    {
        System.Reflection.PropertyInfo property = typeof(ListOptions).GetProperty(setting)!;
        property.SetValue(Options.Lists[0], Convert.ChangeType(value, property.PropertyType, System.Globalization.CultureInfo.InvariantCulture));
        string fault = Assert.Single(Options.Faults());
        Assert.Contains("Screening:Lists:0:", fault, StringComparison.Ordinal);
        Assert.Contains(says, fault, StringComparison.Ordinal);
    }

    Task<ScreeningVerdict> AskAsync(string name, string? lei = null) =>
        Provider.ScreenAsync(new ScreeningSubject(Guid.CreateVersion7(), ScreeningLayer.Entity, name, lei, [], 1), CancellationToken.None);

    Task<ScreeningVerdict> WalletAsync(Address wallet) =>
        Provider.ScreenAsync(new ScreeningSubject(Guid.CreateVersion7(), ScreeningLayer.Wallet, null, null, [wallet], 1), CancellationToken.None);
}
