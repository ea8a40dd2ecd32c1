using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Keystone.Ethereum.Nodes;

/// <summary>Carries JSON-RPC requests to one URL over HTTP. Every request has a deadline and every answer a largest size.</summary>
internal sealed class JsonRpcTransport
{
    // An announced length is taken at its word up to here; what is more has to come first.
    const long MostTrusted = 1L << 20;

    // Spans show it in the place of the path, where providers put their keys.
    static readonly HttpRequestOptionsKey<string> Target = new("keystone.target");

    readonly HttpClient _client;
    readonly Uri _url;
    readonly AuthenticationHeaderValue? _credentials;
    readonly JsonRpcNodeOptions _options;

    /// <summary>Credentials in the URL are sent as basic authentication; they, the path and the query never appear in messages.</summary>
    public JsonRpcTransport(HttpClient client, Uri url, JsonRpcNodeOptions options)
    {
        _client = client;
        // The client would drop credentials that stand in the URL.
        _url = url.UserInfo.Length == 0 ? url : new UriBuilder(url) { UserName = "", Password = "" }.Uri;
        _credentials = url.UserInfo.Length == 0
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo))));
        _options = options;
        Name = url.IsDefaultPort ? url.Host : $"{url.Host}:{url.Port}";
    }

    /// <summary>Host and port, fit for logs.</summary>
    public string Name { get; }

    /// <summary>Sends one call, or several as a batch.</summary>
    /// <exception cref="NodeException">There was no answer, or one that is not JSON-RPC.</exception>
    public async Task<ParsedResponse> PostAsync(IReadOnlyList<(string Method, object[] Parameters)> calls, CancellationToken cancellationToken)
    {
        using RawResponse raw = await PostRawAsync(calls, cancellationToken).ConfigureAwait(false);
        return Parse(raw);
    }

    /// <summary>The document in an answer, which takes over its memory.</summary>
    public ParsedResponse Parse(RawResponse raw)
    {
        // Some clients send an error of JSON-RPC with a status of 4xx or 5xx; the body says more than the status.
        ParsedResponse answer;
        try
        {
            answer = new ParsedResponse(raw);
        }
        catch (JsonException fault)
        {
            throw new NodeException($"{Name}: HTTP {(int)raw.Status} with a body that is not JSON.", null, fault) { Kind = KindOf(raw.Status), IsOfWholeRequest = true };
        }
        if ((int)raw.Status is >= 200 and < 300 || IsJsonRpc(answer.Root))
            return answer;
        answer.Dispose();
        throw new NodeException($"{Name}: HTTP {(int)raw.Status} with a body that is not JSON-RPC.") { Kind = KindOf(raw.Status), IsOfWholeRequest = true };
    }

    /// <summary>Sends one call, or several as a batch; the answer is not read yet.</summary>
    /// <exception cref="NodeException">There was no answer.</exception>
    public async Task<RawResponse> PostRawAsync(IReadOnlyList<(string Method, object[] Parameters)> calls, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.Timeout);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, _url) { Content = new ByteArrayContent(Body(calls)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Authorization = _credentials;
            request.Options.Set(Target, Name);
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                throw new NodeBusyException($"{Name}: HTTP {(int)response.StatusCode}.", RetryAfter(response.Headers));
            using Stream stream = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            (byte[] buffer, int length) = await ReadAsync(stream, response.Content.Headers.ContentLength, deadline.Token).ConfigureAwait(false);
            return new RawResponse(buffer, length, response.StatusCode);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NodeException($"{Name}: no answer within {_options.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.", null, fault) { Kind = NodeFaultKind.TooSlow };
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new NodeException($"{Name}: not reachable ({(fault as HttpRequestException)?.HttpRequestError.ToString() ?? "connection cut"}).", null, fault) { Kind = NodeFaultKind.Unreachable };
        }
    }

    static NodeFaultKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.OK => NodeFaultKind.Nonsense,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.PaymentRequired => NodeFaultKind.Refused,
        HttpStatusCode.RequestEntityTooLarge => NodeFaultKind.TooMuch,
        HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented => NodeFaultKind.Unsupported,
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => NodeFaultKind.TooSlow,
        >= HttpStatusCode.InternalServerError => NodeFaultKind.Unreachable,
        _ => NodeFaultKind.Other,
    };

    static bool IsJsonRpc(JsonElement root) =>
        root.ValueKind == JsonValueKind.Array || (root.ValueKind == JsonValueKind.Object && (root.TryGetProperty("jsonrpc", out _) || root.TryGetProperty("error", out _)));

    /// <summary>A moment is turned into a wait by the node's own clock; ours may differ.</summary>
    static TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        TimeSpan? wait = headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - headers.Date;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    // Answers of megabytes come one after the other: their memory is used again.
    async Task<(byte[] Buffer, int Length)> ReadAsync(Stream stream, long? announced, CancellationToken cancellationToken)
    {
        byte[] buffer = ResponseBuffers.Shared.Rent((int)Math.Clamp((announced ?? 0) + 1, 16 << 10, MostTrusted));
        int length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    byte[] larger = ResponseBuffers.Shared.Rent(checked(buffer.Length * 2));
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ResponseBuffers.Shared.Return(buffer);
                    buffer = larger;
                }
                int read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0) return (buffer, length);
                length += read;
                if (length > _options.MaxResponseBytes)
                    throw new NodeException($"{Name}: the answer is larger than {_options.MaxResponseBytes} bytes.") { Kind = NodeFaultKind.TooMuch };
            }
        }
        catch
        {
            ResponseBuffers.Shared.Return(buffer);
            throw;
        }
    }

    static byte[] Body(IReadOnlyList<(string Method, object[] Parameters)> calls)
    {
        object[] requests = [.. calls.Select((call, i) => new Dictionary<string, object>
        {
            ["jsonrpc"] = "2.0", ["id"] = i + 1, ["method"] = call.Method, ["params"] = call.Parameters,
        })];
        return JsonSerializer.SerializeToUtf8Bytes(calls.Count == 1 ? requests[0] : requests);
    }
}
