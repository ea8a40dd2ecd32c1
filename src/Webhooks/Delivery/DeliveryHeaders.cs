using System.Globalization;

namespace Keystone.Webhooks.Delivery;

/// <summary>Headers of a delivery: both signature schemes, and both secrets while one is being rotated.</summary>
public static class DeliveryHeaders
{
    /// <summary>The id by which receivers know a message: <c>evt_</c> and its UUID.</summary>
    public static string EventId(Guid message) => "evt_" + message.ToString("N", CultureInfo.InvariantCulture);

    /// <summary>Header that names the trace of the request which instructed the settlement.</summary>
    public const string TraceId = "Keystone-Trace-Id";

    /// <summary>Headers for one attempt.</summary>
    /// <param name="message">Id of the message.</param>
    /// <param name="now">Time of the attempt, UTC.</param>
    /// <param name="secrets">Secrets that sign, newest first.</param>
    /// <param name="body">Bytes that are sent.</param>
    /// <param name="traceId">Id of the trace that the receiver is told; null for none.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> For(Guid message, DateTimeOffset now, IReadOnlyList<string> secrets, ReadOnlySpan<byte> body, string? traceId = null)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        long timestamp = now.ToUnixTimeSeconds();
        string id = EventId(message);
        List<KeyValuePair<string, string>> headers =
        [
            new("webhook-id", id),
            new("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture)),
        ];
        List<string> standard = [];
        for (int i = 0; i < secrets.Count; i++)
        {
            if (i < 2)
                headers.Add(new(i == 0 ? "X-Keystone-Signature" : "X-Keystone-Signature-Previous", Signature.Keystone(secrets[i], body)));
            if (Signature.Standard(secrets[i], id, timestamp, body) is { } entry)
                standard.Add(entry);
        }
        if (standard.Count > 0)
            headers.Add(new("webhook-signature", string.Join(' ', standard)));
        if (traceId is not null)
            headers.Add(new(TraceId, traceId));
        return headers;
    }
}
