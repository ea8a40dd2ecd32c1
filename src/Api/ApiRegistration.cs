using Keystone.Api.Activity;
using Keystone.Api.Admin;
using Keystone.Api.Compliance;
using Keystone.Api.Events;
using Keystone.Api.Guides;
using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.Instructions;
using Keystone.Api.Instruments;
using Keystone.Api.OpenApi;
using Keystone.Api.Reporting;
using Keystone.Api.Sandbox;
using Keystone.Api.Settlements;
using Keystone.Api.Templates;
using Keystone.Api.Tenants;
using Keystone.Api.Webhooks;
using Keystone.Compliance;
using Keystone.Dashboard;
using Keystone.Hosting.Reports;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
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
        services.AddCheckedOptions<HttpOptions>(configuration, HttpOptions.Section, options => options.Faults());
        HttpOptions http = Read(configuration);
        services.AddCheckedOptions<ApiOptions>(configuration, ApiOptions.Section, options => options.Faults().Concat(options.Faults(http)));
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            // As far as the proxies are known: the last address that none of them vouches for is the caller's.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (System.Net.IPNetwork network in http.Networks) forwarded.KnownIPNetworks.Add(network);
        });
        services.AddIdentity(configuration);
        services.AddSingleton<IPostConfigureOptions<AuthOptions>, AudienceDefaults>();
        services.AddWebhookEndpoints(configuration);
        services.AddClocks();

        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton(provider => new RateLimits(provider.MachineTime()));
        services.AddSingleton<RequestShares>();
        services.AddSingleton(provider => new FailureLimits(provider.MachineTime()));
        services.AddSingleton<RefusedTokens>();
        services.AddSingleton<EventStream>();
        services.AddSettlements();
        services.AddReports();
        services.AddScreeningResults(configuration);
        services.AddOptions<SettlementOptions>().Configure<IOptions<ApiOptions>>((settlements, api) =>
        {
            settlements.MinimumTimeoutSeconds = api.Value.MinimumTimeoutSeconds;
            settlements.MaxOpenSettlements = api.Value.MaxOpenSettlements;
            settlements.MaxRegistrationsPerHour = api.Value.MaxRegistrationsPerHour;
            settlements.MaxTokenReadsPerMinute = api.Value.MaxTokenReadsPerMinute;
            settlements.MaxPreflightLegsPerMinute = api.Value.MaxPreflightLegsPerMinute;
        });
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions).TypeInfoResolver = ApiJson.Default);
        services.AddApiDocument();
        services.AddRouting();
        services.AddAuthentication(BearerRegistration.SchemeName).AddKeystoneBearer();
        services.AddAuthorization();
        services.AddDashboard(configuration);
        return services;
    }

    /// <summary>Maps every public endpoint.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        // Without a trusted proxy the headers are anybody's, and stay unread.
        if (app.Services.GetRequiredService<IOptions<HttpOptions>>().Value.TrustedProxies.Length > 0) app.UseForwardedHeaders();
        app.UseMiddleware<RequestMiddleware>();
        // A circuit lasts as long as its page is open.
        app.UseWhen(context => !DashboardRegistration.IsCircuit(context.Request.Path), others => others.UseMiddleware<DeadlineMiddleware>());
        app.UseRouting();
        // The start that writes the document of the API has no database.
        if (!ApiDocument.IsGenerated) app.UseMiddleware<CorsMiddleware>();
        app.UseAuthentication();
        app.UseMiddleware<LimitMiddleware>();
        app.UseMiddleware<VersionMiddleware>();
        if (!ApiDocument.IsGenerated) app.UseMiddleware<ActivityMiddleware>();
        app.UseAuthorization();
        app.UseMiddleware<IgnoredQueryMiddleware>();
        app.UseDashboard();
        // Made here, so that a folder of keys that cannot be read stops the start and not the first request.
        if (!ApiDocument.IsGenerated)
            app.Services.GetRequiredService<SigningKeys>();
        app.MapPost("/oauth/token", (HttpContext context, TokenEndpoint endpoint) => endpoint.HandleAsync(context)).AllowAnonymous()
            .WithName("createToken").WithSummary("Ask for an access token").WithTags("authentication").WithMetadata(new OAuthErrors())
            .WithBody<TokenRequest>(Examples.TokenRequest, alsoAs: "application/x-www-form-urlencoded").Produces<IssuedTokenBody>()
            .Produces<TokenErrorBody>(400).Produces<TokenErrorBody>(401).Produces<TokenErrorBody>(403).Produces<TokenErrorBody>(429);
        DiscoveryDocument.Map(app);
        ErrorPages.Map(app);
        SettlementEndpoints.Map(app);
        DepositEndpoints.Map(app);
        DepositLinkEndpoints.Map(app);
        TemplateEndpoints.Map(app);
        InstrumentEndpoints.Map(app);
        WebhookEndpoints.Map(app);
        FeedEndpoints.Map(app);
        InstructionEndpoints.Map(app);
        ReportingEndpoints.Map(app);
        PlatformEndpoints.Map(app);
        EnvironmentEndpoints.Map(app);
        CredentialEndpoints.Map(app);
        IpRuleEndpoints.Map(app);
        MemberEndpoints.Map(app);
        WalletEndpoints.Map(app);
        ActivityEndpoints.Map(app);
        AdminEndpoints.Map(app);
        AdminSystemEndpoints.Map(app);
        StrayEndpoints.Map(app);
        ListChangeEndpoints.Map(app);
        ScreeningResultEndpoint.Map(app);
        SandboxEndpoints.Map(app);
        app.MapApiDocument();
        GuideEndpoints.Map(app);
        app.MapDashboard();
        return app;
    }

    /// <summary>Serves TLS with the certificate of the settings, where there is one.</summary>
    public static void UseCertificate(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        HttpOptions http = Read(builder.Configuration);
        if (http.Certificate.Length == 0) return;
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton(provider => new ServerCertificate(
            http.Certificate, http.CertificateKey, provider.MachineTime(), provider.GetRequiredService<Microsoft.Extensions.Logging.ILogger<ServerCertificate>>()));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
        {
            ServerCertificate certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
            https.ServerCertificateSelector = (_, _) => certificate.Current;
        }));
    }

    // What cannot be read at all is reported by the validation.
    static HttpOptions Read(IConfiguration configuration)
    {
        HttpOptions options = configuration.GetSection(HttpOptions.Section).Get<HttpOptions>() ?? new HttpOptions();
        return options.Faults().Any() ? new HttpOptions() : options;
    }

    sealed class AudienceDefaults(IOptions<ApiOptions> api) : IPostConfigureOptions<AuthOptions>
    {
        public void PostConfigure(string? name, AuthOptions options)
        {
            if (options.Audiences is not { Length: > 0 })
                options.Audiences = [AuthOptions.HostedAudience, api.Value.PublicUrl.Length > 0 ? api.Value.PublicUrl : api.Value.Url];
        }
    }
}
