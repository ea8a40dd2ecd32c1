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
