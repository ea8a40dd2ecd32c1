using Keystone.Ethereum.Signing;

namespace Keystone.Ethereum.Tests.Signing;

public sealed class Secp256k1Tests
{
    static readonly UInt256 HalfOrder = new(Hex.Decode("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0"));

    [Fact]
    public void Signatures_are_deterministic_low_s_and_recover_their_signer()
    {
        byte[] key = new byte[32];
        Random random = new(5);
        for (int i = 0; i < 200; i++)
        {
            random.NextBytes(key.AsSpan(1));
            Hash32 digest = Keccak256.Hash(key);
            RecoverableSignature signature = Secp256k1.Sign(digest, key);
            Assert.Equal(signature, Secp256k1.Sign(digest, key));
            Assert.True(new UInt256(signature.S.ToBytes()) <= HalfOrder);
            Assert.Equal(Secp256k1.AddressOf(key), Secp256k1.Recover(digest, signature));
            Assert.NotEqual(Secp256k1.AddressOf(key), Secp256k1.Recover(Keccak256.Hash(digest.ToBytes()), signature));
        }
    }

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")] // the group's order
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364142")] // one more
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0x01")]
    [InlineData("0x")]
    [InlineData("0x000000000000000000000000000000000000000000000000000000000000000001")] // 33 bytes
    public void Refuses_what_is_no_private_key(string key)
    {
        Assert.Throws<ArgumentException>(() => Secp256k1.AddressOf(Hex.Decode(key)));
        Assert.Throws<ArgumentException>(() => Secp256k1.Sign(Hash32.Zero, Hex.Decode(key)));
        Assert.Throws<ArgumentException>(() => new PrivateKeySigner(Hex.Decode(key)));
    }

    // The smallest and the largest key; the largest is the negative of the smallest, so that their points differ in the sign of y only. Addresses by viem.
    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000001", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "0x80C0dbf239224071c59dD8970ab9d542E3414aB2")]
    public void Signs_with_the_smallest_and_the_largest_key(string key, string address)
    {
        using PrivateKeySigner signer = new(Hex.Decode(key));
        Assert.Equal(address, signer.Address.ToString());
        Hash32 digest = Keccak256.Hash([4]);
        Assert.Equal(signer.Address, Secp256k1.Recover(digest, signer.SignDigest(digest)));
    }

    [Fact]
    public void Signatures_that_no_key_can_have_made_recover_nothing()
    {
        Hash32 digest = Keccak256.Hash([6]);
        Hash32 order = Hash32.Parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        RecoverableSignature sound = Secp256k1.Sign(digest, Keccak256.Hash([2]).ToBytes());
        Assert.All((RecoverableSignature[])[default, sound with { R = Hash32.Zero }, sound with { S = Hash32.Zero }, sound with { R = order }, sound with { S = order }, sound with { YParity = 2 }],
            signature => Assert.Null(Secp256k1.Recover(digest, signature)));
    }

    [Theory]
    [InlineData(typeof(DllNotFoundException), "cannot be loaded")]
    [InlineData(typeof(BadImageFormatException), "cannot be loaded")]
    [InlineData(typeof(EntryPointNotFoundException), "without the recovery module")]
    [InlineData(typeof(System.Security.Cryptography.CryptographicException), "refuses a known key")]
    [InlineData(typeof(ArgumentException), "refuses a known key")]
    public void A_native_library_that_is_missing_or_of_another_kind_is_one_sentence_with_package_and_platform(Type fault, string reason)
    {
        PlatformNotSupportedException refusal = Assert.Throws<PlatformNotSupportedException>(() => Secp256k1.Started(() => throw (Exception)Activator.CreateInstance(fault)!));
        Assert.Contains("package Secp256k1.Net", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void A_native_library_without_a_context_is_refused_before_it_is_called() =>
        Assert.Contains("no context", Assert.Throws<PlatformNotSupportedException>(() => Secp256k1.Started(() => 0)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_disposed_signer_signs_nothing_and_no_signer_prints_its_key()
    {
        byte[] key = Hex.Decode("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
        PrivateKeySigner signer = new(key);
        Assert.Equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", signer.ToString());
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.SignDigest(Hash32.Zero));
    }

    [Fact]
    public void A_disposed_signer_leaves_no_key_in_memory()
    {
        PrivateKeySigner signer = new(Keccak256.Hash([1]).ToBytes());
        byte[] held = (byte[])typeof(PrivateKeySigner).GetField("_key", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(signer)!;
        Assert.Contains(held, digit => digit != 0);
        signer.Dispose();
        Assert.All(held, digit => Assert.Equal(0, digit));
    }

    [Fact]
    public void The_other_solution_of_a_signature_recovers_the_same_key_and_is_not_low()
    {
        byte[] key = Keccak256.Hash([2]).ToBytes();
        Hash32 digest = Keccak256.Hash([3]);
        RecoverableSignature low = Secp256k1.Sign(digest, key);
        UInt256 order = new(Hex.Decode("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));
        RecoverableSignature high = new(low.R, new Hash32((order - new UInt256(low.S.ToBytes())).ToBytes()), (byte)(1 - low.YParity));
        Assert.True(low.IsLowS);
        Assert.False(high.IsLowS);
        Assert.Equal(Secp256k1.Recover(digest, low), Secp256k1.Recover(digest, high));
    }
}
