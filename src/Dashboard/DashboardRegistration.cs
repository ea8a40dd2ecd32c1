using Keystone.Dashboard.Assets;
using Keystone.Dashboard.Callers;
using Keystone.Dashboard.Deposit;
using Keystone.Dashboard.Http;
using Keystone.Dashboard.Live;
using Keystone.Dashboard.Settlement;
using Keystone.Dashboard.SignIn;
using Keystone.Settlements;
using Keystone.Settlements.DepositLinks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Keystone.Dashboard;

/// <summary>Registers and maps the dashboard. It is served where <c>Dashboard:Enabled</c> is set, and nothing of it elsewhere.</summary>
public static class DashboardRegistration
{
    /// <summary>Adds the dashboard's services; identity, webhooks and settlements have to be registered as well. May be called more than once.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<DashboardOptions>().Bind(configuration.GetSection(DashboardOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DashboardOptions>, OptionsCheck>());
        if (!IsEnabled(configuration) || services.Any(known => known.ServiceType == typeof(PageCaller))) return services;
        services.AddRazorComponents().AddInteractiveServerComponents(circuit =>
        {
            circuit.DetailedErrors = false;
            circuit.DisconnectedCircuitMaxRetained = 20;
            circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromSeconds(60);
            circuit.PersistedCircuitInMemoryMaxRetained = 0;
        });
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Add(DashboardJson.Default));
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "keystone-form";
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddCascadingAuthenticationState();
        services.AddScoped<PageCaller>();
        services.AddSingleton<PageActivity>();
        services.AddScoped<SettlementOrders>();
        services.AddScoped<BulkOrders>();
        services.AddSingleton<PageHandover>();
        services.AddSingleton<DashboardFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<DashboardFeed>());
        DashboardSignIn.Add(services, configuration);
        services.AddSettlements();
        services.AddSingleton<IDepositPages, DepositPages>();
        services.AddSingleton<DepositRates>();
        services.AddScoped<DepositLinkOrders>();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    /// <summary>Adds what stands between routing and authorization: the policy for browsers and the member of the session. Nothing where the dashboard is off.</summary>
    public static WebApplication UseDashboard(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!IsEnabled(app.Configuration)) return app;
        app.UseMiddleware<DashboardMiddleware>();
        app.UseMiddleware<SessionSocketMiddleware>();
        app.UseAntiforgery();
        return app;
    }

    /// <summary>Maps pages and assets. Nothing where the dashboard is off.</summary>
    public static WebApplication MapDashboard(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!IsEnabled(app.Configuration)) return app;
        EmbeddedAssets.Map(app);
        DashboardSignIn.Map(app);
        ListDownload.Map(app);
        StatementDownload.Map(app);
        LogoImage.Map(app);
        DepositEndpoints.Map(app);
        app.MapGet("/", ToFirstAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapGet(DashboardPaths.App, ToFirstAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapRazorComponents<App>().AllowAnonymous()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = "'none'");
        return app;
    }

    /// <summary>True for a path whose connection lasts as long as the page is open.</summary>
    public static bool IsCircuit(PathString path) => path.StartsWithSegments(DashboardPaths.Circuit, StringComparison.Ordinal);

    static bool IsEnabled(IConfiguration configuration) => configuration.GetSection(DashboardOptions.Section).GetValue<bool>(nameof(DashboardOptions.Enabled));

    sealed class OptionsCheck : IValidateOptions<DashboardOptions>
    {
        public ValidateOptionsResult Validate(string? name, DashboardOptions options) =>
            options.Faults().ToArray() is { Length: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    static async Task ToFirstAsync(HttpContext context, IDashboardCallers callers)
    {
        string? environment = context.User.Identity?.IsAuthenticated == true ? await callers.FirstEnvironmentAsync(context.User, context.RequestAborted) : null;
        context.Response.Redirect(environment switch
        {
            null => DashboardPaths.SignIn,
            "" => DashboardPaths.Operator,
            _ => $"{DashboardPaths.App}/{Uri.EscapeDataString(environment)}",
        });
    }
}
