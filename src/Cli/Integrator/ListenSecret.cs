using System.Security.Cryptography;
using System.Text;
using Keystone.Webhooks;

namespace Keystone.Cli.Integrator;

/// <summary>The secret with which <c>listen</c> and <c>trigger</c> sign.</summary>
internal static class ListenSecret
{
    /// <summary>
    /// Made of the credential's secret (HKDF of RFC 5869), so that it is the same at each start and a receiver keeps its setting. The credential's secret does not follow from it.
    /// </summary>
    public static string Of(ApiCredential credential) => Signature.StandardPrefix + Convert.ToBase64String(HKDF.DeriveKey(HashAlgorithmName.SHA256,
        Encoding.UTF8.GetBytes(credential.ClientSecret), 32, salt: Encoding.UTF8.GetBytes(credential.ClientId), info: "keystone listen"u8.ToArray()));
}
