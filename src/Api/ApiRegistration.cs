using Keystone.Api.Conduct;
using Keystone.Api.Identity;
using Keystone.Api.Settlements;
using Keystone.Api.Templates;
using Keystone.Api.Webhooks;
using Keystone.Storage;
using Keystone.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Keystone.Api;

/// <summary>Registers and maps the public API. A node has to be registered as well.</summary>
public static class ApiRegistration
{
    /// <summary>Adds the API's services. May be called more than once.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(known => known.ServiceType == typeof(TokenEndpoint)))
            return services;
        services.AddStorage(configuration);
        services.AddOptions<ApiOptions>().Bind(configuration.GetSection("Api")).ValidateOnStart();
        services.AddOptions<IdentityOptions>().Bind(configuration.GetSection("Identity")).ValidateOnStart();
        services.AddOptions<AuthOptions>().Bind(configuration.GetSection("Auth")).ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<AuthOptions>, AudienceDefaults>();
        services.AddSingleton<IValidateOptions<ApiOptions>>(new Check<ApiOptions>(o => o.Faults()));
        services.AddSingleton<IValidateOptions<IdentityOptions>>(new Check<IdentityOptions>(o => o.Faults()));
        services.AddSingleton<IValidateOptions<AuthOptions>>(
            new Check<AuthOptions>(o => o.Faults(configuration.GetSection("Identity").Get<IdentityOptions>()?.Issuer ?? new IdentityOptions().Issuer)));
        services.AddWebhookEndpoints(configuration);
        services.TryAddSingleton(TimeProvider.System);

        services.AddSingleton<CredentialStore>();
        services.AddSingleton<CallerCache>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<TokenService>();
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<FailureLimits>();
        services.AddSingleton<EndpointResource>();
        services.AddSettlements();
        services.AddTemplates();
        services.AddRouting();
        services.AddAuthentication(BearerRegistration.SchemeName).AddKeystoneBearer();
        services.AddAuthorization();
        return services;
    }

    /// <summary>Maps every public endpoint.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseMiddleware<ConductMiddleware>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<LimitMiddleware>();
        app.UseAuthorization();
        IServiceProvider services = app.Services;
        app.MapPost("/oauth/token", (RequestDelegate)services.GetRequiredService<TokenEndpoint>().HandleAsync).AllowAnonymous();
        DiscoveryDocument.Map(app, services);
        Problems.Map(app);
        SettlementResource.Map(app, services.GetRequiredService<SettlementResource>());
        TemplateResource.Map(app, services.GetRequiredService<TemplateResource>());
        EndpointResource.Map(app, services.GetRequiredService<EndpointResource>());
        return app;
    }

    sealed class AudienceDefaults(IOptions<ApiOptions> api) : IPostConfigureOptions<AuthOptions>
    {
        public void PostConfigure(string? name, AuthOptions options)
        {
            if (options.Audiences is not { Length: > 0 })
                options.Audiences = [AuthOptions.HostedAudience, api.Value.PublicUrl.Length > 0 ? api.Value.PublicUrl : api.Value.Url];
        }
    }

    sealed class Check<T>(Func<T, IEnumerable<string>> faultsOf) : IValidateOptions<T> where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            string[] faults = [.. faultsOf(options)];
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
