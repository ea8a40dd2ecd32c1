using System.Diagnostics;
using System.Text.RegularExpressions;
using Keystone.Dev.Servers;

namespace Keystone.EndToEnd;

/// <summary>The pages of docs/guides, block by block as they stand there, against a local system. What a page says is printed, is printed.</summary>
public sealed class GuideTests(GuideTests.Started started) : IClassFixture<GuideTests.Started>
{
    [Theory]
    [InlineData("single-platform.md")]
    [InlineData("cross-platform.md")]
    [InlineData("first-integration.md")]
    public async Task Each_command_of_the_page_works_and_prints_what_the_page_says(string page)
    {
        string folder = Directory.CreateTempSubdirectory("keystone-guide-").FullName;
        try
        {
            string file = Path.Combine(folder, "dev.json");
            await started.System.File.WriteAsync(file, CancellationToken.None);
            await WriteCommandAsync(folder, file);
            string script = string.Join('\n', Blocks("README.md", "sh").Concat(Blocks(page, "sh")));
            ProcessStartInfo start = new("bash", ["-euo", "pipefail", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
            start.Environment["PORT"] = $"{started.System.Environment.ReceiverPort}";
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(120));
            using Process shell = Process.Start(start)!;
            Task<string> error = shell.StandardError.ReadToEndAsync(deadline.Token);
            string said = await shell.StandardOutput.ReadToEndAsync(deadline.Token);
            await shell.WaitForExitAsync(deadline.Token);
            Assert.True(shell.ExitCode == 0, $"Status {shell.ExitCode}.\n{said}\n{await error}");
            string[] printed = said.Split('\n'), promised = [.. Blocks(page, "text").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
            Assert.NotEmpty(promised);
            Assert.All(promised, line => Assert.Contains(line, printed));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Each_page_that_the_guides_link_to_is_there()
    {
        string guides = Path.Combine(NativeTool.RepositoryRoot, "docs", "guides");
        string[] links = [.. Directory.GetFiles(guides, "*.md").SelectMany(page => Regex.Matches(File.ReadAllText(page), @"\]\(([^)#:]+)(#[^)]*)?\)").Select(link => link.Groups[1].Value)).Distinct()];
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(guides, link)), link));
    }

    static IEnumerable<string> Blocks(string page, string kind) =>
        Regex.Matches(File.ReadAllText(Path.Combine(NativeTool.RepositoryRoot, "docs", "guides", page)), $"^```{kind}\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)
            .Select(block => block.Groups[1].Value);

    // scripts/keystone of a checkout, for the system of this test.
    static async Task WriteCommandAsync(string folder, string file)
    {
        string command = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "scripts")).FullName, "keystone");
        await File.WriteAllTextAsync(command, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll")}' \"$@\" --file '{file}'\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>One system for all pages.</summary>
    public sealed class Started : IAsyncLifetime
    {
        internal LocalSystem System { get; private set; } = null!;

        public async Task InitializeAsync() => System = await LocalSystem.StartAsync();

        public async Task DisposeAsync() => await System.DisposeAsync();
    }
}
