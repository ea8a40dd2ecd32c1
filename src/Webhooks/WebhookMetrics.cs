using System.Diagnostics.Metrics;

namespace Keystone.Webhooks;

/// <summary>Figures of this room.</summary>
internal static class WebhookMetrics
{
    static readonly Meter Meter = new("Keystone.Webhooks");

    /// <summary>Attempts that could not be signed. Above 0 is an alarm: no webhook of those endpoints goes out.</summary>
    public static readonly Counter<long> Unopened =
        Meter.CreateCounter<long>("keystone.webhooks.unopened_secrets", description: "Delivery attempts that failed because the endpoint's secret does not open");
}
