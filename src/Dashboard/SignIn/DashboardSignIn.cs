using Keystone.Dashboard.Callers;
using Keystone.Dashboard.Http;
using Keystone.Identity.Protection;
using Keystone.Identity.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Keystone.Dashboard.SignIn;

/// <summary>Registers and maps the sign-in of members.</summary>
internal static class DashboardSignIn
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SignInOptions>().Bind(configuration.GetSection(SignInOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SignInOptions>, OptionsCheck>());
        services.AddHttpContextAccessor();
        services.AddKeptProtection();
        services.AddSignIn().AddSignInManager();
        services.TryAddSingleton<SignInSurroundings>();
        services.TryAddSingleton<SignInRates>();
        services.TryAddSingleton<ExternalProvider>();
        services.TryAddScoped<SignInFlow>();
        services.TryAddScoped<InvitePages>();
        services.TryAddScoped<AccountReader>();
        services.TryAddScoped<SessionEnd>();
        services.AddScoped<CircuitHandler, SessionCircuitHandler>();
        services.TryAddSingleton<IDashboardCallers, MemberDashboardCallers>();
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, MemberCookie>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<SignInSurroundings>((passkeys, surroundings) =>
        {
            // By default the domain is what the Host header says, and the origin what the Origin header says.
            passkeys.ServerDomain = surroundings.Domain.Length > 0 ? surroundings.Domain : null;
            passkeys.ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && surroundings.Origins.Contains(context.Origin, StringComparer.Ordinal));
            // The passkey says who it is, so no address is asked for and none can be probed.
            passkeys.ResidentKeyRequirement = "required";
            passkeys.UserVerificationRequirement = "required";
        });
        AuthenticationBuilder authentication = services.AddAuthentication()
            .AddCookie(DashboardDefaults.Scheme).AddCookie(MemberCookie.CodeScheme).AddCookie(IdentityConstants.TwoFactorUserIdScheme).AddCookie(IdentityConstants.ExternalScheme);
        if (configuration.GetSection(SignInOptions.Section).Get<SignInOptions>() is { Authority.Length: > 0 }) ExternalEndpoints.Add(authentication);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        SignInEndpoints.Map(routes);
        InviteEndpoints.Map(routes);
        StepUpEndpoints.Map(routes);
        SetupEndpoints.Map(routes);
        AccountEndpoints.Map(routes);
        ExternalEndpoints.Map(routes);
        SandboxSignInEndpoints.Map(routes);
    }

    sealed class OptionsCheck : IValidateOptions<SignInOptions>
    {
        public ValidateOptionsResult Validate(string? name, SignInOptions options) =>
            options.Faults().ToArray() is { Length: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
