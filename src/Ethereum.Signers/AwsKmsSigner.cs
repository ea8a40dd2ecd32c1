using Amazon;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;

namespace Keystone.Ethereum.Signers;

/// <summary>
/// Signs by a key of AWS KMS (key spec ECC_SECG_P256K1, usage SIGN_VERIFY): the key never leaves the service. Credentials come from the machine, as the SDK of the
/// service finds them: the role of an instance, a container or a service account, or the variables of the process.
/// </summary>
public sealed class AwsKmsSigner : ITransactionSigner, IDisposable
{
    const string Service = "AWS KMS";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    readonly AmazonKeyManagementServiceClient _client;
    readonly string _key;

    AwsKmsSigner(AmazonKeyManagementServiceClient client, string key, Address address)
    {
        // Each signature is checked by recovery.
        Secp256k1.EnsureAvailable();
        (_client, _key, Address) = (client, key, address);
    }

    /// <summary>A signer by a key of the service.</summary>
    /// <param name="client">Makes the connections.</param>
    /// <param name="key">Id, ARN or alias of the key.</param>
    /// <param name="region">Region of the key, such as eu-central-1.</param>
    /// <param name="endpoint">URL of the service in the place of the region's own; null for that one.</param>
    /// <param name="address">The account of the key.</param>
    public static AwsKmsSigner Create(HttpClient client, string key, string region, Uri? endpoint, Address address) => Create(client, key, region, endpoint, address, null);

    internal static AwsKmsSigner Create(HttpClient client, string key, string region, Uri? endpoint, Address address, AWSCredentials? credentials)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentException.ThrowIfNullOrEmpty(region);
        AmazonKeyManagementServiceConfig config = new() { HttpClientFactory = new OneClient(client), MaxErrorRetry = 2, Timeout = Limit };
        if (endpoint is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        else
        {
            config.ServiceURL = endpoint.ToString();
            config.AuthenticationRegion = region;
        }
        return new AwsKmsSigner(credentials is null ? new AmazonKeyManagementServiceClient(config) : new AmazonKeyManagementServiceClient(credentials, config), key, address);
    }

    /// <inheritdoc/>
    public Address Address { get; }

    /// <inheritdoc/>
    /// <exception cref="SignerException">The service does not answer, or its signature is not one of the account.</exception>
    public async ValueTask<SignedTransaction> SignAsync(Eip1559Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Hash32 digest = TransactionCodec.SigningHash(transaction);
        using MemoryStream message = new(digest.ToBytes());
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        try
        {
            SignResponse answer = await _client.SignAsync(
                new SignRequest { KeyId = _key, Message = message, MessageType = MessageType.DIGEST, SigningAlgorithm = SigningAlgorithmSpec.ECDSA_SHA_256 }, deadline.Token).ConfigureAwait(false);
            (Hash32 r, Hash32 s) = DigestSignature.ReadDer(answer.Signature?.ToArray() ?? [], Service);
            return TransactionCodec.Assemble(transaction, DigestSignature.Complete(digest, r, s, Address, Service));
        }
        catch (AmazonServiceException fault)
        {
            // Its message may name the caller's role; the code says what is wrong.
            throw new SignerException($"{Service} refuses to sign with the key of {Address}: {fault.ErrorCode ?? "no code"}, HTTP {(int)fault.StatusCode}.", fault);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SignerException($"{Service} did not answer within {Limit.TotalSeconds:0} s.", fault);
        }
        catch (Exception fault) when (fault is AmazonClientException or HttpRequestException or IOException)
        {
            throw new SignerException($"{Service} is not reachable, or this machine has no credentials for it: {fault.GetType().Name}.", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>The address.</summary>
    public override string ToString() => Address.ToString();

    sealed class OneClient(HttpClient client) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
