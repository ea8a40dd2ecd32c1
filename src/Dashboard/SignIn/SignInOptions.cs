using System.Net;

namespace Keystone.Dashboard.SignIn;

/// <summary>Settings of section <c>SignIn</c>: how members of platforms sign in to the dashboard.</summary>
public sealed class SignInOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "SignIn";

    /// <summary>Domain to which passkeys are bound, for example <c>keystone.example</c>: the host of the origins, or a domain above it. A passkey works under it alone, so it
    /// must not change later. Default: the host of <c>Api:PublicUrl</c>, else of <c>Api:Url</c>; <c>localhost</c> for a loopback address. An IP address is refused.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Origins of the pages, for example <c>https://keystone.example</c>. Default: that of <c>Api:PublicUrl</c>, else of <c>Api:Url</c>, with <c>localhost</c> in place of a loopback address.</summary>
    public string[]? Origins { get; set; }

    /// <summary>URL of an external OpenID Connect provider at which members may sign in, for example <c>https://tenant.eu.auth0.com/</c>; empty for none. Its redirect
    /// address is <c>/sign-in/external/callback</c> of this host.</summary>
    public string Authority { get; set; } = "";

    /// <summary>Client id at that provider.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Client secret at that provider; set <c>SignIn:ClientSecretFile</c> instead.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>Name of the provider on the sign-in page.</summary>
    public string ProviderName { get; set; } = "your identity provider";

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (Domain.Length > 0 && (IPAddress.TryParse(Domain, out _) || Uri.CheckHostName(Domain) != UriHostNameType.Dns))
            yield return "SignIn:Domain must be a domain such as keystone.example; passkeys cannot be bound to an IP address. For a test on this machine use localhost.";
        for (int i = 0; i < (Origins?.Length ?? 0); i++)
        {
            if (!IsOrigin(Origins![i], out Uri? origin))
                yield return $"SignIn:Origins:{i} must be an origin such as https://keystone.example, without a path; http is for localhost alone.";
            else if (Domain.Length > 0 && origin!.Host != Domain && !origin.Host.EndsWith("." + Domain, StringComparison.OrdinalIgnoreCase))
                yield return $"SignIn:Origins:{i} is not under SignIn:Domain; a passkey of that domain would not work there.";
        }
        if (Authority.Length == 0) yield break;
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out Uri? url) || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
            yield return "SignIn:Authority must be an https URL such as https://tenant.eu.auth0.com/ (http on a loopback address alone), or empty.";
        if (ClientId.Length == 0)
            yield return "SignIn:ClientId is missing: name the client that the provider of SignIn:Authority knows.";
        if (ClientSecret.Length == 0)
            yield return "SignIn:ClientSecret is missing: set SignIn:ClientSecretFile to a file that holds it.";
    }

    static bool IsOrigin(string text, out Uri? origin) => Uri.TryCreate(text, UriKind.Absolute, out origin) && origin.PathAndQuery == "/" && origin.Fragment.Length == 0
        && !text.EndsWith('/') && (origin.Scheme == Uri.UriSchemeHttps || (origin.Scheme == Uri.UriSchemeHttp && origin.Host == "localhost"))
        && !IPAddress.TryParse(origin.Host, out _);
}
