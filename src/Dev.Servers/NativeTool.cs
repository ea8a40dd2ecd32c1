using System.Runtime.InteropServices;
using System.Text.Json;

namespace Keystone.Dev.Servers;

/// <summary>Finds the native programs that npm installs. Its launchers are not used: they hide exit codes and leave children behind.</summary>
public static class NativeTool
{
    /// <summary>The node of the local chain: the file that the variable <c>KEYSTONE_ANVIL</c> names, for an image without a checkout, else the one that npm installed.</summary>
    public static string Anvil => Environment.GetEnvironmentVariable("KEYSTONE_ANVIL") is { Length: > 0 } named ? named : Find("anvil");

    /// <summary>Compiler and script runner of the contracts.</summary>
    public static string Forge => Find("forge");

    /// <summary>Folder of Postgres with bin, lib and share.</summary>
    public static string Postgres => Find("postgres");

    /// <summary>Root of the checkout: the first folder upward from the program, or from the working folder, that holds the solution.</summary>
    /// <exception cref="DirectoryNotFoundException">Not inside a checkout.</exception>
    public static string RepositoryRoot { get; } =
        Upward(AppContext.BaseDirectory) ?? Upward(Directory.GetCurrentDirectory())
        ?? throw new DirectoryNotFoundException("Not inside a checkout of Keystone OS: no KeystoneOs.sln in this folder or above.");

    // The table is shared with the scripts.
    static string Find(string name)
    {
        string platform = $"{System()}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        using JsonDocument table = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(RepositoryRoot, "scripts", "lib", "native.json")));
        if (!table.RootElement.TryGetProperty(platform, out JsonElement files))
            throw new PlatformNotSupportedException(
                $"No native {name} is pinned for {platform}; supported: {string.Join(", ", table.RootElement.EnumerateObject().Select(entry => entry.Name))}.");
        string file = files.GetProperty(name).GetString()!;
        string path = Path.Combine(RepositoryRoot, file);
        return Path.Exists(path) ? path : throw new FileNotFoundException($"{file} is missing: run scripts/lib/setup.", path);
    }

    // Node's names, as the table has them.
    static string System() => OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "win32" : "unknown";

    static string? Upward(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "KeystoneOs.sln")))
                return at.FullName;
        return null;
    }
}
