using Microsoft.Extensions.Options;

namespace Keystone.Dashboard.SignIn;

/// <summary>The external provider of the settings.</summary>
internal sealed class ExternalProvider(IOptions<SignInOptions> options)
{
    /// <summary>Scheme of its handler.</summary>
    public const string Scheme = "Keystone.Provider";

    /// <summary>Where it sends browsers back to.</summary>
    public const string Callback = "/sign-in/external/callback";

    /// <summary>There is one.</summary>
    public bool IsOn => options.Value.Authority.Length > 0;

    /// <summary>Its name for people.</summary>
    public string Name => options.Value.ProviderName;
}
