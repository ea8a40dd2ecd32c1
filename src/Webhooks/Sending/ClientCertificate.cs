using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Keystone.Webhooks.Sending;

/// <summary>The certificate that is shown to receivers that ask for one, read again from its files when they change.</summary>
internal sealed class ClientCertificate(string certificate, string key)
{
    readonly Lock _gate = new();
    X509Certificate2? _current;
    (DateTime, DateTime) _written;

    /// <summary>The settings' certificate; null when they name none.</summary>
    public static ClientCertificate? From(WebhookOptions options) =>
        options.ClientCertificate.Length == 0 ? null : new ClientCertificate(options.ClientCertificate, options.ClientCertificateKey);

    /// <summary>The certificate for a new connection. Files that have changed and cannot be read leave the one before in use.</summary>
    /// <exception cref="IOException">None could be read yet.</exception>
    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                (DateTime, DateTime) written = (File.GetLastWriteTimeUtc(certificate), File.GetLastWriteTimeUtc(key));
                if (_current is not null && written == _written) return _current;
                try
                {
                    using X509Certificate2 read = X509Certificate2.CreateFromPemFile(certificate, key);
                    // A key that came from PEM lives in this process only, which TLS of some platforms does not take.
                    (_current, _written) = (X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null), written);
                }
                catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
                {
                    if (_current is null) throw new IOException("The sender's certificate for mutual TLS cannot be read.", fault);
                }
                return _current;
            }
        }
    }
}
