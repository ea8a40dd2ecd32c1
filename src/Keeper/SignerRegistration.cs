using Keystone.Connections;
using Keystone.Ethereum;
using Keystone.Ethereum.Signers;
using Keystone.Ethereum.Signing;
using Keystone.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper;

/// <summary>Registers the accounts that send transactions.</summary>
public static class SignerRegistration
{
    /// <summary>Adds <see cref="SignerSet"/> from the settings, and its first account as <see cref="ITransactionSigner"/>. May be called more than once.</summary>
    public static IServiceCollection AddSigner(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(known => known.ServiceType == typeof(ITransactionSigner))) return services;
        services.AddCheckedOptions<SignerOptions>(configuration, SignerOptions.Section, options => options.Faults());
        services.AddSingleton(provider => Open(provider.GetRequiredService<IOptions<SignerOptions>>().Value));
        services.AddSingleton(provider => provider.GetRequiredService<SignerSet>().First);
        services.AddHostedService<RawKeyGuard>();
        return services;
    }

    static SignerSet Open(SignerOptions options)
    {
        ITransactionSigner[] signers = [Open(options, SignerOptions.Section), .. options.Others.Select((other, i) => Open(other, $"{SignerOptions.Section}:Others:{i}"))];
        if (signers.GroupBy(signer => signer.Address).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidOperationException($"Signer and Signer:Others name the account {twice.Key} twice; keep one.");
        return new SignerSet(signers);
    }

    internal static ITransactionSigner Open(SignerOptions options, string section)
    {
        try
        {
            if (options.Url.Length > 0) return new Web3Signer(Client(), new Uri(options.Url), Address.Parse(options.Address));
            if (options.AwsKey.Length > 0)
                return AwsKmsSigner.Create(Client(), options.AwsKey, options.AwsRegion, options.AwsEndpoint.Length > 0 ? new Uri(options.AwsEndpoint) : null, Address.Parse(options.Address));
            if (options.AzureKey.Length > 0) return AzureKeySigner.Create(Client(), new Uri(options.AzureKey), Address.Parse(options.Address));
            return options.Keystore.Length > 0
                ? KeystoreFile.Open(File.ReadAllBytes(options.Keystore), options.Password)
                : new PrivateKeySigner(Hex.Decode(options.PrivateKey));
        }
        catch (Exception e) when (e is KeystoreException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"{section}:{(options.Keystore.Length > 0 ? "Keystore" : options.AwsKey.Length > 0 ? "AwsKey" : "PrivateKey")}: {e.Message}", e);
        }
    }

    // Lives as long as the signer, which is as long as the process.
    static HttpClient Client() => new(HostConnector.Handler()) { Timeout = Timeout.InfiniteTimeSpan };
}
