using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Keystone.Connections;
using Microsoft.Extensions.Options;

namespace Keystone.Webhooks.Sending;

/// <summary>
/// Posts a delivery to a URL that a user chose. The connection goes to an address that is checked after the name was resolved,
/// so a name that resolves to a private address, at registration or later, is refused; redirects are never followed.
/// </summary>
internal sealed class GuardedSender : IDisposable
{
    /// <summary>Time a receiver has from connection to answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    const int HeadBytes = 1024;
    static readonly HttpRequestOptionsKey<string> Target = new("keystone.target");
    readonly TimeProvider _time;
    readonly HttpClient _public, _anywhere;
    readonly HttpClient? _publicMutual, _anywhereMutual;
    readonly RemoteCertificateValidationCallback? _trusts;

    readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    /// <summary>With the clock of the machine, by which receivers write the dates of their answers, and the certificate of the settings for receivers that ask for mutual TLS.</summary>
    public GuardedSender(TimeProvider time, IOptions<WebhookOptions> options) : this(time, Dns.GetHostAddressesAsync, ClientCertificate.From(options.Value))
    {
    }

    /// <summary>With the given clock, the given way from a host name to its addresses, a certificate, and a judgement of the receiver's certificate in place of the system's.</summary>
    internal GuardedSender(
        TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null, ClientCertificate? certificate = null, RemoteCertificateValidationCallback? trusts = null)
    {
        _time = time;
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
        _trusts = trusts;
        _public = Client(privateAllowed: false, null);
        _anywhere = Client(privateAllowed: true, null);
        if (certificate is null) return;
        _publicMutual = Client(privateAllowed: false, certificate);
        _anywhereMutual = Client(privateAllowed: true, certificate);
    }

    /// <summary>Sends once. Never throws for what the receiver or the network does.</summary>
    /// <param name="url">Target.</param>
    /// <param name="headers">Headers beside content type and user agent.</param>
    /// <param name="body">Bytes of the body, sent as they are.</param>
    /// <param name="privateAllowed">The target may lie on a private network and use http.</param>
    /// <param name="name">Id of the endpoint: spans show it in the place of the path, where receivers keep keys. Null for none.</param>
    /// <param name="mutualTls">The receiver is shown the sender's certificate.</param>
    /// <param name="cancellationToken">Ends the attempt without an answer.</param>
    public async Task<SendOutcome> SendAsync(
        Uri url, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, bool privateAllowed, string? name, bool mutualTls,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(headers);
        long start = _time.GetTimestamp();
        if (url.Scheme != Uri.UriSchemeHttps && !privateAllowed)
            return new SendOutcome(null, 0, "The address is not https.", null, null);
        if ((mutualTls ? privateAllowed ? _anywhereMutual : _publicMutual : privateAllowed ? _anywhere : _public) is not { } client)
            return new SendOutcome(null, 0, "The endpoint asks for mutual TLS, and the sender has no certificate.", null, null);
        if (mutualTls && url.Scheme != Uri.UriSchemeHttps)
            return new SendOutcome(null, 0, "The endpoint asks for mutual TLS, and its address is not https.", null, null);
        using CancellationTokenSource limit = new(Limit, _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            request.Headers.TryAddWithoutValidation("User-Agent", "KeystoneOS/1");
            if (name is not null) request.Options.Set(Target, name);
            foreach ((string header, string value) in headers)
                request.Headers.TryAddWithoutValidation(header, value);
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            // The status decides, even if reading the body fails.
            string? head = await ReadHeadAsync(response, both.Token, cancellationToken).ConfigureAwait(false);
            return new SendOutcome((int)response.StatusCode, Elapsed(start), null, RetryAfter(response), head);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SendOutcome(null, Elapsed(start), "No answer within 15 s.", null, null);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException)
        {
            string reason = fault.InnerException is TargetRefusedException refused ? refused.Message : fault.Message;
            return new SendOutcome(null, Elapsed(start), reason, null, null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _public.Dispose();
        _anywhere.Dispose();
        _publicMutual?.Dispose();
        _anywhereMutual?.Dispose();
    }

    int Elapsed(long start) => (int)_time.GetElapsedTime(start).TotalMilliseconds;

    TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };

    // The first bytes of the body, or as many as arrived; null when none did.
    static async Task<string?> ReadHeadAsync(HttpResponseMessage response, CancellationToken limit, CancellationToken stopped)
    {
        byte[] buffer = new byte[HeadBytes];
        int length = 0;
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(limit).ConfigureAwait(false);
            while (length < buffer.Length && await stream.ReadAsync(buffer.AsMemory(length), limit).ConfigureAwait(false) is > 0 and int read) length += read;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException
            || (fault is OperationCanceledException && !stopped.IsCancellationRequested))
        {
            if (length == 0) return null;
        }
        // Postgres takes no NUL in text.
        return Encoding.UTF8.GetString(buffer, 0, length).Replace('\0', '\uFFFD');
    }

    HttpClient Client(bool privateAllowed, ClientCertificate? certificate)
    {
        SocketsHttpHandler handler = HostConnector.Handler((target, cancellationToken) => ConnectAsync(target, privateAllowed, cancellationToken));
        handler.AllowAutoRedirect = false;
        handler.UseProxy = false;
        handler.UseCookies = false;
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.ConnectTimeout = TimeSpan.FromSeconds(5);
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
        handler.MaxResponseHeadersLength = 16;
        if (_trusts is not null) handler.SslOptions.RemoteCertificateValidationCallback = _trusts;
        if (certificate is not null) handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Current;
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool privateAllowed, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await _resolve(target.Host, cancellationToken).ConfigureAwait(false);
        IPAddress[] allowed = privateAllowed ? addresses : [.. addresses.Where(TargetRules.IsPublic)];
        if (allowed.Length == 0)
            throw new TargetRefusedException();
        return await HostConnector.ConnectAsync(allowed, target.Port, cancellationToken).ConfigureAwait(false);
    }

    sealed class TargetRefusedException() : IOException("The address is not on the public internet.");
}

/// <summary>Result of one attempt.</summary>
/// <param name="StatusCode">Status of the response; null when there was none.</param>
/// <param name="LatencyMilliseconds">From start to the answer or its absence.</param>
/// <param name="Error">Why there was no answer.</param>
/// <param name="RetryAfter">Delay that the receiver requested; null for none.</param>
/// <param name="ResponseHead">First bytes of the answer's body.</param>
internal sealed record SendOutcome(int? StatusCode, int LatencyMilliseconds, string? Error, TimeSpan? RetryAfter, string? ResponseHead)
{
    /// <summary>True for 200 to 299.</summary>
    public bool Delivered => StatusCode is >= 200 and <= 299;
}
