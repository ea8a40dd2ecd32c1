using System.Diagnostics.Metrics;

namespace Keystone.Webhooks;

/// <summary>Metrics of webhook delivery.</summary>
internal static class WebhookMetrics
{
    static readonly Meter Meter = new("Keystone.Webhooks");

    /// <summary>Alarms by reason.</summary>
    public static readonly Counter<long> Alarms = Meter.CreateCounter<long>("keystone.webhooks.alarms", description: "Alarms of webhooks, by reason");

    /// <summary>Shows the alarm and each result before there is any: Prometheus sees an increase only of a series that was there.</summary>
    public static void Begin()
    {
        Alarms.Add(0, new KeyValuePair<string, object?>("reason", "webhook_secret"));
        foreach (string result in (string[])["delivered", "refused", "failed"]) Attempts.Add(0, new KeyValuePair<string, object?>("result", result));
    }

    /// <summary>Deliveries whose time has come and that were not attempted.</summary>
    public static readonly Gauge<long> Due = Meter.CreateGauge<long>("keystone.webhooks.due", description: "Deliveries to active endpoints whose time has come and that were not attempted yet.");

    /// <summary>Age of the oldest of these.</summary>
    public static readonly Gauge<double> OldestDue = Meter.CreateGauge<double>("keystone.webhooks.oldest.due", "s", "Seconds for which the oldest of these deliveries is due.");

    /// <summary>Endpoints that were switched off.</summary>
    public static readonly Gauge<long> Disabled = Meter.CreateGauge<long>("keystone.webhooks.endpoints.disabled", description: "Endpoints that were switched off because of their failures.");

    /// <summary>Attempts by result.</summary>
    public static readonly Counter<long> Attempts = Meter.CreateCounter<long>("keystone.webhooks.attempts", description: "Attempts to deliver, by result: delivered, refused, failed.");
}
