using System.Runtime.InteropServices;

namespace Keystone.Local;

/// <summary>Finds the native programs that npm installs. Its launchers are not used: they hide exit codes and leave children behind.</summary>
public static class NativeTool
{
    /// <summary>The node of the local chain.</summary>
    public static string Anvil => Find("@foundry-rs/anvil-linux-amd64/bin/anvil");

    /// <summary>Root of the checkout: the first folder upward from the program, or from the working folder, that holds the solution.</summary>
    /// <exception cref="DirectoryNotFoundException">Not inside a checkout.</exception>
    public static string RepositoryRoot { get; } =
        Upward(AppContext.BaseDirectory) ?? Upward(Directory.GetCurrentDirectory())
        ?? throw new DirectoryNotFoundException("Not inside a checkout of Keystone OS: no KeystoneOs.sln in this folder or above.");

    static string Find(string package)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
            throw new PlatformNotSupportedException($"The native {package} is installed for linux-x64 only; this is {RuntimeInformation.RuntimeIdentifier}.");
        string path = Path.Combine(RepositoryRoot, "node_modules", package);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{package} is missing: run scripts/lib/setup.", path);
    }

    static string? Upward(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "KeystoneOs.sln")))
                return at.FullName;
        return null;
    }
}
