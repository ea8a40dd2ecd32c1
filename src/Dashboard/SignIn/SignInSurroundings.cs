using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Keystone.Dashboard.SignIn;

/// <summary>Where the pages are, as browsers see it.</summary>
internal sealed class SignInSurroundings
{
    const string DefaultUrl = "http://127.0.0.1:8080";

    public SignInSurroundings(IOptions<SignInOptions> options, IConfiguration configuration)
    {
        SignInOptions settings = options.Value;
        string url = configuration["Api:PublicUrl"] is { Length: > 0 } open ? open : configuration["Api:Url"] is { Length: > 0 } own ? own : DefaultUrl;
        Origins = settings.Origins is { Length: > 0 } named ? named : Uri.TryCreate(url, UriKind.Absolute, out Uri? address) ? [OriginOf(address)] : [];
        string host = Origins.Count > 0 ? new Uri(Origins[0]).Host : "";
        Domain = settings.Domain.Length > 0 ? settings.Domain : IPAddress.TryParse(host.Trim('[', ']'), out _) ? "" : host;
        IsSecure = Origins.Count > 0 && Origins.All(origin => origin.StartsWith("https:", StringComparison.Ordinal));
    }

    /// <summary>Domain of passkeys; empty where the address is an IP address: passkeys are off.</summary>
    public string Domain { get; }

    /// <summary>Origins of the pages.</summary>
    public IReadOnlyList<string> Origins { get; }

    /// <summary>The pages are reached over TLS. Elsewhere, on a loopback address alone, browsers differ in whether they keep a cookie that is Secure.</summary>
    public bool IsSecure { get; }

    /// <summary>Name of a cookie: with the prefix that binds it to this host and to TLS, where there is TLS.</summary>
    public string CookieName(string name) => IsSecure ? "__Host-" + name : name;

    static string OriginOf(Uri url) => IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address)
        ? $"{url.Scheme}://localhost{(url.IsDefaultPort ? "" : ":" + url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))}" : url.GetLeftPart(UriPartial.Authority);
}
