using System.Security.Cryptography;

namespace Keystone.Webhooks.Tests;

public sealed class SecretBoxTests
{
    readonly SealingKey _key = new(RandomNumberGenerator.GetBytes(32)), _next = new(RandomNumberGenerator.GetBytes(32));
    readonly Guid _endpoint = Guid.NewGuid();

    SecretBox Box => new(_key);

    [Fact]
    public void Opens_what_it_sealed() => Assert.Equal("whsec_abc", Box.Open(_endpoint, Box.Seal(_endpoint, "whsec_abc")));

    [Fact]
    public void Refuses_another_endpoint_another_key_and_changed_bytes()
    {
        SealedSecret secret = Box.Seal(_endpoint, "whsec_abc");
        Assert.Throws<UnopenedSecretException>(() => Box.Open(Guid.NewGuid(), secret));
        Assert.Contains(_key.Id, Assert.Throws<UnopenedSecretException>(() => new SecretBox(_next).Open(_endpoint, secret)).Message, StringComparison.Ordinal);
        // The name of a key is no key.
        Assert.Throws<UnopenedSecretException>(() => new SecretBox(_next).Open(_endpoint, secret with { KeyId = _next.Id }));
        Assert.Throws<UnopenedSecretException>(() => Box.Open(_endpoint, secret with { Bytes = secret.Bytes[..20] }));
        secret.Bytes[^1] ^= 1;
        Assert.Throws<UnopenedSecretException>(() => Box.Open(_endpoint, secret));
    }

    [Fact]
    public void An_older_key_opens_and_the_current_one_seals()
    {
        SealedSecret old = Box.Seal(_endpoint, "whsec_abc");
        SecretBox both = new(_next, _key);
        Assert.Equal("whsec_abc", both.Open(_endpoint, old));
        Assert.Equal(_next.Id, both.Seal(_endpoint, "whsec_abc").KeyId);
        Assert.Equal("whsec_abc", new SecretBox(_next).Open(_endpoint, both.Seal(_endpoint, "whsec_abc")));
        // The same key named twice, as after a copy of the file, is one key.
        Assert.Equal("whsec_abc", new SecretBox(_key, _key).Open(_endpoint, old));
    }

    [Fact]
    public void A_key_file_is_read_as_it_was_written_and_refused_by_the_name_of_its_setting()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("n")), older = path + ".older";
        SealingKey.EnsureFile(path);
        SealingKey.EnsureFile(older);
        try
        {
            Assert.Equal(SealingKey.FromFile(path, "a").Id, SealingKey.FromFile(path, "b").Id);
            WebhookOptions options = new() { SecretKeyFile = path, OlderSecretKeyFiles = [older] };
            SealedSecret old = new SecretBox(SealingKey.FromFile(older, "older")).Seal(_endpoint, "s");
            Assert.Equal("s", SecretBox.From(options).Open(_endpoint, old));
            File.WriteAllText(older, "12");
            Assert.Contains("Webhooks:OlderSecretKeyFiles:0", Assert.Throws<InvalidOperationException>(() => SecretBox.From(options)).Message, StringComparison.Ordinal);
            options.OlderSecretKeyFiles = [path + ".gone"];
            Assert.Contains("does not exist", Assert.Throws<InvalidOperationException>(() => SecretBox.From(options)).Message, StringComparison.Ordinal);
            options.OlderSecretKeyFiles = [" "];
            Assert.Contains(options.Faults(), fault => fault.StartsWith("Webhooks:OlderSecretKeyFiles", StringComparison.Ordinal));
            if (OperatingSystem.IsWindows())
                return;
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead);
            Assert.Contains("Webhooks:SecretKeyFile", Assert.Throws<InvalidOperationException>(() => SecretBox.From(options)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
            File.Delete(older);
        }
    }
}
