using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Keystone.Postgres;
using Keystone.Webhooks.Mail;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Keystone.Keeper.Mail;

/// <summary>What became of a mail.</summary>
internal enum MailOutcome
{
    /// <summary>The server took it.</summary>
    Sent,

    /// <summary>The server did not take it, or was not reached; later it may.</summary>
    Later,

    /// <summary>The server refused it for good.</summary>
    Refused,

    /// <summary>The connection ended while the server had it in hand.</summary>
    Unknown,
}

/// <summary>Hands mails to the SMTP server: over TLS, or not at all.</summary>
internal sealed class MailSender(IOptions<MailOptions> options, TimeProvider time)
{
    /// <summary>Sends a mail; what went wrong is in the answer and in no exception.</summary>
    public async Task<(MailOutcome Outcome, string? Error)> SendAsync(ClaimedLetter letter, CancellationToken cancellationToken)
    {
        MailOptions settings = options.Value;
        bool inHand = false;
        try
        {
            using MimeMessage message = Compose(letter, settings);
            using SmtpClient client = new() { Timeout = settings.TimeoutSeconds * 1_000, CheckCertificateRevocation = settings.Authority.Length == 0, RequireTLS = false };
            client.SslProtocols = System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13;
            if (settings.Authority.Length > 0) client.ServerCertificateValidationCallback = (_, certificate, _, errors) => IsOfAuthority(certificate, settings.Authority, errors);
            // Neither choice goes on without TLS: a server that does not offer it, or an attacker who takes the offer out, ends the connection.
            await client.ConnectAsync(settings.Host, settings.Port, settings.Security == "tls" ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls, cancellationToken);
            if (!client.IsSecure) return (MailOutcome.Later, "the connection is not secure");
            if (settings.User.Length > 0) await client.AuthenticateAsync(settings.User, settings.Password, cancellationToken);
            inHand = true;
            await client.SendAsync(message, cancellationToken);
            await CloseAsync(client);
            return (MailOutcome.Sent, null);
        }
        catch (SmtpCommandException refused)
        {
            // 5yz says that the same will be refused again (RFC 5321, 4.2.1).
            return ((int)refused.StatusCode is >= 500 and < 600 ? MailOutcome.Refused : MailOutcome.Later, Text(refused));
        }
        catch (Exception fault) when (fault is IOException or SocketException or ProtocolException or AuthenticationException or SslHandshakeException or NotSupportedException or TimeoutException
            or System.Security.Authentication.AuthenticationException or ServiceNotConnectedException or OperationCanceledException)
        {
            return (inHand ? MailOutcome.Unknown : MailOutcome.Later, Text(fault));
        }
    }

    MimeMessage Compose(ClaimedLetter letter, MailOptions settings)
    {
        (string subject, string body) = MailText.Of(letter, settings.PagesUrl);
        MailboxAddress from = MailboxAddress.Parse(settings.From);
        MimeMessage message = new() { Subject = subject, Body = new TextPart("plain") { Text = body }, Date = time.GetUtcNow(), MessageId = $"{letter.Id:N}@{from.Domain}" };
        message.From.Add(from);
        message.To.Add(MailboxAddress.Parse(letter.Recipient));
        // Nobody's absence note is to answer (RFC 3834).
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }

    static bool IsOfAuthority(X509Certificate? certificate, string file, System.Net.Security.SslPolicyErrors errors)
    {
        // A name that is not the host's is wrong, whoever signed it.
        if (certificate is null || (errors & ~System.Net.Security.SslPolicyErrors.RemoteCertificateChainErrors) != 0) return false;
        using X509Certificate2 authority = X509CertificateLoader.LoadCertificateFromFile(file), own = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(own);
    }

    // The mail is out: how the connection ends changes nothing.
    static async Task CloseAsync(SmtpClient client)
    {
        try
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
            await client.DisconnectAsync(true, limit.Token);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ProtocolException or SmtpCommandException or OperationCanceledException)
        {
        }
    }

    static string Text(Exception fault) => PlainText.Of(fault.Message.ReplaceLineEndings(" "), 300);
}
