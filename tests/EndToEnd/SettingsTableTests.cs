using Keystone.Dev.Servers;
using Keystone.Dev.Settings;

namespace Keystone.EndToEnd;

/// <summary>docs/settings.md says what the option types say.</summary>
public sealed class SettingsTableTests
{
    [Fact]
    public void The_committed_page_is_what_the_option_types_give()
    {
        string committed = File.ReadAllText(Path.Combine(NativeTool.RepositoryRoot, "docs", "settings.md"));
        string made = SettingsTable.Markdown();
        Assert.True(committed == made, "docs/settings.md is behind the option types: run `scripts/keystone settings --markdown > docs/settings.md` and commit.");
        Assert.DoesNotContain("|  |\n", made, StringComparison.Ordinal); // every setting has words
    }

    // The first is the list of what Chains:0 shows one entry of; the second is not read from settings.
    static readonly string[] NotSettings = ["ChainsOptions", "JsonRpcNodeOptions"];

    [Fact]
    public void Every_option_type_of_the_services_is_on_the_page() =>
        Assert.Equal([], SettingsTable.Types.Select(type => type.Assembly).Distinct()
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type is { IsAbstract: false } && type.GetProperties().Any(p => p.CanWrite))
            .Except(SettingsTable.Types).Select(type => type.Name).Except(NotSettings));
}
