using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Keystone.Keeper.Tests;

/// <summary>An SMTP server of one test: TLS with a certificate of its own authority, and answers that the test chooses.</summary>
internal sealed class FakeSmtp : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _end = new();
    readonly string _folder = Directory.CreateTempSubdirectory("keystone-smtp-").FullName;
    readonly X509Certificate2 _certificate;
    readonly Task _run;

    public FakeSmtp(string name = "localhost")
    {
        using RSA authorityKey = RSA.Create(2048), key = RSA.Create(2048);
        CertificateRequest authority = new("CN=Test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 root = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 bare = request.Create(root, now.AddDays(-1), now.AddDays(29), RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 own = bare.CopyWithPrivateKey(key);
        _certificate = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
        Authority = Path.Combine(_folder, "authority.pem");
        File.WriteAllText(Authority, root.ExportCertificatePem());
        _listener.Start();
        _run = AcceptAsync();
    }

    /// <summary>File with the certificate of the authority.</summary>
    public string Authority { get; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>TLS from the first byte on.</summary>
    public bool Implicit { get; init; }

    /// <summary>STARTTLS is offered.</summary>
    public bool Offers { get; set; } = true;

    /// <summary>Answer to RCPT.</summary>
    public string ToRecipient { get; set; } = "250 ok";

    /// <summary>The connection is cut after the whole mail came, in the place of an answer.</summary>
    public bool Cuts { get; set; }

    /// <summary>Mails that came whole.</summary>
    public ConcurrentQueue<(string Recipient, string Text)> Mails { get; } = new();

    /// <summary>Commands that came before TLS.</summary>
    public ConcurrentQueue<string> Plain { get; } = new();

    /// <summary>Commands that came within TLS.</summary>
    public ConcurrentQueue<string> Secured { get; } = new();

    async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                await ServeAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                // The next connection.
            }
        }
    }

    async Task ServeAsync(Stream stream)
    {
        bool isSecure = Implicit;
        if (Implicit) stream = await SecureAsync(stream);
        await SayAsync(stream, "220 fake");
        string recipient = "";
        while (await LineAsync(stream) is { } line)
        {
            (isSecure ? Secured : Plain).Enqueue(line);
            string verb = line.Split(' ', ':')[0].ToUpper(CultureInfo.InvariantCulture);
            switch (verb)
            {
                case "EHLO":
                    await SayAsync(stream, "250-fake" + (!isSecure && Offers ? "\r\n250-STARTTLS" : "") + "\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME");
                    break;
                case "STARTTLS" when Offers:
                    await SayAsync(stream, "220 go on");
                    stream = await SecureAsync(stream);
                    isSecure = true;
                    break;
                case "AUTH":
                    await SayAsync(stream, "235 welcome");
                    break;
                case "RCPT":
                    recipient = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                    await SayAsync(stream, ToRecipient);
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go on");
                    StringBuilder text = new();
                    while (await LineAsync(stream) is { } part && part != ".") text.Append(part).Append('\n');
                    Mails.Enqueue((recipient, text.ToString()));
                    if (Cuts) return;
                    await SayAsync(stream, "250 taken");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, "250 ok");
                    break;
            }
        }
    }

    async Task<Stream> SecureAsync(Stream stream)
    {
        SslStream secure = new(stream);
        await secure.AuthenticateAsServerAsync(_certificate);
        return secure;
    }

    async Task SayAsync(Stream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _end.Token);

    async Task<string?> LineAsync(Stream stream)
    {
        List<byte> line = [];
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, _end.Token) == 1)
        {
            if (one[0] == '\n') return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _run;
        _listener.Dispose();
        _certificate.Dispose();
        _end.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
