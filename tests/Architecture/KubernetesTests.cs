using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Keystone.Architecture;

/// <summary>deploy/kubernetes builds without a network, and what it makes is confined, probed and disrupted one at a time.</summary>
public sealed partial class KubernetesTests
{
    static readonly string[] Services = ["api", "indexer", "keeper"];

    static string Folder => Path.Combine(Sources.Root, "deploy", "kubernetes");

    [KubectlFact]
    public void Kubectl_builds_it_and_every_service_has_probes_a_budget_and_no_privileges()
    {
        string built = Build();
        Dictionary<string, string> documents = built.Split("\n---\n").ToDictionary(document => $"{Value(document, "kind")} {Value(document, "  name")}", StringComparer.Ordinal);
        foreach (string service in Services)
        {
            string deployment = documents[$"Deployment keystone-{service}"];
            foreach (string words in (string[])["replicas: 2", "maxUnavailable: 0", "runAsNonRoot: true", "readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false", "automountServiceAccountToken: false",
                "path: /health/live", "path: /health/ready", "startupProbe:", "livenessProbe:", "readinessProbe:", "type: RuntimeDefault", "terminationGracePeriodSeconds: 45", $"image: keystone-os/{service}:"])
                Assert.Contains(words, deployment, StringComparison.Ordinal);
            // No image of ours has a shell.
            Assert.DoesNotContain("/bin/sh", deployment, StringComparison.Ordinal);
            // Every container, the one that copies the secrets too.
            Assert.Equal(Regex.Count(deployment, "image: "), Regex.Count(deployment, "readOnlyRootFilesystem: true"));
            Assert.Contains("minAvailable: 1", documents[$"PodDisruptionBudget keystone-{service}"], StringComparison.Ordinal);
            Assert.Equal(Value(deployment, "      app.kubernetes.io/name"), Value(documents[$"PodDisruptionBudget keystone-{service}"], "      app.kubernetes.io/name"));
        }
        Assert.Contains("podSelector: {}", documents["NetworkPolicy default-deny"], StringComparison.Ordinal);
        Assert.All(documents.Where(document => document.Key.StartsWith("NetworkPolicy", StringComparison.Ordinal) && !document.Key.EndsWith("default-deny", StringComparison.Ordinal)),
            policy => Assert.Contains("ports:", policy.Value, StringComparison.Ordinal));
        // The settings are in a name of their contents, and every pod takes that one.
        string settings = documents.Keys.Single(name => name.StartsWith("ConfigMap keystone-settings-", StringComparison.Ordinal)).Split(' ')[1];
        Assert.Equal(Services.Length + 1, Regex.Count(built, $"name: {settings}\n        name: settings"));
    }

    /// <summary>Also where there is no kubectl: the files that are named are there, and each setting is one of the page.</summary>
    [Fact]
    public void The_kustomization_names_files_that_are_there_and_its_settings_are_settings_of_the_services()
    {
        string kustomization = File.ReadAllText(Path.Combine(Folder, "kustomization.yaml"));
        string[] named = [.. FileName().Matches(kustomization).Select(file => file.Groups[1].Value)];
        Assert.True(named.Length >= 12, string.Join(' ', named));
        Sources.None(named.Where(file => !File.Exists(Path.Combine(Folder, file))).Select(file => $"deploy/kubernetes/{file} is named and does not exist"));
        Sources.None(Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))
            .Where(file => file != "kustomization.yaml" && !named.Contains(file)).Select(file => $"deploy/kubernetes/{file} is named by nothing"));
        HashSet<string> known = [.. Setting().Matches(File.ReadAllText(Path.Combine(Sources.Root, "docs", "settings.md"))).Select(row => row.Groups[1].Value)];
        foreach (string file in named.Where(file => file.EndsWith(".json", StringComparison.Ordinal)))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file)));
            Sources.None(Settings(document.RootElement, "").Where(setting => !known.Contains(setting) && !(setting.EndsWith("File", StringComparison.Ordinal) && known.Contains(setting[..^4])))
                .Select(setting => $"{file}: {setting} is no setting"));
        }
    }

    static IEnumerable<string> Settings(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Settings(member.Value, path.Length == 0 ? member.Name : $"{path}:{member.Name}")),
        JsonValueKind.Array when element[0].ValueKind == JsonValueKind.Object => Settings(element[0], $"{path}:0"),
        _ => [path],
    };

    static string Build()
    {
        using Process kubectl = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", Folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = kubectl.StandardError.ReadToEndAsync();
        string built = kubectl.StandardOutput.ReadToEnd();
        kubectl.WaitForExit();
        Assert.True(kubectl.ExitCode == 0, error.GetAwaiter().GetResult());
        return built;
    }

    static string Value(string document, string member) => Regex.Match(document, $"^{Regex.Escape(member)}: (.+)$", RegexOptions.Multiline).Groups[1].Value;

    [GeneratedRegex(@"^\s+- ([\w./-]+\.(?:yaml|json|txt))$", RegexOptions.Multiline)]
    private static partial Regex FileName();

    [GeneratedRegex(@"^\| `([\w:]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
