using System.Diagnostics;
using Keystone.Dev.Servers;

namespace Keystone.Browser;

/// <summary>
/// The browser of these tests: <c>KEYSTONE_CHROMIUM</c>, else <c>chromium</c> or a kin of it on the PATH, else the one of an npm package, which needs no root
/// (scripts/lib/chromium.mjs).
/// </summary>
internal static class ChromiumFinder
{
    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>Why no browser test can run here; null when one can.</summary>
    public static string? Missing => Path is null
        ? "no browser: set KEYSTONE_CHROMIUM to a Chromium, install the package chromium (as root: apt-get install chromium), or run scripts/lib/setup" : null;

    /// <summary>Path of the program; null when there is none.</summary>
    public static string? Path { get; } = Find();

    static string? Find()
    {
        if (Environment.GetEnvironmentVariable("KEYSTONE_CHROMIUM") is { Length: > 0 } named)
            return File.Exists(named) ? named : throw new InvalidOperationException($"KEYSTONE_CHROMIUM names {named}, which does not exist.");
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names.Select(name => System.IO.Path.Combine(folder, name))).FirstOrDefault(File.Exists) ?? FromPackage();
    }

    static string? FromPackage()
    {
        try
        {
            using Process node = Process.Start(new ProcessStartInfo("node") { WorkingDirectory = NativeTool.RepositoryRoot, RedirectStandardOutput = true, ArgumentList = { "scripts/lib/chromium.mjs" } })!;
            string path = node.StandardOutput.ReadToEnd().Trim();
            node.WaitForExit();
            return node.ExitCode == 0 && File.Exists(path) ? path : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
