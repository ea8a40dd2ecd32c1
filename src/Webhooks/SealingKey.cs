using System.Security.Cryptography;
using System.Text;

namespace Keystone.Webhooks;

/// <summary>A key that seals endpoint secrets: 32 bytes from a file, never in the database.</summary>
public sealed class SealingKey
{
    const int Size = 32;

    /// <summary>From 32 bytes.</summary>
    public SealingKey(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length != Size) throw new ArgumentException("The key must have 32 bytes.", nameof(bytes));
        Bytes = bytes;
        Id = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));
    }

    /// <summary>Names the key beside what it sealed: the first 8 bytes of its SHA-256 in hexadecimal.</summary>
    public string Id { get; }

    internal byte[] Bytes { get; }

    /// <summary>Its name, never its bytes.</summary>
    public override string ToString() => Id;

    /// <summary>Reads a key file: 64 hexadecimal digits, readable by its owner alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="setting">Setting or option that names it, for the message.</param>
    /// <exception cref="InvalidOperationException">Missing, too open, or of another form; the message says which and what to run.</exception>
    public static SealingKey FromFile(string path, string setting)
    {
        if (!File.Exists(path))
            throw new InvalidOperationException($"{setting} names {path}, which does not exist. Make it with: (umask 077; openssl rand -hex 32 > {path})");
        if (!OperatingSystem.IsWindows())
        {
            UnixFileMode open = File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            if (open != UnixFileMode.None)
                throw new InvalidOperationException($"{setting} {path} can be used by others. Run: chmod 600 {path}");
        }
        string text = File.ReadAllText(path).Trim();
        if (text.Length != Size * 2 || !text.All(char.IsAsciiHexDigit))
            throw new InvalidOperationException($"{setting} {path} must hold 64 hexadecimal digits.");
        return new SealingKey(Convert.FromHexString(text));
    }

    /// <summary>Writes a new key file with mode 0600 unless there is one.</summary>
    public static void EnsureFile(string path)
    {
        if (File.Exists(path))
            return;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using FileStream stream = new(path, options);
        stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Size)) + "\n"));
    }
}
