namespace Keystone.Identity;

/// <summary>Settings of section <c>Auth</c>.</summary>
public sealed class AuthOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Auth";

    /// <summary>Audience of the hosted product, which clients written for it request.</summary>
    public const string HostedAudience = "https://api.keystoneos.xyz";

    /// <summary>Audiences for which tokens are issued and accepted; the first is used if a request names none.
    /// Default: the audience of the hosted product and <c>Api:PublicUrl</c>.</summary>
    public string[]? Audiences { get; set; }

    /// <summary>URL of one external issuer of access tokens beside the built-in issuer, for example <c>https://tenant.eu.auth0.com/</c>; empty for none. Its
    /// keys are read through its <c>/.well-known/openid-configuration</c>. A token of this issuer is accepted for credentials registered with it
    /// (<c>keystone platform credential add --issuer</c>).</summary>
    public string Authority { get; set; } = "";

    /// <summary>All faults as sentences that name the setting.</summary>
    /// <param name="builtIn"><c>Identity:Issuer</c>.</param>
    public IEnumerable<string> Faults(string builtIn)
    {
        if (Audiences?.Any(string.IsNullOrWhiteSpace) == true)
            yield return "Auth:Audiences holds an empty entry; leave it out.";
        if (Authority.Length == 0) yield break;
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out Uri? url) || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
            yield return "Auth:Authority must be an https URL such as https://tenant.eu.auth0.com/ (http on a loopback address alone), or empty.";
        else if (url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
            yield return "Auth:Authority must have no user name, query or fragment: the path of its discovery document is added to it.";
        else if (Authority.TrimEnd('/') == builtIn.TrimEnd('/'))
            yield return "Auth:Authority is Identity:Issuer; leave Auth:Authority empty, or give the built-in issuer another name.";
    }
}
