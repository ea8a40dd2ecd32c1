namespace Keystone.Webhooks.History;

/// <summary>A delivery with what is sent and every attempt.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Payload">The bytes that are sent, as text.</param>
/// <param name="Attempts">All attempts in order.</param>
public sealed record DeliveryDetails(DeliveryRecord Delivery, string Payload, IReadOnlyList<DeliveryAttempt> Attempts);
