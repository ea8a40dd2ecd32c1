using System.Globalization;

namespace Keystone.Client;

/// <summary>Which deliveries of webhooks a page lists; what is null does not matter.</summary>
public sealed record DeliveryQuery
{
    /// <summary>waiting, delivered or failed.</summary>
    public string? Status { get; init; }

    /// <summary>Name of the event.</summary>
    public string? Event { get; init; }

    /// <summary>Id of the event: evt_ and 32 hexadecimal digits.</summary>
    public string? EventId { get; init; }

    /// <summary>Settlement that the event is of.</summary>
    public Guid? SettlementId { get; init; }

    /// <summary>Made at that time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Made before that time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Most items, 1 to 200.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Items to skip.</summary>
    public int Offset { get; init; }

    internal IEnumerable<(string, string?)> Parameters() =>
    [
        .. KeystoneClient.Paging(Limit, Offset), ("status", Status), ("event", Event), ("event_id", EventId), ("settlement_id", SettlementId?.ToString()), ("from", Time(From)), ("to", Time(To)),
    ];

    static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
