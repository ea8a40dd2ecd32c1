namespace Keystone.Identity.Protection;

/// <summary>Where the key of the key files is; the decryptor, which the library makes, finds it here.</summary>
internal sealed class ProtectionKeyPath
{
    /// <summary>The file.</summary>
    public string File { get; set; } = "";
}
