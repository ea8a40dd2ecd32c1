using Keystone.Webhooks.Messages;

namespace Keystone.Webhooks.Store;

/// <summary>A message about a settlement, as it is stored.</summary>
/// <param name="EnvironmentId">Environment that gets it.</param>
/// <param name="Message">The message.</param>
/// <param name="Traceparent">W3C trace context that it belongs to when the present work is in no trace; null for none.</param>
/// <param name="WithTraceId">The receiver is told the id of that trace, as <see cref="MessageStore"/> says.</param>
public sealed record StoredMessage(Guid EnvironmentId, ComposedMessage Message, string? Traceparent, bool WithTraceId);
