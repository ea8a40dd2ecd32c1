using System.Diagnostics;
using System.Globalization;

namespace Keystone.Testing;

/// <summary>A file system of its own that a test fills. Only an administrator can make one.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    readonly string _ballast;

    SmallDisk(string folder) => (Folder, _ballast) = (folder, Path.Combine(folder, "ballast"));

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Missing { get; } = !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess ? "a small file system can only be mounted by root on Linux" : TryMount();

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>An empty one.</summary>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        string folder = Directory.CreateTempSubdirectory("keystone-disk-").FullName;
        // The database's user has to come in.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        await RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "tmpfs", folder).ConfigureAwait(false);
        return new SmallDisk(folder);
    }

    /// <summary>Takes what is left.</summary>
    public void Fill()
    {
        using FileStream file = new(_ballast, FileMode.Append);
        byte[] part = new byte[4 << 10];
        try
        {
            while (true)
            {
                file.Write(part);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Empty() => File.Delete(_ballast);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", Folder).ConfigureAwait(false);
        Directory.Delete(Folder);
    }

    static string? TryMount()
    {
        try
        {
            MountAsync(1).GetAwaiter().GetResult().DisposeAsync().AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return "a small file system cannot be mounted here: " + fault.Message;
        }
    }

    static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string said = await process.StandardError.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0) throw new InvalidOperationException(said.Trim());
    }
}
