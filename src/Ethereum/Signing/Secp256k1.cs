using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Keystone.Ethereum.Signing;

/// <summary>
/// Signing and recovery on secp256k1 by the system's libsecp256k1: constant time, deterministic nonces (RFC 6979), low s.
/// </summary>
public static unsafe partial class Secp256k1
{
    const string Library = "libsecp256k1.so.1";
    const uint ContextSignAndVerify = 0x0301;
    const uint Uncompressed = 2;

    // One context for the process: after creation and randomization it is only read, which the library allows from many threads.
    static readonly Lazy<nint> Context = new(CreateContext);

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
        return AddressOf(publicKey);
    }

    /// <summary>Signs a 32-byte digest.</summary>
    /// <exception cref="ArgumentException">Not a private key.</exception>
    public static RecoverableSignature Sign(Hash32 digest, ReadOnlySpan<byte> privateKey)
    {
        Span<byte> message = stackalloc byte[32];
        digest.CopyTo(message);
        byte* signature = stackalloc byte[65];
        byte* compact = stackalloc byte[64];
        int recoveryId;
        fixed (byte* key = privateKey)
        fixed (byte* hash = message)
        {
            if (privateKey.Length != 32 || SignRecoverable(Context.Value, signature, hash, key, 0, 0) != 1)
                throw new ArgumentException("Not a private key of secp256k1.", nameof(privateKey));
            SerializeRecoverable(Context.Value, compact, &recoveryId, signature);
        }
        return new RecoverableSignature(new Hash32(new ReadOnlySpan<byte>(compact, 32)), new Hash32(new ReadOnlySpan<byte>(compact + 32, 32)), (byte)recoveryId);
    }

    /// <summary>The address whose key made the signature; null when no key can have made it.</summary>
    public static Address? Recover(Hash32 digest, RecoverableSignature signature)
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
        return ParseRecoverable(Context.Value, parsed, compact, signature.YParity) == 1
            && RecoverPublicKey(Context.Value, publicKey, parsed, message) == 1
            ? AddressOf(publicKey)
            : null;
    }

    static Address AddressOf(byte* publicKey)
    {
        byte* serialized = stackalloc byte[65];
        nuint length = 65;
        SerializePublicKey(Context.Value, serialized, &length, publicKey, Uncompressed);
        Span<byte> hash = stackalloc byte[32];
        Keccak256.Hash(new ReadOnlySpan<byte>(serialized + 1, 64), hash);
        return new Address(hash[12..]);
    }

    static nint CreateContext()
    {
        try
        {
            nint context = ContextCreate(ContextSignAndVerify);
            byte* seed = stackalloc byte[32];
            RandomNumberGenerator.Fill(new Span<byte>(seed, 32));
            return ContextRandomize(context, seed) == 1
                ? context
                : throw new CryptographicException("libsecp256k1 refused its blinding seed.");
        }
        catch (DllNotFoundException inner)
        {
            throw new DllNotFoundException(
                $"{Library} is missing. On Debian and Ubuntu: apt-get install libsecp256k1-1 (or the package that provides {Library}).", inner);
        }
    }

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    private static partial nint ContextCreate(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_context_randomize")]
    private static partial int ContextRandomize(nint context, byte* seed32);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_create")]
    private static partial int CreatePublicKey(nint context, byte* publicKey, byte* privateKey);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    private static partial int SerializePublicKey(nint context, byte* output, nuint* length, byte* publicKey, uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_sign_recoverable")]
    private static partial int SignRecoverable(nint context, byte* signature, byte* message32, byte* privateKey, nint nonceFunction, nint nonceData);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_serialize_compact")]
    private static partial int SerializeRecoverable(nint context, byte* output64, int* recoveryId, byte* signature);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_parse_compact")]
    private static partial int ParseRecoverable(nint context, byte* signature, byte* input64, int recoveryId);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recover")]
    private static partial int RecoverPublicKey(nint context, byte* publicKey, byte* signature, byte* message32);
}

/// <summary>An ECDSA signature from which the signer can be recovered.</summary>
/// <param name="R">r, big-endian.</param>
/// <param name="S">s, big-endian; in the lower half of the group's order when made here (EIP-2).</param>
/// <param name="YParity">0 or 1.</param>
public readonly record struct RecoverableSignature(Hash32 R, Hash32 S, byte YParity)
{
    // Half of the group's order, rounded down.
    static readonly Hash32 HalfOrder = Hash32.Parse("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

    /// <summary>True when s is in the lower half of the group's order: the only form that a transaction may have (EIP-2).</summary>
    public bool IsLowS => S.CompareTo(HalfOrder) <= 0;

    /// <summary>r, s and v = 27 + parity: 65 bytes as contracts take them.</summary>
    public byte[] ToBytes() => [.. R.ToBytes(), .. S.ToBytes(), (byte)(27 + YParity)];
}
