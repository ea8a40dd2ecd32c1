using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;

namespace Keystone.Ethereum.Signers;

/// <summary>
/// Signs by a Web3Signer service (its interface for execution-layer keys, <c>/api/v1/eth1</c>): the key stays there, or in the vault behind it. What comes back
/// is used only when it recovers to the account and its s is low.
/// </summary>
public sealed class Web3Signer : ITransactionSigner
{
    const int LongestResponse = 1 << 20;

    readonly HttpClient _client;
    readonly Uri _url;
    readonly AuthenticationHeaderValue? _credentials;
    readonly TimeSpan _timeout;
    string? _identifier;

    /// <summary>A signer of an account whose key the service has; it is looked for when something is to be signed first.</summary>
    /// <param name="client">Without a deadline of its own shorter than <paramref name="timeout"/>.</param>
    /// <param name="url">The service. Credentials in it are sent as basic authentication and never appear in messages.</param>
    /// <param name="address">The account.</param>
    /// <param name="timeout">Longest wait for one answer; 10 s by default.</param>
    public Web3Signer(HttpClient client, Uri url, Address address, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(url);
        // Each signature is checked by recovery.
        Secp256k1.EnsureAvailable();
        _client = client;
        _credentials = url.UserInfo.Length == 0
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo))));
        _url = new UriBuilder(url) { UserName = "", Password = "", Path = $"{url.AbsolutePath.TrimEnd('/')}/" }.Uri;
        _timeout = timeout ?? TimeSpan.FromSeconds(10);
        Address = address;
    }

    /// <inheritdoc/>
    public Address Address { get; }

    /// <inheritdoc/>
    public async ValueTask<SignedTransaction> SignAsync(Eip1559Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        RecoverableSignature signature = await SignAsync(TransactionCodec.SigningPayload(transaction), cancellationToken).ConfigureAwait(false);
        return TransactionCodec.Assemble(transaction, signature);
    }

    /// <summary>Signs the Keccak-256 hash of a payload, which the service computes itself.</summary>
    /// <exception cref="SignerException">The service does not answer, or its signature is not one of the account.</exception>
    public async Task<RecoverableSignature> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        string identifier = _identifier ??= await FindKeyAsync(cancellationToken).ConfigureAwait(false);
        HttpRequestMessage request = new(HttpMethod.Post, new Uri(_url, $"api/v1/eth1/sign/{identifier}"))
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["data"] = Hex.Encode(payload.Span) })),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        byte[] answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        // A bare text, or one in quotation marks: it depends on the version.
        if (!Hex.TryDecode(Encoding.ASCII.GetString(answer).AsSpan().Trim().Trim('"'), out byte[] bytes) || bytes.Length != 65)
            throw new SignerException($"The signing service at {_url.Host} answered something that is no signature.");
        int v = bytes[64] >= 27 ? bytes[64] - 27 : bytes[64];
        if (v > 1) throw new SignerException($"The signing service at {_url.Host} answered a signature with v = {bytes[64].ToString(CultureInfo.InvariantCulture)}.");
        RecoverableSignature signature = new(new Hash32(bytes.AsSpan(0, 32)), new Hash32(bytes.AsSpan(32, 32)), (byte)v);
        if (!signature.IsLowS) throw new SignerException($"The signing service at {_url.Host} answered a signature whose s is in the upper half (EIP-2).");
        if (Secp256k1.Recover(Keccak256.Hash(payload.Span), signature) != Address)
            throw new SignerException($"The signing service at {_url.Host} answered a signature of another account than {Address}.");
        return signature;
    }

    async Task<string> FindKeyAsync(CancellationToken cancellationToken)
    {
        byte[] answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(_url, "api/v1/eth1/publicKeys")), cancellationToken).ConfigureAwait(false);
        foreach ((Address address, string identifier) in ReadKeys(answer))
            if (address == Address) return identifier;
        throw new SignerException($"The signing service at {_url.Host} has no key of {Address}.");
    }

    static IEnumerable<(Address, string)> ReadKeys(byte[] answer)
    {
        string[] texts;
        try
        {
            texts = JsonSerializer.Deserialize<string[]>(answer) ?? [];
        }
        catch (JsonException fault)
        {
            throw new SignerException("The signing service answered something that is no list of keys.", fault);
        }
        foreach (string text in texts)
        {
            // 64 bytes, or 65 with the prefix of an uncompressed point.
            if (text is null || !Hex.TryDecode(text.StartsWith("0x", StringComparison.Ordinal) ? text : $"0x{text}", out byte[] key)) continue;
            if (key.Length == 65 && key[0] == 4) key = key[1..];
            if (key.Length == 64) yield return (new Address(Keccak256.Hash(key).ToBytes().AsSpan(12)), text);
        }
    }

    async Task<byte[]> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string host = _url.Host;
        using HttpRequestMessage owned = request;
        request.Headers.Authorization = _credentials;
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_timeout);
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                // Its keys may have been loaded anew; the next attempt looks again.
                _identifier = null;
                throw new SignerException($"The signing service at {host} does not have the key of {Address}, or is no signing service.");
            }
            if (!response.IsSuccessStatusCode) throw new SignerException($"The signing service at {host} answered HTTP {(int)response.StatusCode}.");
            using Stream stream = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            ArrayBufferWriter<byte> buffer = new();
            while (await stream.ReadAsync(buffer.GetMemory(4_096), deadline.Token).ConfigureAwait(false) is > 0 and int read)
            {
                buffer.Advance(read);
                if (buffer.WrittenCount > LongestResponse) throw new SignerException($"The signing service at {host} answered more than {LongestResponse} bytes.");
            }
            return buffer.WrittenSpan.ToArray();
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SignerException($"The signing service at {host} did not answer within {_timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new SignerException($"The signing service at {host} is not reachable.", fault);
        }
    }

    /// <summary>The address.</summary>
    public override string ToString() => Address.ToString();
}
