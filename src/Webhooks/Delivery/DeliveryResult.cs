using Keystone.Webhooks.Sending;

namespace Keystone.Webhooks.Delivery;

/// <summary>An attempt that the receiver took.</summary>
/// <param name="Delivery">The delivery, with its claim.</param>
/// <param name="Outcome">What the receiver did.</param>
/// <param name="At">When the attempt ended, UTC.</param>
internal sealed record DeliveryResult(ClaimedDelivery Delivery, SendOutcome Outcome, DateTimeOffset At);
