using Keystone.Identity.Platforms;
using Keystone.Identity.Sessions;
using Keystone.Postgres;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Identity.SignIn;

/// <summary>Registers people who sign in and their sessions. HTTP is the host's: it adds the sign-in manager and the cookies.</summary>
public static class SignInRegistration
{
    /// <summary>Rounds of PBKDF2 with SHA-512 over a password.</summary>
    public const int PasswordRounds = 210_000;

    /// <summary>Fewest characters of a password.</summary>
    public const int PasswordLength = 12;

    /// <summary>Adds the services; <c>AddIdentity</c>, the data source and data protection have to be registered as well.</summary>
    public static IdentityBuilder AddSignIn(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<TotpSeal>();
        services.TryAddSingleton<TotpStore>();
        services.TryAddSingleton<PasskeyStore>();
        services.TryAddSingleton<ExternalLoginStore>();
        services.TryAddSingleton<RecoveryCodeStore>();
        services.TryAddSingleton<SignInFailureStore>();
        services.TryAddSingleton<SessionStore>();
        services.TryAddSingleton<SetupStore>();
        services.TryAddSingleton<MemberCallerStore>();
        services.TryAddSingleton(provider => new MemberSessions(
            provider.GetRequiredService<SessionStore>(), provider.GetRequiredService<WakeSignals>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new MemberCallers(
            provider.GetRequiredService<MemberSessions>(), provider.GetRequiredService<SessionStore>(), provider.GetRequiredService<MemberCallerStore>()));
        services.TryAddSingleton(provider => new SessionCircuits(provider.GetRequiredService<MemberSessions>(), provider.GetRequiredService<WakeSignals>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SessionCircuits>>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SessionCircuits>());
        services.TryAddSingleton(provider => new PasskeySignIn(provider.GetRequiredService<PasskeyStore>()));
        services.TryAddScoped(provider => new PasswordSignIn(provider.GetRequiredService<UserManager<Person>>(), provider.GetRequiredService<SignInFailureStore>()));
        services.TryAddScoped(InvitationStore.Create);
        services.TryAddSingleton<PersonPlatformStore>();
        services.TryAddScoped<IUserStore<Person>, PersonUserStore>();
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = PasswordRounds);
        return services.AddIdentityCore<Person>(options =>
        {
            options.User.RequireUniqueEmail = true;
            options.User.AllowedUserNameCharacters = "";
            // Length instead of classes of characters, which make passwords that are written down (NIST SP 800-63B 5.1.1.2).
            options.Password = new PasswordOptions
            {
                RequiredLength = PasswordLength,
                RequireDigit = false,
                RequireLowercase = false,
                RequireNonAlphanumeric = false,
                RequireUppercase = false,
                RequiredUniqueChars = 1,
            };
            options.Tokens.AuthenticatorTokenProvider = PersonTotpProvider.Name;
            options.Lockout.AllowedForNewUsers = false;
        }).AddPasswordValidator<PasswordDictionary>().AddTokenProvider<PersonTotpProvider>(PersonTotpProvider.Name);
    }
}
