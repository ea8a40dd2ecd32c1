using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Keystone.Identity.SignIn;

/// <summary>
/// Seals the keys of authenticator apps. A code is computed from its key, so a hash would not do. The person's id is bound in: a key that is moved to another row does
/// not open.
/// </summary>
internal sealed class TotpSeal(IDataProtectionProvider protection)
{
    const string Purpose = "Keystone.Identity.Totp.v1";

    public byte[] Seal(Guid person, string key) => Protector(person).Protect(Encoding.ASCII.GetBytes(key));

    /// <summary>The key in base 32; null when it does not open, because its sealing key is gone: the person enrols anew.</summary>
    public string? Open(Guid person, byte[] sealedKey)
    {
        try
        {
            return Encoding.ASCII.GetString(Protector(person).Unprotect(sealedKey));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    IDataProtector Protector(Guid person) => protection.CreateProtector(Purpose, person.ToString());
}
