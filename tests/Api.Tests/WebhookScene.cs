using System.Globalization;
using Keystone.Postgres;
using Keystone.Webhooks;
using Keystone.Webhooks.Delivery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Keystone.Api.Tests;

/// <summary>Publisher and deliverer beside the API, under the keeper's role, and rows that they would have written.</summary>
static class WebhookScene
{
    /// <summary>The loops that number messages and send them.</summary>
    public static async Task<IHost> StartSendingAsync(ApiFixture api)
    {
        Dictionary<string, string?> settings = await api.SettingsAsync("keystone_keeper");
        settings["Webhooks:PollMilliseconds"] = 20.ToString(CultureInfo.InvariantCulture);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddLogging();
        builder.Services.AddSingleton<TimeProvider>(api.Clock);
        builder.Services.AddStorage(builder.Configuration);
        builder.Services.AddSingleton<ITargetPolicy, Anywhere>();
        builder.Services.AddWebhooks(builder.Configuration);
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>A delivery of an event to an endpoint, delivered at the first attempt.</summary>
    public static async Task<Guid> DeliveryAsync(ApiFixture api, Guid endpoint)
    {
        Guid message = Guid.NewGuid(), delivery = Guid.NewGuid();
        await api.RunAsync("""
            insert into webhooks.message (id, environment_id, type, payload, created_at, position, feed_position)
            select $1, environment_id, 'settlement.state.settled', '{"event":"settlement.state.settled"}', now(), -abs(('x' || left(md5($1::text), 15))::bit(60)::bigint), null from webhooks.endpoint where id = $2
            """, message, endpoint);
        await api.RunAsync("insert into webhooks.delivery (id, message_id, endpoint_id, status, attempt, due_at, created_at) values ($1, $2, $3, 'delivered', 1, now(), now())", delivery, message, endpoint);
        await api.RunAsync("insert into webhooks.delivery_attempt (delivery_id, ordinal, at, status_code, latency_ms, response_head, url) values ($1, 1, now(), 200, 12, 'ok', 'https://hooks.example.com/')", delivery);
        return delivery;
    }

    sealed class Anywhere : ITargetPolicy
    {
        public ValueTask<bool> AllowsPrivateAsync(Guid environment, CancellationToken cancellationToken) => new(true);
    }
}
