using Keystone.Identity.Credentials;
using Keystone.Identity.Environments;
using Keystone.Identity.IpRules;
using Keystone.Identity.Members;
using Keystone.Identity.Platforms;
using Keystone.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Keystone.Identity;

/// <summary>Registers platforms, credentials and the built-in issuer of tokens.</summary>
public static class IdentityRegistration
{
    /// <summary>Adds what a host needs that issues and verifies tokens. The data source has to be registered as well. May be called more than once.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddCheckedOptions<IdentityOptions>(configuration, IdentityOptions.Section, options => options.Faults());
        string issuer = configuration.GetSection(IdentityOptions.Section).Get<IdentityOptions>()?.Issuer ?? new IdentityOptions().Issuer;
        services.AddCheckedOptions<AuthOptions>(configuration, AuthOptions.Section, options => options.Faults(issuer));
        services.AddSchema(IdentitySchema.Migrations);
        services.AddClocks();
        services.TryAddSingleton<EnvironmentStore>();
        services.TryAddSingleton<CredentialStore>();
        services.TryAddSingleton(provider => new SigningKeys(provider.GetRequiredService<IOptions<IdentityOptions>>(), provider.MachineTime()));
        services.TryAddSingleton<PlatformStore>();
        services.TryAddSingleton<PlatformAccountStore>();
        services.TryAddSingleton<ProviderSignInStore>();
        services.TryAddSingleton<LogoStore>();
        services.TryAddSingleton<EnvironmentAccountStore>();
        services.TryAddSingleton<EnvironmentCredentialStore>();
        services.TryAddSingleton<IpRuleStore>();
        services.TryAddSingleton<MemberStore>();
        services.TryAddSingleton(provider => new CallerCache(provider.GetRequiredService<CredentialStore>(), provider.MachineTime()));
        services.TryAddSingleton(provider => new IssueToken(
            provider.GetRequiredService<CredentialStore>(), provider.GetRequiredService<SigningKeys>(), provider.GetRequiredService<IOptions<IdentityOptions>>(),
            provider.GetRequiredService<IOptions<AuthOptions>>(), provider.MachineTime()));
        return services;
    }
}
