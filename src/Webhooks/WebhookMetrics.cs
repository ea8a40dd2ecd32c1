using System.Diagnostics.Metrics;

namespace Keystone.Webhooks;

/// <summary>Metrics of webhook delivery.</summary>
internal static class WebhookMetrics
{
    static readonly Meter Meter = new("Keystone.Webhooks");

    /// <summary>Alarms by reason.</summary>
    public static readonly Counter<long> Alarms = Meter.CreateCounter<long>("keystone.webhooks.alarms", description: "Alarms of webhooks, by reason");
}
