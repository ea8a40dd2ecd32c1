using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Keystone.Identity.Protection;

/// <summary>Decrypts what <see cref="ProtectionKeyEncryptor"/> wrote. The library makes it by its name, which stands in the file.</summary>
internal sealed class ProtectionKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    const int NonceSize = ProtectionKeyEncryptor.NonceSize, TagSize = ProtectionKeyEncryptor.TagSize;

    public XElement Decrypt(XElement encryptedElement)
    {
        byte[] sealedBytes = Convert.FromBase64String(encryptedElement.Value);
        if (sealedBytes.Length < NonceSize + TagSize) throw new CryptographicException("The sealed element is too short.");
        byte[] plain = new byte[sealedBytes.Length - NonceSize - TagSize];
        using AesGcm aes = new(ProtectionKey.Read(services.GetRequiredService<IOptions<ProtectionKeyPath>>().Value.File), TagSize);
        aes.Decrypt(sealedBytes.AsSpan(0, NonceSize), sealedBytes.AsSpan(NonceSize + TagSize), sealedBytes.AsSpan(NonceSize, TagSize), plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}
