namespace Keystone.Webhooks;

/// <summary>Settings of section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Webhooks";

    /// <summary>File with the key that encrypts webhook secrets: 64 hexadecimal digits, mode 0600. Required.</summary>
    public string SecretKeyFile { get; set; } = "";

    /// <summary>
    /// Files of sealing keys that were current before, of the same form: what they sealed opens while they are named here. Seal it anew with
    /// <c>keystone webhooks reseal</c>, then leave them out.
    /// </summary>
    public string[]? OlderSecretKeyFiles { get; set; }

    /// <summary>
    /// Allows endpoints of sandbox environments to use http and addresses that are not public (loopback, private ranges), for development.
    /// Endpoints of production environments never may.
    /// </summary>
    public bool AllowPrivateTargets { get; set; }

    /// <summary>
    /// PEM file with the certificate that is shown to receivers whose endpoint asks for mutual TLS. Read again when it changes.
    /// Empty: no endpoint can ask for it.
    /// </summary>
    public string ClientCertificate { get; set; } = "";

    /// <summary>PEM file with the private key of <see cref="ClientCertificate"/>, mode 0600.</summary>
    public string ClientCertificateKey { get; set; } = "";

    /// <summary>Maximum number of concurrent deliveries over all endpoints. A delivery that has waited for its receiver for more than a second does not count.</summary>
    public int Concurrency { get; set; } = 16;

    /// <summary>Maximum number of concurrent deliveries for one endpoint, so that a slow receiver does not delay others.</summary>
    public int ConcurrencyPerEndpoint { get; set; } = 4;

    /// <summary>Interval at which publisher and deliverer poll for work if no signal arrives, milliseconds.</summary>
    public int PollMilliseconds { get; set; } = 250;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(SecretKeyFile))
            yield return "Webhooks:SecretKeyFile is missing: name a file with 64 hexadecimal digits, mode 0600.";
        if (OlderSecretKeyFiles?.Any(string.IsNullOrWhiteSpace) == true)
            yield return "Webhooks:OlderSecretKeyFiles holds an empty entry; leave it out.";
        if ((ClientCertificate.Length > 0) != (ClientCertificateKey.Length > 0))
            yield return "Webhooks:ClientCertificate and Webhooks:ClientCertificateKey belong together: name both files or neither.";
        if (Concurrency is < 1 or > 512)
            yield return "Webhooks:Concurrency must be between 1 and 512.";
        if (ConcurrencyPerEndpoint is < 1 or > 512)
            yield return "Webhooks:ConcurrencyPerEndpoint must be between 1 and 512.";
        if (PollMilliseconds is < 10 or > 60_000)
            yield return "Webhooks:PollMilliseconds must be between 10 and 60000.";
    }
}
