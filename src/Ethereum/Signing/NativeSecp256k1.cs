using System.Runtime.InteropServices;

namespace Keystone.Ethereum.Signing;

/// <summary>The functions of libsecp256k1 that are used here, from the native assets of the package Secp256k1.Net. See <c>secp256k1.h</c> and
/// <c>secp256k1_recovery.h</c>: 1 means success, a public key is 64 opaque bytes, a recoverable signature 65.</summary>
internal static unsafe partial class NativeSecp256k1
{
    // .NET completes the name (libsecp256k1.so, libsecp256k1.dylib, secp256k1.dll) and looks in runtimes/<platform>/native first.
    const string Library = "secp256k1";

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    internal static partial nint ContextCreate(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_context_randomize")]
    internal static partial int ContextRandomize(nint context, byte* seed32);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_create")]
    internal static partial int CreatePublicKey(nint context, byte* publicKey, byte* privateKey);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    internal static partial int SerializePublicKey(nint context, byte* output, nuint* length, byte* publicKey, uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_sign_recoverable")]
    internal static partial int SignRecoverable(nint context, byte* signature, byte* message32, byte* privateKey, nint nonceFunction, nint nonceData);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_serialize_compact")]
    internal static partial int SerializeRecoverable(nint context, byte* output64, int* recoveryId, byte* signature);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_parse_compact")]
    internal static partial int ParseRecoverable(nint context, byte* signature, byte* input64, int recoveryId);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recover")]
    internal static partial int RecoverPublicKey(nint context, byte* publicKey, byte* signature, byte* message32);
}
