using Keystone.Webhooks.Sending;

namespace Keystone.Webhooks.Delivery;

/// <summary>What came of an attempt.</summary>
/// <param name="Delivery">The delivery, with its claim.</param>
/// <param name="Outcome">What the receiver did.</param>
/// <param name="RetryAt">Time of the next attempt, UTC; null when there is none.</param>
/// <param name="At">When the attempt ended, UTC.</param>
internal sealed record DeliveryResult(ClaimedDelivery Delivery, SendOutcome Outcome, DateTimeOffset? RetryAt, DateTimeOffset At);
