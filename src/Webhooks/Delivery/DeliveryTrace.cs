using System.Diagnostics;
using Keystone.Postgres;

namespace Keystone.Webhooks.Delivery;

/// <summary>Spans of deliveries, in the trace of the request that made the message. Without a listener there are none.</summary>
internal static class DeliveryTrace
{
    static readonly ActivitySource Source = new("Keystone.Webhooks");

    public static Activity? Start(ClaimedDelivery delivery)
    {
        Activity? span = Source.StartActivity("webhook delivery", ActivityKind.Producer, TraceContext.Parse(delivery.Traceparent));
        span?.SetTag("keystone.message", delivery.MessageId.ToString()).SetTag("keystone.endpoint", delivery.EndpointId.ToString())
            .SetTag("keystone.attempt", delivery.Attempt);
        return span;
    }
}
