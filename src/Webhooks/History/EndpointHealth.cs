namespace Keystone.Webhooks.History;

/// <summary>How the deliveries of an endpoint went.</summary>
/// <param name="Delivered">Delivered ones.</param>
/// <param name="Failed">Those that were given up.</param>
/// <param name="Waiting">Those that wait for their next attempt.</param>
/// <param name="OldestWaiting">When the oldest of these was made, UTC; null for none.</param>
public sealed record EndpointHealth(long Delivered, long Failed, long Waiting, DateTimeOffset? OldestWaiting);
