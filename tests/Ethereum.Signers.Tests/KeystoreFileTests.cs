using System.Text;
using Keystone.Ethereum.Signing;
using Keystone.Testing;
using Nethereum.KeyStore;
using Nethereum.KeyStore.Model;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Signers.Tests;

public sealed class KeystoreFileTests(ITestOutputHelper output)
{
    // The two examples of the Web3 Secret Storage definition; both hold the same key.
    const string Pbkdf2 = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    const string Scrypted = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
        "kdfparams":{"dklen":32,"n":262144,"r":1,"p":8,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    const string Key = "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

    [Theory]
    [InlineData(Pbkdf2)]
    [InlineData(Scrypted)]
    public void Opens_the_examples_of_the_definition(string json)
    {
        using PrivateKeySigner expected = new(Hex.Decode(Key));
        using PrivateKeySigner signer = KeystoreFile.Open(Encoding.UTF8.GetBytes(json), "testpassword");
        Assert.Equal(expected.Address, signer.Address);
        Assert.Equal(expected.SignDigest(Hash32.Zero), signer.SignDigest(Hash32.Zero));
    }

    [Theory] // RFC 7914, section 12
    [InlineData("", "", 16, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData("password", "NaCl", 1024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    public void Derives_the_vectors_of_the_standard(string password, string salt, int n, int r, int p, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(KeystoreFile.DeriveScrypt(Encoding.ASCII.GetBytes(password), Encoding.ASCII.GetBytes(salt), n, r, p, 64)));

    [Theory]
    [InlineData("\"version\":3", "\"version\":1", "version 3")]
    [InlineData("aes-128-ctr", "aes-256-cbc", "aes-128-ctr")]
    [InlineData("\"c\":262144", "\"c\":2000000000", "out of bounds")]
    [InlineData("hmac-sha256", "hmac-sha1", "hmac-sha256")]
    [InlineData("\"kdf\":\"pbkdf2\"", "\"kdf\":\"argon2\"", "scrypt and pbkdf2")]
    [InlineData("\"mac\":\"51", "\"mac\":\"52", "password does not open")]
    [InlineData("\"iv\":\"60", "\"iv\":\"", "wrong length")]
    [InlineData("\"version\":3", "\"version\":3,\"address\":\"f39fd6e51aad88f6f4ce6ab8827279cfffb92266\"", "another address")]
    [InlineData("{\"crypto\"", "[\"crypto\"", "not a keystore")]
    [InlineData("\"salt\"", "\"sal\"", "not a keystore")]
    public void Refuses_what_it_cannot_open_with_the_reason(string from, string to, string reason)
    {
        string json = Pbkdf2.Replace(from, to, StringComparison.Ordinal);
        KeystoreException fault = Assert.Throws<KeystoreException>(() => KeystoreFile.Open(Encoding.UTF8.GetBytes(json), "testpassword"));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("testpassword", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"n\":262144", "\"n\":1")]
    [InlineData("\"n\":262144", "\"n\":262143")]
    [InlineData("\"n\":262144", "\"n\":-262144")]
    [InlineData("\"n\":262144", "\"n\":1073741824")]
    [InlineData("\"r\":1", "\"r\":0")]
    [InlineData("\"p\":8", "\"p\":65")]
    public void Refuses_scrypt_parameters_that_are_none_or_take_too_much(string from, string to)
    {
        string json = Scrypted.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Scrypted, json);
        KeystoreException fault = Assert.Throws<KeystoreException>(() => KeystoreFile.Open(Encoding.UTF8.GetBytes(json), "testpassword"));
        Assert.Contains("out of bounds", fault.Message, StringComparison.Ordinal);
    }

    // Written by Nethereum with little work, so that hundreds open in no time.
    [Fact]
    public Task Keys_of_files_sign_as_by_viem_and_ethers() => Peers.CompareAsync("signatures", 250, output, vector =>
    {
        string text = vector.GetProperty("from").GetString()!;
        KeyStoreScryptService writer = new();
        string json = writer.SerializeKeyStoreToJson(writer.EncryptAndGenerateKeyStore("p\u00e4ss", Hex.Decode(vector.GetProperty("key").GetString()!), text,
            new ScryptParams { Dklen = 32, N = 4, R = 8, P = 1 }));
        using PrivateKeySigner signer = KeystoreFile.Open(Encoding.UTF8.GetBytes(json), "p\u00e4ss");
        Assert.Equal(text, signer.Address.ToString());
        Assert.Equal(vector.GetProperty("signature").GetString(), Hex.Encode(signer.SignDigest(Hash32.Parse(vector.GetProperty("digest").GetString()!)).ToBytes()));
        Assert.Equal(vector.GetProperty("raw").GetString(), Hex.Encode(signer.SignAsync(PeerTransaction.Of(vector), default).Result.Raw.Span));
    });

    // Zero, the group's order and one more are no keys; the order less one is the largest.
    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000", false)]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", true)]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", false)]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364142", false)]
    public void A_file_that_holds_no_key_is_refused(string key, bool isKey)
    {
        KeyStoreScryptService writer = new();
        byte[] json = Encoding.UTF8.GetBytes(writer.SerializeKeyStoreToJson(writer.EncryptAndGenerateKeyStore("p", Hex.Decode(key), "",
            new ScryptParams { Dklen = 32, N = 4, R = 8, P = 1 })));
        if (isKey) Assert.Equal("0x80C0dbf239224071c59dD8970ab9d542E3414aB2", KeystoreFile.Open(json, "p").Address.ToString());
        else Assert.Contains("not a private key", Assert.Throws<KeystoreException>(() => KeystoreFile.Open(json, "p")).Message, StringComparison.Ordinal);
    }

    // Why the document is read here: the same changes as above, in Nethereum's own reader.
    [Fact]
    public void Keystores_that_Nethereum_opens_and_this_system_refuses()
    {
        (string Name, string From, string To)[] wrong =
        [
            ("version 1", "\"version\":3", "\"version\":1"), ("another cipher", "aes-128-ctr", "aes-256-cbc"), ("another prf", "hmac-sha256", "hmac-sha1"),
            ("another kdf", "\"kdf\":\"pbkdf2\"", "\"kdf\":\"argon2\""), ("another mac", "\"mac\":\"51", "\"mac\":\"52"), ("a shortened iv", "\"iv\":\"60", "\"iv\":\""),
            ("another address", "\"version\":3", "\"version\":3,\"address\":\"f39fd6e51aad88f6f4ce6ab8827279cfffb92266\""), ("a list", "{\"crypto\"", "[\"crypto\""), ("no salt", "\"salt\"", "\"sal\""),
        ];
        Assert.Equal(Key, Hex.Encode(new KeyStoreService().DecryptKeyStoreFromJson("testpassword", Pbkdf2)));
        KnownAcceptances.Compare("keystores", wrong.Where(change =>
        {
            string json = Pbkdf2.Replace(change.From, change.To, StringComparison.Ordinal);
            Assert.Throws<KeystoreException>(() => KeystoreFile.Open(Encoding.UTF8.GetBytes(json), "testpassword"));
            return KnownAcceptances.Accepts(() => new KeyStoreService().DecryptKeyStoreFromJson("testpassword", json));
        }).Select(change => change.Name));
    }

    [Fact]
    public async Task Names_the_file_that_is_missing()
    {
        KeystoreException fault = await Assert.ThrowsAsync<KeystoreException>(
            () => KeystoreFile.OpenAsync("/nowhere/keeper.json", "testpassword", CancellationToken.None));
        Assert.Contains("/nowhere/keeper.json", fault.Message, StringComparison.Ordinal);
    }
}
