using System.Security.Cryptography;
using System.Text;

namespace Keystone.Webhooks;

/// <summary>
/// Seals webhook secrets with AES-256-GCM under a key that lives in a file, never in the database. They are needed in the clear to sign,
/// so a hash would not do. The endpoint's id is bound in as associated data: a sealed secret moved to another endpoint does not open.
/// </summary>
public sealed class SecretBox
{
    const int NonceSize = 12, TagSize = 16, KeySize = 32;
    readonly byte[] _key;

    /// <summary>From 32 bytes.</summary>
    public SecretBox(byte[] key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length != KeySize)
            throw new ArgumentException("The key must have 32 bytes.", nameof(key));
        _key = key;
        KeyId = Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 8));
    }

    /// <summary>Names the key beside what it sealed.</summary>
    public string KeyId { get; }

    /// <summary>Reads a key file: 64 hexadecimal digits, readable by its owner alone.</summary>
    /// <exception cref="InvalidOperationException">Missing, too open, or of another form; the message says which.</exception>
    public static SecretBox FromFile(string path)
    {
        if (!File.Exists(path))
            throw new InvalidOperationException($"Webhooks:SecretKeyFile names {path}, which does not exist. Make it with: (umask 077; openssl rand -hex 32 > {path})");
        if (!OperatingSystem.IsWindows())
        {
            UnixFileMode open = File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            if (open != UnixFileMode.None)
                throw new InvalidOperationException($"Webhooks:SecretKeyFile {path} can be used by others. Run: chmod 600 {path}");
        }
        string text = File.ReadAllText(path).Trim();
        if (text.Length != KeySize * 2 || !text.All(char.IsAsciiHexDigit))
            throw new InvalidOperationException($"Webhooks:SecretKeyFile {path} must hold 64 hexadecimal digits.");
        return new SecretBox(Convert.FromHexString(text));
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
        stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeySize)) + "\n"));
    }

    /// <summary>Nonce, tag and ciphertext in one array.</summary>
    public byte[] Seal(Guid endpoint, string secret)
    {
        byte[] plain = Encoding.UTF8.GetBytes(secret);
        byte[] sealedBytes = new byte[NonceSize + TagSize + plain.Length];
        Span<byte> nonce = sealedBytes.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm aes = new(_key, TagSize);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceSize + TagSize), sealedBytes.AsSpan(NonceSize, TagSize), endpoint.ToByteArray(bigEndian: true));
        return sealedBytes;
    }

    /// <summary>The secret again.</summary>
    /// <exception cref="CryptographicException">Sealed by another key, for another endpoint, or changed.</exception>
    public string Open(Guid endpoint, ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < NonceSize + TagSize)
            throw new CryptographicException("The sealed secret is too short.");
        byte[] plain = new byte[sealedBytes.Length - NonceSize - TagSize];
        using AesGcm aes = new(_key, TagSize);
        aes.Decrypt(sealedBytes[..NonceSize], sealedBytes[(NonceSize + TagSize)..], sealedBytes.Slice(NonceSize, TagSize), plain, endpoint.ToByteArray(bigEndian: true));
        return Encoding.UTF8.GetString(plain);
    }
}
