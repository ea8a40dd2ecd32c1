using System.Security.Cryptography;

namespace Keystone.Webhooks.Tests;

public sealed class SecretBoxTests
{
    readonly SecretBox _box = new(RandomNumberGenerator.GetBytes(32));
    readonly Guid _endpoint = Guid.NewGuid();

    [Fact]
    public void Opens_what_it_sealed() => Assert.Equal("whsec_abc", _box.Open(_endpoint, _box.Seal(_endpoint, "whsec_abc")));

    [Fact]
    public void Refuses_another_endpoint_another_key_and_changed_bytes()
    {
        byte[] box = _box.Seal(_endpoint, "whsec_abc");
        Assert.ThrowsAny<CryptographicException>(() => _box.Open(Guid.NewGuid(), box));
        Assert.ThrowsAny<CryptographicException>(() => new SecretBox(new byte[32]).Open(_endpoint, box));
        box[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => _box.Open(_endpoint, box));
    }

    [Fact]
    public void A_key_file_that_others_can_read_is_refused_by_name()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("n"));
        SecretBox.EnsureFile(path);
        try
        {
            Assert.Equal(SecretBox.FromFile(path).KeyId, SecretBox.FromFile(path).KeyId);
            if (OperatingSystem.IsWindows())
                return;
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead);
            Assert.Contains("Webhooks:SecretKeyFile", Assert.Throws<InvalidOperationException>(() => SecretBox.FromFile(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
