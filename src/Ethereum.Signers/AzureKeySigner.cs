using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;

namespace Keystone.Ethereum.Signers;

/// <summary>
/// Signs by a key of Azure Key Vault or Managed HSM (EC, curve P-256K) over its REST interface, operation <c>sign</c>, algorithm ES256K: the key never leaves the service.
/// The token comes from the machine's identity: a managed identity, a workload identity, or the variables of a service principal.
/// </summary>
public sealed class AzureKeySigner : ITransactionSigner
{
    const string Service = "Azure Key Vault";
    const string ApiVersion = "7.4";
    const int LongestResponse = 64 << 10;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    readonly HttpClient _client;
    readonly Uri _sign;
    readonly TokenCredential _credential;
    readonly TokenRequestContext _scope;

    AzureKeySigner(HttpClient client, Uri key, Address address, TokenCredential credential)
    {
        // Each signature is checked by recovery.
        Secp256k1.EnsureAvailable();
        (_client, Address, _credential) = (client, address, credential);
        _sign = new UriBuilder(key) { Path = $"{key.AbsolutePath.TrimEnd('/')}/sign", Query = $"api-version={ApiVersion}" }.Uri;
        _scope = new TokenRequestContext([ScopeOf(key)]);
    }

    /// <summary>A signer by a key of the service.</summary>
    /// <param name="client">Makes the connections, those for the token too.</param>
    /// <param name="key">URL of the key: https://VAULT.vault.azure.net/keys/NAME/VERSION. Without the version the newest one signs.</param>
    /// <param name="address">The account of the key.</param>
    public static AzureKeySigner Create(HttpClient client, Uri key, Address address)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Create(client, key, address, new ChainedTokenCredential(
            new EnvironmentCredential(new EnvironmentCredentialOptions { Transport = new HttpClientTransport(client) }),
            new WorkloadIdentityCredential(new WorkloadIdentityCredentialOptions { Transport = new HttpClientTransport(client) }),
            new ManagedIdentityCredential(new ManagedIdentityCredentialOptions(ManagedIdentityId.SystemAssigned) { Transport = new HttpClientTransport(client) })));
    }

    internal static AzureKeySigner Create(HttpClient client, Uri key, Address address, TokenCredential credential)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(key);
        return new AzureKeySigner(client, key, address, credential);
    }

    /// <inheritdoc/>
    public Address Address { get; }

    /// <inheritdoc/>
    /// <exception cref="SignerException">The service does not answer, or its signature is not one of the account.</exception>
    public async ValueTask<SignedTransaction> SignAsync(Eip1559Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Hash32 digest = TransactionCodec.SigningHash(transaction);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        try
        {
            AccessToken token = await _credential.GetTokenAsync(_scope, deadline.Token).ConfigureAwait(false);
            byte[] signature = Read(await AskAsync(digest, token.Token, deadline.Token).ConfigureAwait(false));
            return TransactionCodec.Assemble(transaction,
                DigestSignature.Complete(digest, new Hash32(signature.AsSpan(0, 32)), new Hash32(signature.AsSpan(32, 32)), Address, Service));
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SignerException(string.Create(CultureInfo.InvariantCulture, $"{Service} at {_sign.Host} did not answer within {Limit.TotalSeconds} s."), fault);
        }
        catch (AuthenticationFailedException fault)
        {
            // What the identity's service said may hold ids of the tenant.
            throw new SignerException($"This machine gets no token for {Service}: {fault.GetType().Name}.", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new SignerException($"{Service} at {_sign.Host} is not reachable.", fault);
        }
    }

    async Task<byte[]> AskAsync(Hash32 digest, string token, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, _sign);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
        {
            ["alg"] = "ES256K",
            ["value"] = Base64Url.EncodeToString(digest.ToBytes()),
        }));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new SignerException($"{Service} at {_sign.Host} answered HTTP {(int)response.StatusCode}.");
        using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        ArrayBufferWriter<byte> buffer = new();
        while (await stream.ReadAsync(buffer.GetMemory(4_096), cancellationToken).ConfigureAwait(false) is > 0 and int read)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > LongestResponse) throw new SignerException($"{Service} at {_sign.Host} answered more than {LongestResponse} bytes.");
        }
        return buffer.WrittenSpan.ToArray();
    }

    static byte[] Read(byte[] answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            byte[] signature = Base64Url.DecodeFromChars(document.RootElement.GetProperty("value").GetString() ?? "");
            return signature.Length == 64 ? signature : throw new SignerException($"{Service} answered a signature of {signature.Length} bytes; ES256K has 64.");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new SignerException($"{Service} answered something that is no signature.", fault);
        }
    }

    // The audience is the service of the vault's cloud: of name.vault.azure.net it is vault.azure.net, of name.managedhsm.azure.net managedhsm.azure.net.
    static string ScopeOf(Uri key) =>
        key.HostNameType == UriHostNameType.Dns && key.Host.IndexOf('.', StringComparison.Ordinal) is > 0 and int dot ? $"https://{key.Host[(dot + 1)..]}/.default" : "https://vault.azure.net/.default";

    /// <summary>The address.</summary>
    public override string ToString() => Address.ToString();
}
