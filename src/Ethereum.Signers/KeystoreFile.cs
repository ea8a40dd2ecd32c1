using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Keystone.Ethereum.Signing;
using Nethereum.KeyStore.Crypto;

namespace Keystone.Ethereum.Signers;

/// <summary>
/// Opens keys stored as Web3 Secret Storage, version 3: the files that geth, foundry and ethers write. The document is read and checked here; of
/// Nethereum.KeyStore only the key derivation scrypt (RFC 7914) is used, because its reader accepts other versions, ciphers and addresses.
/// </summary>
public static class KeystoreFile
{
    const long MaxFileBytes = 64 << 10;
    const long MaxScryptBytes = 1L << 30;

    /// <summary>Reads a file and opens its key.</summary>
    /// <exception cref="KeystoreException">No such file, not a keystore, or another password. The message names the file, never the password.</exception>
    public static async Task<PrivateKeySigner> OpenAsync(string path, string password, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(password);
        byte[] json;
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
                throw new KeystoreException($"{path} is too large to be a keystore file.");
            json = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new KeystoreException($"The keystore file {path} cannot be read: {fault.Message}", fault);
        }
        try
        {
            return Open(json, password);
        }
        catch (KeystoreException fault)
        {
            throw new KeystoreException($"{path}: {fault.Message}", fault);
        }
    }

    /// <summary>Opens the key of a keystore document.</summary>
    /// <exception cref="KeystoreException">Not a keystore, or another password.</exception>
    public static PrivateKeySigner Open(ReadOnlyMemory<byte> json, string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Open(document.RootElement, password);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new KeystoreException("This is not a keystore document of version 3.", fault);
        }
    }

    static PrivateKeySigner Open(JsonElement root, string password)
    {
        if (root.GetProperty("version").GetInt32() != 3)
            throw new KeystoreException("Only version 3 of the keystore format is known.");
        // Early clients wrote a capital letter.
        JsonElement crypto = root.TryGetProperty("crypto", out JsonElement lower) ? lower : root.GetProperty("Crypto");
        if (crypto.GetProperty("cipher").GetString() is not "aes-128-ctr")
            throw new KeystoreException("Only the cipher aes-128-ctr is known.");
        byte[] ciphertext = Unhex(crypto.GetProperty("ciphertext"));
        byte[] iv = Unhex(crypto.GetProperty("cipherparams").GetProperty("iv"));
        byte[] mac = Unhex(crypto.GetProperty("mac"));
        if (ciphertext.Length != 32 || iv.Length != 16 || mac.Length != 32)
            throw new KeystoreException("The ciphertext, iv or mac has a wrong length.");

        byte[] derived = [];
        byte[] key = GC.AllocateArray<byte>(32, pinned: true);
        byte[] secret = Encoding.UTF8.GetBytes(password);
        try
        {
            derived = Derive(crypto, secret);
            byte[] authenticated = [.. derived.AsSpan(16, 16), .. ciphertext];
            bool matches = CryptographicOperations.FixedTimeEquals(Keccak256.Hash(authenticated).ToBytes(), mac);
            CryptographicOperations.ZeroMemory(authenticated);
            if (!matches)
                throw new KeystoreException("The password does not open this keystore.");
            ApplyCounterMode(derived.AsSpan(0, 16), iv, ciphertext, key);
            PrivateKeySigner signer = new(key);
            if (root.TryGetProperty("address", out JsonElement address) && address.GetString() is { Length: > 0 } text
                && !Unhex(text).AsSpan().SequenceEqual(signer.Address.ToBytes()))
            {
                signer.Dispose();
                throw new KeystoreException("The key inside belongs to another address than the keystore says.");
            }
            return signer;
        }
        catch (ArgumentException fault)
        {
            throw new KeystoreException("What the keystore holds is not a private key.", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    static byte[] Derive(JsonElement crypto, byte[] password)
    {
        JsonElement parameters = crypto.GetProperty("kdfparams");
        byte[] salt = Unhex(parameters.GetProperty("salt"));
        if (parameters.GetProperty("dklen").GetInt32() != 32)
            throw new KeystoreException("Only a derived key of 32 bytes is known.");
        switch (crypto.GetProperty("kdf").GetString())
        {
            case "scrypt":
                int n = parameters.GetProperty("n").GetInt32(), r = parameters.GetProperty("r").GetInt32(), p = parameters.GetProperty("p").GetInt32();
                // Bounded: the file says how much memory and time it wants.
                if (n < 2 || (n & (n - 1)) != 0 || r is < 1 or > 64 || p is < 1 or > 64 || 128L * n * r > MaxScryptBytes)
                    throw new KeystoreException("The scrypt parameters are out of bounds: n a power of two, 128 x n x r at most 1 GiB, p at most 64.");
                return DeriveScrypt(password, salt, n, r, p, 32);
            case "pbkdf2":
                int count = parameters.GetProperty("c").GetInt32();
                if (parameters.GetProperty("prf").GetString() is not "hmac-sha256" || count is < 1 or > 10_000_000)
                    throw new KeystoreException("The pbkdf2 parameters are out of bounds: prf hmac-sha256, c from 1 to 10000000.");
                return Rfc2898DeriveBytes.Pbkdf2(password, salt, count, HashAlgorithmName.SHA256, 32);
            default:
                throw new KeystoreException("Only the key derivations scrypt and pbkdf2 are known.");
        }
    }

    // Without Nethereum's own check, which refuses n of 65536 and more with r = 1, as the example of the definition has it: what is let through was bounded above.
    internal static byte[] DeriveScrypt(byte[] password, byte[] salt, int n, int r, int p, int length) =>
        new KeyStoreCrypto().GenerateDerivedScryptKey(password, salt, n, r, p, length, checkRandN: false);

    // Counter mode out of single blocks, because the class library has none; the counter is big-endian over all 16 bytes.
    static void ApplyCounterMode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        using Aes aes = Aes.Create();
        aes.SetKey(key);
        UInt128 counter = BinaryPrimitives.ReadUInt128BigEndian(iv);
        Span<byte> block = stackalloc byte[16];
        for (int at = 0; at < input.Length; at += 16, counter++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(block, counter);
            aes.EncryptEcb(block, block, PaddingMode.None);
            for (int i = 0; i < 16 && at + i < input.Length; i++)
                output[at + i] = (byte)(input[at + i] ^ block[i]);
        }
        CryptographicOperations.ZeroMemory(block);
    }

    static byte[] Unhex(JsonElement value) => Unhex(value.GetString() ?? throw new FormatException("Expected a string."));

    static byte[] Unhex(string text) => Convert.FromHexString(text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text);
}
