using System.Text;
using System.Text.Json.Nodes;
using Keystone.Compliance;
using Keystone.Domain.Engine;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Tests;

/// <summary>Names that are on the deny list, in spellings that look the same or differ by what nobody sees.</summary>
public sealed class DenyListTests : IDisposable
{
    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Names_of_the_deny_list()
    {
        JsonNode names = JsonNode.Parse(await File.ReadAllTextAsync("vectors/names-of-the-deny-list.json"))!;
        await File.WriteAllLinesAsync(_file, names["deny_list"]!.AsArray().Select(line => (string)line!));
        foreach (JsonNode? name in names["must_fail"]!.AsArray()) Assert.Equal(ScreeningStatus.Fail, await JudgeAsync((string)name!));
        foreach (JsonNode? name in names["must_pass"]!.AsArray()) Assert.Equal(ScreeningStatus.Pass, await JudgeAsync((string)name!));
    }

    [Theory]
    [InlineData("fail name Käst\u00ADner Handel GmbH", "Kästner Handel GmbH")]
    [InlineData("fail name Ka\u0308stner Handel GmbH", "Kästner Handel GmbH")]
    [InlineData("fail name Kästner Handel GmbH", "\uFEFFKästner Handel GmbH")]
    [InlineData("fail name Kästner Handel GmbH", "Ｋästner　Handel GmbH")]
    [InlineData("fail name Kästner Handel GmbH", "\u200FKästner Handel GmbH\u200E")]
    [InlineData("fail name Große Straße AG", "GROSSE STRASSE AG")]
    [InlineData("fail name GROSSE STRASSE AG", "Große Straße AG")]
    [InlineData("fail name Studio #5 Ltd", "Studio #5 Ltd")]
    [InlineData("fail name C# Trading", "c# trading")]
    [InlineData("fail name Acme Trading # decided in March", "Acme Trading")]
    [InlineData("\uFEFFfail name Acme Trading\r", "Acme Trading")]
    [InlineData("fail\tname\tAcme Trading", "Acme  Trading")]
    public async Task A_listed_name_fails_in_every_spelling(string line, string name)
    {
        await File.WriteAllTextAsync(_file, line + "\n");
        Assert.Equal(ScreeningStatus.Fail, await JudgeAsync(name));
    }

    [Theory]
    [InlineData("fail name C# Trading", "C")]
    [InlineData("fail name Studio #5 Ltd", "Studio")]
    [InlineData("# fail name Acme Trading", "Acme Trading")]
    public async Task Names_that_are_not_listed_pass(string line, string name)
    {
        await File.WriteAllTextAsync(_file, line + "\n");
        Assert.Equal(ScreeningStatus.Pass, await JudgeAsync(name));
    }

    [Fact]
    public void A_line_that_names_nobody_is_refused() =>
        Assert.Contains("Line 2", Assert.Throws<FormatException>(() => DenyList.Parse(Encoding.UTF8.GetBytes("# list\nfail name \u200B\n"))).Message, StringComparison.Ordinal);

    async Task<ScreeningStatus> JudgeAsync(string name)
    {
        DenyListProvider provider = new(Options.Create(new ScreeningOptions { DenyList = _file }), TimeProvider.System);
        return (await provider.ScreenAsync(new ScreeningSubject(Guid.CreateVersion7(), ScreeningLayer.Entity, name, null, [], 1), CancellationToken.None)).Status;
    }
}
