using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Keystone.Identity;

/// <summary>
/// The RSA keys of the issuer, as files that several processes share. The newest that has been public long enough signs; all verify.
/// </summary>
public sealed class SigningKeys
{
    /// <summary>Time for which a new key is published before it signs, so that verifiers have loaded it.</summary>
    public static readonly TimeSpan PublishDelay = TimeSpan.FromMinutes(10);

    static readonly TimeSpan Refresh = TimeSpan.FromSeconds(15);
    const int NewKeyBits = 3072;
    readonly string _folder;
    readonly TimeProvider _time;
    readonly Lock _gate = new();
    IReadOnlyList<SigningKey> _keys = [];
    DateTimeOffset _loadedAt;

    /// <summary>Reads the folder, and makes a first key where it holds none.</summary>
    /// <exception cref="InvalidOperationException">The folder cannot be used; the message says why.</exception>
    public SigningKeys(IOptions<IdentityOptions> options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_folder, _time) = (options.Value.KeysDirectory, time);
        try
        {
            Directory.CreateDirectory(_folder);
            if (Directory.GetFiles(_folder, "*.pem").Length == 0)
                Write(_folder, time.GetUtcNow());
            Load();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Identity:KeysDirectory {_folder} cannot be used: {fault.Message}", fault);
        }
    }

    /// <summary>All keys, newest first.</summary>
    public IReadOnlyList<SigningKey> All
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetUtcNow() - _loadedAt > Refresh)
                    Load();
                return _keys;
            }
        }
    }

    /// <summary>The key that signs now.</summary>
    public SigningKey Current
    {
        get
        {
            IReadOnlyList<SigningKey> keys = All;
            DateTimeOffset published = _time.GetUtcNow() - PublishDelay;
            return keys.FirstOrDefault(k => k.WrittenAt <= published) ?? keys[^1];
        }
    }

    /// <summary>The key of an id; null when there is none.</summary>
    public SigningKey? Find(string kid) => All.FirstOrDefault(k => k.Kid == kid);

    /// <summary>Writes a new key file.</summary>
    public static void Write(string folder, DateTimeOffset now)
    {
        using RSA rsa = RSA.Create(NewKeyBits);
        string path = Path.Combine(folder, $"{now:yyyyMMddHHmmss}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}.pem");
        // Written to a temporary file and renamed: another process never reads half a key.
        string aside = path + ".new";
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream stream = new(aside, options))
            stream.Write(Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem() + "\n"));
        File.Move(aside, path);
    }

    void Load()
    {
        List<SigningKey> keys = [];
        foreach (string path in Directory.GetFiles(_folder, "*.pem"))
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != UnixFileMode.None)
                throw new InvalidOperationException($"Identity:KeysDirectory holds {path}, which can be used by others. Run: chmod 600 {path}");
            string pem = File.ReadAllText(path);
            SigningKey? known = _keys.FirstOrDefault(k => k.Path == path);
            try
            {
                keys.Add(known ?? new SigningKey(path, pem, File.GetLastWriteTimeUtc(path)));
            }
            catch (Exception fault) when (fault is ArgumentException or CryptographicException)
            {
                throw new InvalidOperationException($"Identity:KeysDirectory holds {path}, which is no RSA key of 2048 to 8192 bits in PKCS#8 PEM.", fault);
            }
        }
        if (keys.Count == 0)
            throw new InvalidOperationException($"Identity:KeysDirectory {_folder} holds no key any more.");
        _keys = [.. keys.OrderByDescending(k => k.WrittenAt).ThenBy(k => k.Kid, StringComparer.Ordinal)];
        _loadedAt = _time.GetUtcNow();
    }
}
