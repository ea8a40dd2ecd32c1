using Keystone.Postgres;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.Endpoints;
using Keystone.Webhooks.Feed;
using Keystone.Webhooks.History;
using Keystone.Webhooks.Sending;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Keystone.Webhooks;

/// <summary>Registers webhooks. The data source of Postgres has to be registered as well.</summary>
public static class WebhookRegistration
{
    /// <summary>What the API needs: endpoints and their secrets. May be called more than once.</summary>
    public static IServiceCollection AddWebhookEndpoints(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddCheckedOptions<WebhookOptions>(configuration, WebhookOptions.Section, options => options.Faults());
        services.AddSchema(WebhooksSchema.Migrations);
        services.AddClocks();
        services.TryAddSingleton(provider => SecretBox.From(provider.GetRequiredService<IOptions<WebhookOptions>>().Value));
        services.TryAddSingleton<EndpointStore>();
        services.TryAddSingleton<EnvironmentDeliveryStore>();
        services.TryAddSingleton<DeliveryHistory>();
        services.TryAddSingleton<EventFeed>();
        return services;
    }

    /// <summary>Endpoints, and the loops that publish and deliver. An <see cref="ITargetPolicy"/> has to be registered as well. May be called more than once.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddWebhookEndpoints(configuration);
        services.TryAddSingleton<PublicationStore>();
        services.TryAddSingleton<DeliveryStore>();
        services.TryAddSingleton<DeliveryStateStore>();
        services.TryAddSingleton<MessageRetention>();
        services.TryAddSingleton(provider => new GuardedSender(provider.GetRequiredKeyedService<TimeProvider>(Clocks.Machine), provider.GetRequiredService<IOptions<WebhookOptions>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, Publisher>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, Deliverer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, DeliveryGauges>());
        return services;
    }
}
