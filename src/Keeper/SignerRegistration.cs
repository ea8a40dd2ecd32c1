using Keystone.Connections;
using Keystone.Ethereum;
using Keystone.Ethereum.Signers;
using Keystone.Ethereum.Signing;
using Keystone.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper;

/// <summary>Settings of section <c>Signer</c>: the account that sends transactions.</summary>
public sealed class SignerOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Signer";

    /// <summary>Path of a keystore file, version 3.</summary>
    public string Keystore { get; set; } = "";

    /// <summary>Password of the keystore; give it as <c>Signer:PasswordFile</c>.</summary>
    public string Password { get; set; } = "";

    /// <summary>URL of a Web3Signer service that holds the key, in the place of a keystore.</summary>
    public string Url { get; set; } = "";

    /// <summary>Account whose key the service at <see cref="Url"/> signs with.</summary>
    public string Address { get; set; } = "";

    /// <summary>Development only: a published key of a development chain, <c>0x</c> and 64 hexadecimal digits.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (Keystore.Length == 0 && PrivateKey.Length == 0 && Url.Length == 0)
            yield return "Signer:Keystore is missing; name the keystore file of the keeper's account, or the URL of a Web3Signer service as Signer:Url.";
        if (Keystore.Length > 0 && PrivateKey.Length > 0)
            yield return "Signer:Keystore and Signer:PrivateKey are both set; keep one.";
        bool alone = Keystore.Length == 0 && PrivateKey.Length == 0;
        if (Url.Length > 0 && !alone)
            yield return "Signer:Url is set beside Signer:Keystore or Signer:PrivateKey; keep one.";
        if (Url.Length > 0 && alone && !(Uri.TryCreate(Url, UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)))
            yield return "Signer:Url is not an absolute URL that begins with http:// or https://.";
        if (Url.Length > 0 && alone && !Ethereum.Address.TryParse(Address, out _))
            yield return "Signer:Address is missing or not an address; name the account whose key the service at Signer:Url has.";
        if (Keystore.Length > 0 && !File.Exists(Keystore))
            yield return $"Signer:Keystore names {Keystore}, which does not exist.";
        if (Keystore.Length > 0 && Password.Length == 0)
            yield return "Signer:PasswordFile is missing; name the file that holds the keystore's password.";
        if (PrivateKey.Length > 0 && !Hash32.TryParse(PrivateKey, out _))
            yield return "Signer:PrivateKey is not 0x and 64 hexadecimal digits.";
    }
}

/// <summary>Registers the account that sends transactions.</summary>
public static class SignerRegistration
{
    /// <summary>Adds <see cref="ITransactionSigner"/> from the settings. May be called more than once.</summary>
    public static IServiceCollection AddSigner(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(known => known.ServiceType == typeof(ITransactionSigner))) return services;
        services.AddCheckedOptions<SignerOptions>(configuration, SignerOptions.Section, options => options.Faults());
        services.AddSingleton<ITransactionSigner>(provider => Open(provider.GetRequiredService<IOptions<SignerOptions>>().Value));
        services.AddHostedService<RawKeyGuard>();
        return services;
    }

    static ITransactionSigner Open(SignerOptions options)
    {
        try
        {
            // The client lives as long as the signer, which is as long as the process.
            if (options.Url.Length > 0)
            {
                HttpClient client = new(HostConnector.Handler()) { Timeout = Timeout.InfiniteTimeSpan };
                return new Web3Signer(client, new Uri(options.Url), Ethereum.Address.Parse(options.Address));
            }
            return options.Keystore.Length > 0
                ? KeystoreFile.Open(File.ReadAllBytes(options.Keystore), options.Password)
                : new PrivateKeySigner(Hex.Decode(options.PrivateKey));
        }
        catch (Exception e) when (e is KeystoreException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"{(options.Keystore.Length > 0 ? "Signer:Keystore" : "Signer:PrivateKey")}: {e.Message}", e);
        }
    }
}
