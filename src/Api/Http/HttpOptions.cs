using System.Net;

namespace Keystone.Api.Http;

/// <summary>Settings of section <c>Http</c>: who ends TLS, and whose word on the caller's address is taken.</summary>
public sealed class HttpOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Http";

    /// <summary>Addresses or networks (CIDR) of the proxies in front. Only from them are <c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c> read. Empty: never.</summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>PEM file of the certificate, with its chain, where the API ends TLS itself (<c>Api:Url</c> begins with https). Read again when it changes.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>PEM file of the certificate's private key.</summary>
    public string CertificateKey { get; set; } = "";

    /// <summary>The trusted proxies as networks; only after <see cref="Faults"/> found none.</summary>
    internal IEnumerable<IPNetwork> Networks => TrustedProxies.Select(one => Parse(one)!.Value);

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        for (int i = 0; i < TrustedProxies.Length; i++)
            if (Parse(TrustedProxies[i]) is null) yield return $"Http:TrustedProxies:{i} must be an IP address or a network such as 10.0.0.0/8.";
        if (Certificate.Length > 0 != CertificateKey.Length > 0)
            yield return "Http:Certificate and Http:CertificateKey belong together; set both or neither.";
        foreach ((string name, string path) in new[] { ("Certificate", Certificate), ("CertificateKey", CertificateKey) })
            if (path.Length > 0 && !File.Exists(path)) yield return $"Http:{name} names {path}, which does not exist.";
    }

    static IPNetwork? Parse(string text) => IPNetwork.TryParse(text, out IPNetwork network) ? network
        : IPAddress.TryParse(text, out IPAddress? address) ? new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128)
        : null;
}
