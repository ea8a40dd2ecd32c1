using System.Security.Cryptography;
using System.Text;

namespace Keystone.Identity.Protection;

/// <summary>The key that encrypts the key files: 32 bytes in a file of their own.</summary>
internal static class ProtectionKey
{
    public const int Size = 32;

    /// <summary>Reads a file of 64 hexadecimal digits that its owner alone may read.</summary>
    /// <exception cref="InvalidOperationException">Missing, too open, or of another form; the message says which and what to run.</exception>
    public static byte[] Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidOperationException($"Identity:ProtectionKeyFile names {path}, which does not exist. Make it with: (umask 077; openssl rand -hex 32 > {path})");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != UnixFileMode.None)
            throw new InvalidOperationException($"Identity:ProtectionKeyFile {path} can be used by others. Run: chmod 600 {path}");
        string text = File.ReadAllText(path).Trim();
        if (text.Length != Size * 2 || !text.All(char.IsAsciiHexDigit)) throw new InvalidOperationException($"Identity:ProtectionKeyFile {path} must hold 64 hexadecimal digits.");
        return Convert.FromHexString(text);
    }

    /// <summary>Writes a new file with mode 0600 unless there is one; of several processes that start at once one writes it.</summary>
    public static void Ensure(string path)
    {
        if (File.Exists(path)) return;
        string aside = $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream stream = new(aside, options)) stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Size)) + "\n"));
        try
        {
            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(aside);
        }
    }
}
