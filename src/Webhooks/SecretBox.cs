using System.Security.Cryptography;
using System.Text;

namespace Keystone.Webhooks;

/// <summary>
/// Seals webhook secrets with AES-256-GCM under a key that lives in a file, never in the database. They are needed in the clear to sign,
/// so a hash would not do. The endpoint's id is bound in as associated data: a sealed secret moved to another endpoint does not open.
/// New secrets are sealed under the current key; what older keys sealed opens as long as they are given.
/// </summary>
public sealed class SecretBox
{
    const int NonceSize = 12, TagSize = 16;
    readonly SealingKey _current;
    readonly Dictionary<string, SealingKey> _keys;

    /// <summary>With the current key and older ones.</summary>
    public SecretBox(SealingKey current, params IEnumerable<SealingKey> older)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(older);
        _current = current;
        _keys = new Dictionary<string, SealingKey>(StringComparer.Ordinal) { [current.Id] = current };
        foreach (SealingKey key in older) _keys.TryAdd(key.Id, key);
    }

    /// <summary>Names the key under which new secrets are sealed.</summary>
    public string KeyId => _current.Id;

    /// <summary>Reads the key files of the settings.</summary>
    /// <exception cref="InvalidOperationException">One is missing, too open, or of another form; the message says which.</exception>
    public static SecretBox From(WebhookOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SecretBox(SealingKey.FromFile(options.SecretKeyFile, "Webhooks:SecretKeyFile"),
            (options.OlderSecretKeyFiles ?? []).Select((path, i) => SealingKey.FromFile(path, $"Webhooks:OlderSecretKeyFiles:{i}")));
    }

    /// <summary>Seals a secret of an endpoint under the current key.</summary>
    public SealedSecret Seal(Guid endpoint, string secret)
    {
        byte[] plain = Encoding.UTF8.GetBytes(secret);
        byte[] sealedBytes = new byte[NonceSize + TagSize + plain.Length];
        Span<byte> nonce = sealedBytes.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm aes = new(_current.Bytes, TagSize);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceSize + TagSize), sealedBytes.AsSpan(NonceSize, TagSize), endpoint.ToByteArray(bigEndian: true));
        return new SealedSecret(_current.Id, sealedBytes);
    }

    /// <summary>The secret again.</summary>
    /// <exception cref="UnopenedSecretException">Its key is not among those given; or it was sealed for another endpoint, or changed.</exception>
    public string Open(Guid endpoint, SealedSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (!_keys.TryGetValue(secret.KeyId, out SealingKey? key))
            throw new UnopenedSecretException($"The secret is sealed under key {secret.KeyId}, which is in no file of Webhooks:SecretKeyFile and Webhooks:OlderSecretKeyFiles.");
        if (secret.Bytes.Length < NonceSize + TagSize)
            throw new UnopenedSecretException("The sealed secret is too short.");
        byte[] plain = new byte[secret.Bytes.Length - NonceSize - TagSize];
        try
        {
            using AesGcm aes = new(key.Bytes, TagSize);
            aes.Decrypt(secret.Bytes.AsSpan(0, NonceSize), secret.Bytes.AsSpan(NonceSize + TagSize), secret.Bytes.AsSpan(NonceSize, TagSize), plain, endpoint.ToByteArray(bigEndian: true));
        }
        catch (CryptographicException fault)
        {
            throw new UnopenedSecretException($"The sealed secret does not open under key {secret.KeyId}: it was changed, or belongs to another endpoint.", fault);
        }
        return Encoding.UTF8.GetString(plain);
    }
}
