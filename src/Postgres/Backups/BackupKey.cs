using System.Security.Cryptography;

namespace Keystone.Postgres.Backups;

/// <summary>The key that encrypts backups: 32 bytes from a file of 64 hexadecimal digits, readable by its owner alone.</summary>
public sealed class BackupKey
{
    const int Size = 32;

    readonly byte[] _bytes;

    BackupKey(byte[] bytes) => _bytes = bytes;

    /// <summary>Reads a key file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BackupException">Missing, open to others, or of another form; the message says what to run.</exception>
    public static BackupKey FromFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path)) throw new BackupException($"--key-file names {path}, which does not exist. Make it with: (umask 077; openssl rand -hex 32 > {path})");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != UnixFileMode.None)
            throw new BackupException($"--key-file {path} can be used by others. Run: chmod 600 {path}");
        string text = File.ReadAllText(path).Trim();
        if (text.Length != Size * 2 || !text.All(char.IsAsciiHexDigit)) throw new BackupException($"--key-file {path} must hold 64 hexadecimal digits.");
        return new BackupKey(Convert.FromHexString(text));
    }

    /// <summary>The key of one file: HKDF-SHA256 (RFC 5869) of this key with the file's random id as salt, so that no nonce is ever used twice under one key.</summary>
    internal byte[] ForFile(byte[] fileId) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, Size, fileId, "keystone backup 1"u8.ToArray());
}
