namespace Keystone.Cli;

/// <summary>Files that only their owner can read.</summary>
internal static class SecretFile
{
    /// <summary>Writes a file with mode 0600, whole or not at all; an earlier one is replaced.</summary>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        string aside = path + ".new";
        File.Delete(aside);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (StreamWriter writer = new(aside, options))
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
        File.Move(aside, path, overwrite: true);
    }
}
