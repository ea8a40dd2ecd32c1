using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static Keystone.Ethereum.Signing.NativeSecp256k1;

namespace Keystone.Ethereum.Signing;

/// <summary>
/// Signing and recovery on secp256k1 by libsecp256k1, which the package Secp256k1.Net brings as native asset: constant time, deterministic nonces (RFC 6979),
/// low s. At its first use it signs and recovers a fixed digest; where that fails, every member throws the <see cref="PlatformNotSupportedException"/> of
/// <see cref="EnsureAvailable"/>.
/// </summary>
public static unsafe class Secp256k1
{
    const uint ContextSignAndVerify = 0x0301;
    const uint Uncompressed = 2;

    // One context for the process: after creation and randomization it is only read, which the library allows from many threads.
    static readonly Lazy<nint> Context = new(() => Started(CreateContext));

    /// <summary>Signs and recovers a fixed digest once per process, so that a machine on which the native library is missing or wrong is noticed at
    /// start and not at the first transaction.</summary>
    /// <exception cref="PlatformNotSupportedException">It is missing or wrong. The message names the package and the platform.</exception>
    public static void EnsureAvailable() => _ = Context.Value;

    /// <summary>Address of a private key.</summary>
    /// <exception cref="ArgumentException">Not a private key: not 32 bytes, zero, or not below the group's order.</exception>
    public static Address AddressOf(ReadOnlySpan<byte> privateKey)
    {
        byte* publicKey = stackalloc byte[64];
        fixed (byte* key = privateKey)
        {
            if (privateKey.Length != 32 || CreatePublicKey(Context.Value, publicKey, key) != 1)
                throw new ArgumentException("Not a private key of secp256k1.", nameof(privateKey));
        }
        return AddressOf(Context.Value, publicKey);
    }

    /// <summary>Signs a 32-byte digest.</summary>
    /// <exception cref="ArgumentException">Not a private key.</exception>
    public static RecoverableSignature Sign(Hash32 digest, ReadOnlySpan<byte> privateKey) => Sign(Context.Value, digest, privateKey);

    static RecoverableSignature Sign(nint context, Hash32 digest, ReadOnlySpan<byte> privateKey)
    {
        Span<byte> message = stackalloc byte[32];
        digest.CopyTo(message);
        byte* signature = stackalloc byte[65];
        byte* compact = stackalloc byte[64];
        int recoveryId;
        fixed (byte* key = privateKey)
        fixed (byte* hash = message)
        {
            if (privateKey.Length != 32 || SignRecoverable(context, signature, hash, key, 0, 0) != 1)
                throw new ArgumentException("Not a private key of secp256k1.", nameof(privateKey));
            SerializeRecoverable(context, compact, &recoveryId, signature);
        }
        return new RecoverableSignature(new Hash32(new ReadOnlySpan<byte>(compact, 32)), new Hash32(new ReadOnlySpan<byte>(compact + 32, 32)), (byte)recoveryId);
    }

    /// <summary>The address whose key made the signature; null when no key can have made it.</summary>
    public static Address? Recover(Hash32 digest, RecoverableSignature signature) => Recover(Context.Value, digest, signature);

    static Address? Recover(nint context, Hash32 digest, RecoverableSignature signature)
    {
        if (signature.YParity > 1)
            return null;
        byte* message = stackalloc byte[32];
        byte* compact = stackalloc byte[64];
        byte* parsed = stackalloc byte[65];
        byte* publicKey = stackalloc byte[64];
        digest.CopyTo(new Span<byte>(message, 32));
        signature.R.CopyTo(new Span<byte>(compact, 32));
        signature.S.CopyTo(new Span<byte>(compact + 32, 32));
        return ParseRecoverable(context, parsed, compact, signature.YParity) == 1
            && RecoverPublicKey(context, publicKey, parsed, message) == 1
            ? AddressOf(context, publicKey)
            : null;
    }

    static Address AddressOf(nint context, byte* publicKey)
    {
        byte* serialized = stackalloc byte[65];
        nuint length = 65;
        SerializePublicKey(context, serialized, &length, publicKey, Uncompressed);
        Span<byte> hash = stackalloc byte[32];
        Keccak256.Hash(new ReadOnlySpan<byte>(serialized + 1, 64), hash);
        return new Address(hash[12..]);
    }

    /// <summary>What <paramref name="create"/> returns, or one sentence that names the package and the platform.</summary>
    internal static nint Started(Func<nint> create)
    {
        string reason;
        Exception? inner = null;
        try
        {
            nint context = create();
            if (context == 0) reason = "it gives no context";
            else if (IsRight(context)) return context;
            else reason = "it signs a known digest wrongly";
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
        {
            (reason, inner) = ("it cannot be loaded", fault);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            (reason, inner) = ("it refuses a known key or its blinding seed", fault);
        }
        catch (EntryPointNotFoundException fault)
        {
            (reason, inner) = ("it was built without the recovery module", fault);
        }
        throw new PlatformNotSupportedException($"The native library secp256k1 of the package Secp256k1.Net does not work on {RuntimeInformation.RuntimeIdentifier}: "
            + $"{reason}; publish for this platform so that its runtimes/{RuntimeInformation.RuntimeIdentifier}/native is deployed.", inner);
    }

    static nint CreateContext()
    {
        nint context = ContextCreate(ContextSignAndVerify);
        if (context == 0) return 0;
        byte* seed = stackalloc byte[32];
        RandomNumberGenerator.Fill(new Span<byte>(seed, 32));
        return ContextRandomize(context, seed) == 1 ? context : throw new CryptographicException("libsecp256k1 refused its blinding seed.");
    }

    // Private key 1 and a digest of 32 bytes 0x11: RFC 6979 leaves one signature; viem 2.57.1 makes the same.
    static bool IsRight(nint context)
    {
        Span<byte> key = stackalloc byte[32];
        key.Clear();
        key[31] = 1;
        Span<byte> digest = stackalloc byte[32];
        digest.Fill(0x11);
        RecoverableSignature expected = new(Hash32.Parse("0xe7c93726a865578504442b1a6827f676e0ed74bdff2be3960d1e253bbcfc4462"),
            Hash32.Parse("0x6aa772b878bc912bdbb33a0014ec507c4b3896ea85aa914b74dee9b7ac3e56da"), 1);
        return Sign(context, new Hash32(digest), key) == expected
            && Recover(context, new Hash32(digest), expected) == Address.Parse("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
    }
}
