using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Dev.Servers;
using Xunit;

namespace Keystone.Testing;

/// <summary>A guide as text: its curl commands and its sample JSON, taken out as they stand.</summary>
public sealed partial class SeedGuide
{
    SeedGuide(string text)
    {
        Commands = [.. CommandsIn(text)];
        Samples = [.. SamplesIn(text)];
    }

    /// <summary>The guide to a settlement of one platform.</summary>
    public static SeedGuide SinglePlatform { get; } = Read("single-platform-dvp.txt");

    /// <summary>The guide to a settlement of two platforms.</summary>
    public static SeedGuide CrossPlatform { get; } = Read("cross-platform-dvp.txt");

    /// <summary>Every curl command, in order, byte for byte.</summary>
    public IReadOnlyList<string> Commands { get; }

    /// <summary>Every JSON object that stands outside of a command; an elided list (<c>[...]</c>) is read as an empty one.</summary>
    public IReadOnlyList<JsonObject> Samples { get; }

    /// <summary>The one command that holds a text.</summary>
    public string Command(string holding) => Commands.Single(command => command.Contains(holding, StringComparison.Ordinal));

    /// <summary>Fails unless an answer has every member of a sample, with the sample's JSON type.</summary>
    public static void AssertShape(JsonObject sample, JsonObject answer)
    {
        foreach ((string name, JsonNode? documented) in sample)
        {
            Assert.True(answer.ContainsKey(name), $"{name} is missing: {answer.ToJsonString()}");
            Assert.True(answer[name]?.GetValueKind() == documented?.GetValueKind(), $"{name} has another type: {answer[name]?.ToJsonString()}");
            if (documented is JsonObject inner) AssertShape(inner, (JsonObject)answer[name]!);
        }
    }

    static SeedGuide Read(string file) =>
        new(File.ReadAllText(Path.Combine(NativeTool.RepositoryRoot, "tests", "EndToEnd", "seeds", file)));

    static IEnumerable<string> CommandsIn(string text)
    {
        for (Match start = CommandStart().Match(text); start.Success; start = CommandStart().Match(text, start.Index + 1))
        {
            // To the first line end that is neither quoted nor escaped, as a shell reads.
            char quote = '\0';
            int end = start.Index;
            for (; end < text.Length && (quote != '\0' || text[end] != '\n' || text[end - 1] == '\\'); end++)
                if (quote != '\0' ? text[end] == quote : text[end] is '\'' or '"')
                    quote = quote != '\0' ? '\0' : text[end];
            yield return text[start.Index..end];
        }
    }

    static IEnumerable<JsonObject> SamplesIn(string text) => Sample().Matches(text)
        .Select(match => (JsonObject)JsonNode.Parse(match.Value.Replace("[...]", "[]", StringComparison.Ordinal))!);

    [GeneratedRegex("^curl ", RegexOptions.Multiline)]
    private static partial Regex CommandStart();

    [GeneratedRegex(@"^\{$.*?^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Sample();
}

/// <summary>
/// Runs the guides' commands with bash and the real curl. Replaced in a command are hosts, client id and secret, the placeholder of the
/// template, <c>0x...</c> values and <c>timeout_at</c>; tokens and the settlement's id are shell variables, as in the guides.
/// </summary>
/// <param name="url">Where the service under test listens.</param>
public sealed partial class SeedShell(Uri url)
{
    /// <summary>What stands for a placeholder, such as <c>YOUR_CLIENT_ID</c> or <c>0xSellerWallet...</c>.</summary>
    public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Shell variables: <c>TOKEN</c>, <c>PLATFORM_A_TOKEN</c>, <c>SETTLEMENT_ID</c>.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>When a settlement ends that a command creates; the guides' own date is past.</summary>
    public DateTimeOffset TimeoutAt { get; set; } = TimeProvider.System.GetUtcNow().AddDays(1);

    /// <summary>The command after the replacements.</summary>
    public string Fill(string command)
    {
        foreach (string host in (string[])["https://auth.keystoneos.xyz/", "https://api.keystoneos.xyz/"])
            command = command.Replace(host, url.ToString(), StringComparison.Ordinal);
        command = Timeout().Replace(command, $"\"timeout_at\": \"{TimeoutAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}\"");
        // Longer ones first: none may be the beginning of another.
        foreach ((string placeholder, string value) in Values.OrderByDescending(pair => pair.Key.Length))
            command = command.Replace(placeholder, value, StringComparison.Ordinal);
        return command;
    }

    /// <summary>Runs a command.</summary>
    public async Task<SeedAnswer> RunAsync(string command)
    {
        string folder = Directory.CreateTempSubdirectory("keystone-seed-").FullName;
        try
        {
            // Curl is asked for the status by its settings, so that the command stays as it is written.
            string headers = Path.Combine(folder, "headers");
            await File.WriteAllTextAsync(Path.Combine(folder, ".curlrc"), $"silent\nshow-error\nnoproxy = \"*\"\nmax-time = 60\ndump-header = \"{headers}\"\n");
            ProcessStartInfo start = new("bash", ["-c", Fill(command)]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["CURL_HOME"] = folder;
            foreach ((string name, string value) in Variables) start.Environment[name] = value;
            using Process bash = Process.Start(start)!;
            Task<string> output = bash.StandardOutput.ReadToEndAsync(), errors = bash.StandardError.ReadToEndAsync();
            await bash.WaitForExitAsync();
            Assert.True(bash.ExitCode != 127, "The guides run with curl, which is not installed here: apt-get install -y curl");
            Assert.True(bash.ExitCode == 0, $"curl ended with {bash.ExitCode}: {await errors}");
            string[] lines = await File.ReadAllLinesAsync(headers);
            // The last status line: an interim "100 Continue" comes before it.
            string status = lines.Last(line => line.StartsWith("HTTP/", StringComparison.Ordinal));
            return new SeedAnswer(int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture), await output, lines);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("\"timeout_at\": \"[^\"]*\"")]
    private static partial Regex Timeout();
}

/// <summary>What curl received.</summary>
/// <param name="Status">Status code.</param>
/// <param name="Text">Body.</param>
/// <param name="Headers">Header lines.</param>
public sealed record SeedAnswer(int Status, string Text, IReadOnlyList<string> Headers)
{
    /// <summary>Body as a JSON object.</summary>
    public JsonObject Json => (JsonObject)JsonNode.Parse(Text)!;

    /// <summary>The body, when the status is the expected one.</summary>
    public JsonObject Expect(int status)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Text}");
        return Json;
    }
}
