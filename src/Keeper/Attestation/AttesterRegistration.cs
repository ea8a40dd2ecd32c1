using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Postgres;
using Keystone.Settlements.Advance;
using Keystone.Transactions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Attestation;

/// <summary>Registers the account that attests.</summary>
internal static class AttesterRegistration
{
    /// <summary>Adds the registries of the settings and, where there are any, the account.</summary>
    public static void AddAttester(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<AttesterOptions>(configuration, AttesterOptions.Section, options => options.Faults());
        if ((configuration.GetSection(AttesterOptions.Section).Get<AttesterOptions>() ?? new AttesterOptions()) is not { IsSet: true }) return;
        services.AddSingleton(provider => new AttestedRegistries(
            provider.GetRequiredService<IOptions<AttesterOptions>>().Value.Registries.ToDictionary(one => one.ChainId, one => Address.Parse(one.Address))));
        services.AddSingleton(provider => Open(
            provider.GetRequiredService<IOptions<AttesterOptions>>().Value, provider.GetRequiredService<SignerSet>(), provider.GetRequiredService<IEthereumNodes>()));
    }

    static DedicatedSigner Open(AttesterOptions options, SignerSet senders, IEthereumNodes nodes)
    {
        ITransactionSigner signer = SignerRegistration.Open(options.Signer!, AttesterOptions.SignerSection);
        if (senders.All.Any(sender => sender.Address == signer.Address))
            throw new InvalidOperationException(
                $"{AttesterOptions.SignerSection} names the account {signer.Address}, which Signer or Signer:Others names too; the account that attests sends no swaps, so make a key of its own.");
        if (options.Registries.FirstOrDefault(one => nodes.Chains.All(chain => chain.ChainId != one.ChainId)) is { } unknown)
            throw new InvalidOperationException($"{AttesterOptions.Section}:Registries names chain {unknown.ChainId}, which Chains does not have.");
        return new DedicatedSigner(signer, [.. options.Registries.Select(one => one.ChainId)]);
    }
}
