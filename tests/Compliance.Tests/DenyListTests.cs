using System.Text;
using Keystone.Domain.Engine;
using Keystone.Ethereum;
using Keystone.Testing;
using Microsoft.Extensions.Options;

namespace Keystone.Compliance.Tests;

/// <summary>A list of names and wallets: what it says of a party, and what it refuses to be.</summary>
public sealed class DenyListTests : IDisposable
{
    static readonly Address Wallet = Address.Parse("0x00000000000000000000000000000000000000aa"), Other = Address.Parse("0x00000000000000000000000000000000000000bb");

    readonly string _file = Path.Combine(Path.GetTempPath(), $"deny-{Guid.NewGuid():n}.list");
    readonly ShiftedClock _clock = new();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("Bad Bank", null, ScreeningStatus.Fail)]
    [InlineData("  bad   BANK ", null, ScreeningStatus.Fail)]
    [InlineData("Bad Banker", null, ScreeningStatus.Pass)]
    [InlineData("Caf\u00e9", null, ScreeningStatus.Flagged)]
    [InlineData("Good", "5493001KJTIIGC8Y1R12", ScreeningStatus.Flagged)]
    [InlineData("Bad Bank", "5493001KJTIIGC8Y1R12", ScreeningStatus.Fail)]
    [InlineData(null, null, ScreeningStatus.Pass)]
    public void The_worst_entry_of_a_party_counts(string? name, string? lei, ScreeningStatus expected) =>
        Assert.Equal(expected, List("# a comment\nfail name Bad Bank # and one behind\n\nflag name café\nflag lei 5493001kjtiigc8y1r12\n").Judge(Entity(name, lei)));

    [Fact]
    public void A_wallet_is_found_whatever_its_case_and_an_entity_is_not_judged_by_its_wallets()
    {
        DenyList list = List($"fail wallet {Wallet.ToString().ToLowerInvariant()}\n");
        Assert.Equal(ScreeningStatus.Fail, list.Judge(new ScreeningSubject(Guid.Empty, ScreeningLayer.Wallet, null, null, [Other, Wallet], 1)));
        Assert.Equal(ScreeningStatus.Pass, list.Judge(new ScreeningSubject(Guid.Empty, ScreeningLayer.Wallet, null, null, [Other], 1)));
        Assert.Equal(ScreeningStatus.Pass, list.Judge(new ScreeningSubject(Guid.Empty, ScreeningLayer.Entity, "x", null, [Wallet], 1)));
    }

    [Theory]
    [InlineData("fail name A\nblock name B\n", "Line 2")]
    [InlineData("fail street A\n", "Line 1")]
    [InlineData("fail name\n", "Line 1")]
    [InlineData("\n\nfail wallet 0x12\n", "Line 3")]
    public void A_line_that_cannot_be_read_is_named(string text, string line) =>
        Assert.StartsWith(line + " ", Assert.Throws<FormatException>(() => List(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_provider_reads_a_list_again_when_it_changed_and_clears_nobody_without_one()
    {
        DenyListProvider provider = new(Options.Create(new ScreeningOptions { DenyList = _file, MaxAgeHours = 24 }), _clock);
        Assert.Equal(ScreeningStatus.Error, (await provider.ScreenAsync(Entity("A"), CancellationToken.None)).Status);
        await File.WriteAllTextAsync(_file, "fail name B\n");
        ScreeningVerdict first = await provider.ScreenAsync(Entity("A"), CancellationToken.None);
        Assert.Equal((ScreeningStatus.Pass, List("fail name B\n").Hash), (first.Status, first.ListHash));
        await File.WriteAllTextAsync(_file, "fail name A \n");
        Assert.Equal(ScreeningStatus.Fail, (await provider.ScreenAsync(Entity("A"), CancellationToken.None)).Status);
        await File.WriteAllTextAsync(_file, "broken");
        Assert.Equal(ScreeningStatus.Error, (await provider.ScreenAsync(Entity("A"), CancellationToken.None)).Status);
        await File.WriteAllTextAsync(_file, "fail name B\n");
        _clock.Shift = TimeSpan.FromHours(25);
        Assert.Equal(ScreeningStatus.Error, (await provider.ScreenAsync(Entity("A"), CancellationToken.None)).Status);
    }

    static DenyList List(string text) => DenyList.Parse(Encoding.UTF8.GetBytes(text));

    static ScreeningSubject Entity(string? name, string? lei = null) => new(Guid.Empty, ScreeningLayer.Entity, name, lei, [], 1);
}
