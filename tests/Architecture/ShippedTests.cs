using System.Globalization;
using System.Text.RegularExpressions;

namespace Keystone.Architecture;

/// <summary>Promises of what is installed, by their ids: units of systemd and containers.</summary>
public sealed partial class ShippedTests
{
    static readonly string[] Services = ["api", "indexer", "keeper"];

    [SystemdFact]
    public void O2_Units_are_valid_and_exposed_at_most_1_5_and_the_install_script_can_be_run_twice_and_undone()
    {
        (int status, string said) = Command.Run(Path.Combine(Sources.Root, "scripts", "lib", "systemd-test"));
        Assert.True(status == 0, said);
        Dictionary<string, double> exposed = Exposure().Matches(said).ToDictionary(line => line.Groups["unit"].Value, line => double.Parse(line.Groups["level"].Value, CultureInfo.InvariantCulture), StringComparer.Ordinal);
        Assert.Equal(Services.Select(service => $"keystone-{service}.service"), exposed.Keys.Order(StringComparer.Ordinal));
        Assert.All(exposed, unit => Assert.True(unit.Value <= 1.5, $"{unit.Key}: {unit.Value}"));
    }

    // What the files say, wherever there is an engine or not.
    [Fact]
    public void O3_Files_of_the_containers_confine_every_service()
    {
        string compose = File.ReadAllText(Path.Combine(Sources.Root, "docker-compose.yml"));
        string confined = Block(compose, "x-service: &service", "");
        foreach (string words in (string[])["read_only: true", "cap_drop: [\"ALL\"]", "security_opt: [\"no-new-privileges:true\"]"]) Assert.Contains(words, confined, StringComparison.Ordinal);
        Assert.Contains("storage: { internal: true }", compose, StringComparison.Ordinal);
        foreach (string service in Services)
        {
            string block = Block(compose, $"  {service}:", "  ");
            Assert.Contains("<<: *service", block, StringComparison.Ordinal);
            Assert.Contains("networks: [\"storage\", \"outside\"]", block, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"privileged|cap_add|network_mode|devices:|pid:|ipc:|read_only: false|docker\.sock", block);
            // The last stage runs as a user without a name and asks for its health without a shell.
            string image = File.ReadAllText(Path.Combine(Sources.Root, "deploy", "images", service, "Dockerfile")), last = image[image.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
            Assert.Contains("\nUSER 1654:1654\n", last, StringComparison.Ordinal);
            Assert.Matches(@"\nHEALTHCHECK [^\n]* CMD \[""dotnet"", ""/app/Keystone\.\w+\.dll"", ""--health""\]\n", last);
            Assert.Matches(@"\nENTRYPOINT \[""dotnet"", ", last);
            Assert.DoesNotMatch(@"\nUSER (root|0)", last);
        }
        // Of these the last stage has no shell and no package manager; that of the demo's chain needs one.
        foreach (string image in (string[])[.. Services, "tools"])
        {
            string text = File.ReadAllText(Path.Combine(Sources.Root, "deploy", "images", image, "Dockerfile")), last = text[text.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
            Assert.StartsWith("\nFROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra\n", last, StringComparison.Ordinal);
            Assert.DoesNotContain("\nRUN ", last, StringComparison.Ordinal);
        }
        // The build stage is one for all images: a builder without a cache of its own runs it once.
        string[] builds = [.. Directory.GetFiles(Path.Combine(Sources.Root, "deploy", "images"), "Dockerfile", SearchOption.AllDirectories).Select(File.ReadAllText)
            .Where(text => text.Contains(" AS build\n", StringComparison.Ordinal)).Select(text => text[text.IndexOf("FROM ", StringComparison.Ordinal)..text.IndexOf("\n\n", StringComparison.Ordinal)])];
        Assert.Equal(5, builds.Length);
        Assert.Single(builds.Distinct());
    }

    /// <summary>A build from a context that lacks a file fails, and one that lacks a folder embeds nothing of it without a word.</summary>
    [Fact]
    public void O3_What_programs_are_built_from_is_in_the_context_of_the_images()
    {
        string[] taken = [.. File.ReadAllLines(Path.Combine(Sources.Root, ".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..])];
        Assert.Contains("src", taken);
        string[] needed = [.. Directory.GetFiles(Path.Combine(Sources.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => Regex.Matches(File.ReadAllText(project), "<(?!ProjectReference)\\w+ (?:Include|Update)=\"([^\"]*\\.\\./[^\"]*)\"")
                .SelectMany(include => include.Groups[1].Value.Split(';')).Select(path => Path.GetRelativePath(Sources.Root, Path.GetFullPath(path, Path.GetDirectoryName(project)!))))];
        Assert.True(needed.Length >= 4, string.Join(' ', needed));
        Sources.None(needed.Where(path => !taken.Any(one => path == one || path.StartsWith(one + "/", StringComparison.Ordinal))).Select(path => $".dockerignore keeps {path} out, which a project of src embeds"));
        Sources.None(taken.Where(path => path != "artifacts/packages" && !path.Contains('*', StringComparison.Ordinal) && !Path.Exists(Path.Combine(Sources.Root, path))).Select(path => $".dockerignore names {path}, which does not exist"));
    }

    [ContainersFact]
    public void O3_Containers_run_without_root_on_a_read_only_root_without_capabilities_and_play_the_stories()
    {
        (int status, string said) = Command.Run(Path.Combine(Sources.Root, "scripts", "lib", "containers-test"));
        Assert.True(status == 0, said);
        Assert.Contains("the containers hold", said, StringComparison.Ordinal);
    }

    // From a line to the next one that begins as far to the left.
    static string Block(string text, string head, string indent)
    {
        int from = text.IndexOf($"\n{head}\n", StringComparison.Ordinal);
        Assert.True(from >= 0, $"docker-compose.yml has no {head}");
        Match next = Regex.Match(text[(from + head.Length + 2)..], $"^{indent}[^ #\n]", RegexOptions.Multiline);
        return next.Success ? text[from..(from + head.Length + 2 + next.Index)] : text[from..];
    }

    [GeneratedRegex(@"^O2 (?<unit>[\w.-]+): .*: (?<level>[\d.]+) ", RegexOptions.Multiline)]
    private static partial Regex Exposure();
}
