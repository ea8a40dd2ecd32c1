using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Keystone.Api.Http;

/// <summary>The certificate that TLS is served with, read again from its files when they change. One that cannot be read leaves the one before in use.</summary>
internal sealed partial class ServerCertificate(string certificate, string key, TimeProvider time, ILogger<ServerCertificate> log)
{
    static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    X509Certificate2? _current;
    (DateTime, DateTime) _written;
    DateTimeOffset _checked;

    /// <summary>The certificate for a new connection.</summary>
    /// <exception cref="CryptographicException">None could be read yet.</exception>
    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                DateTimeOffset now = time.GetUtcNow();
                if (_current is not null && now - _checked < CheckInterval) return _current;
                _checked = now;
                (DateTime, DateTime) written = (File.GetLastWriteTimeUtc(certificate), File.GetLastWriteTimeUtc(key));
                if (_current is not null && written == _written) return _current;
                try
                {
                    using X509Certificate2 read = X509Certificate2.CreateFromPemFile(certificate, key);
                    // A key that came from PEM lives in this process only, which TLS of some platforms does not take.
                    _current = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
                    _written = written;
                    Loaded(_current.Subject, _current.NotAfter);
                }
                catch (Exception fault) when (_current is not null && fault is CryptographicException or IOException or UnauthorizedAccessException)
                {
                    NotRead(fault.Message);
                }
                return _current!;
            }
        }
    }

    [LoggerMessage(EventId = 8005, Level = LogLevel.Information, Message = "TLS is served with the certificate of {Subject}, valid until {NotAfter}")]
    partial void Loaded(string subject, DateTime notAfter);

    [LoggerMessage(EventId = 8006, Level = LogLevel.Error, Message = "The certificate's files have changed and cannot be read; the one before stays in use: {Reason}")]
    partial void NotRead(string reason);
}
