using System.Text.Json;
using System.Text.RegularExpressions;

namespace Keystone.Architecture;

/// <summary>docs/licences.md names every package that a program brings, at its version, with a licence that allows this use.</summary>
public sealed partial class LicenceTests
{
    /// <summary>A licence that is not here has to be read by somebody first: it may ask for the source of what is distributed with it.</summary>
    static readonly string[] Read = ["Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "PostgreSQL"];

    /// <summary>Packages that a build uses and no program contains.</summary>
    static readonly string[] OfBuild = ["Microsoft.CodeAnalysis.BannedApiAnalyzers", "Microsoft.CodeAnalysis.PublicApiAnalyzers", "Microsoft.Extensions.ApiDescription.Server"];

    [Fact]
    public void Every_package_of_a_program_is_listed_with_its_version_and_a_licence_that_was_read()
    {
        (string Name, string Version, string Licence, string[] Programs)[] rows = [.. Row().Matches(File.ReadAllText(Path.Combine(Sources.Root, "docs", "licences.md"))).Skip(1)
            .Select(row => (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value, row.Groups[4].Value.Split(", ")))];
        Assert.True(rows.Length > 50, "The table was not found; write it by: node scripts/lib/sbom.mjs --licences");
        Sources.None(rows.Where(row => !Read.Contains(row.Licence)).Select(row => $"{row.Name} {row.Version} is under {row.Licence}"));
        string[] listed = [.. rows.SelectMany(row => row.Programs.Select(program => $"{program}: {row.Name} {row.Version}")).Order(StringComparer.OrdinalIgnoreCase)];
        string[] locked = [.. ((string[])["Api", "Indexer", "Keeper", "Cli"]).SelectMany(program => Locked(program).Select(package => $"{program}: {package}")).Order(StringComparer.OrdinalIgnoreCase)];
        Sources.None(locked.Except(listed, StringComparer.OrdinalIgnoreCase).Select(one => $"docs/licences.md lacks {one}; run: node scripts/lib/sbom.mjs --licences")
            .Concat(listed.Except(locked, StringComparer.OrdinalIgnoreCase).Select(one => $"docs/licences.md has {one}, the lock file does not; run: node scripts/lib/sbom.mjs --licences")));
    }

    static IEnumerable<string> Locked(string program)
    {
        using JsonDocument locks = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Sources.Root, "src", program, "packages.lock.json")));
        return [.. locks.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.GetProperty("type").GetString() != "Project" && !OfBuild.Contains(package.Name, StringComparer.OrdinalIgnoreCase))
            .Select(package => $"{package.Name} {package.Value.GetProperty("resolved").GetString()}")];
    }

    [GeneratedRegex(@"^\| ([\w.]+) \| (\S+) \| ([\w.-]+) \| ([\w, ]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
